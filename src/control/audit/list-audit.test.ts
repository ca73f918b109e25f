import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORE_KINDS, type TestStore } from '../store/testing/store-kinds.js';
import type { AuditEvent } from './audit-event.js';
import { type AuditListing, listAudit } from './list-audit.js';
import { openAuditTrail } from './open-audit-trail.js';
import { removeOldAudit } from './remove-old-audit.js';
import { makeEvent, makeEvents, makeSealer } from './testing/make-audit.js';
import { verifyAudit } from './verify-audit.js';

const ALICE = { kind: 'user', id: 'id-of-alice', name: 'alice' } as const;
const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));

const EVENTS: readonly Partial<AuditEvent>[] = [
  { requestId: 'a', at: day(1), tables: ['demo.orders'] },
  { requestId: 'b', at: day(2), tables: ['demo.orders', 'demo.customers'], principal: ALICE },
  { requestId: 'c', at: day(3), tables: ['demo.or%', 'shop.orders'], outcome: 'begun' },
  { requestId: 'c', at: day(4), tables: ['shop.orders'], outcome: 'failed', errorCode: 'TIMEOUT' },
  {
    requestId: 'd',
    at: day(5),
    tables: ['shop.a.b'],
    decision: 'refused',
    outcome: 'failed',
    errorCode: 'ACCESS_DENIED',
  },
  { requestId: 'e', at: day(6), tables: [], kind: 'grant.create', principal: ALICE },
];

describe.each(STORE_KINDS.filter(({ available }) => available))('listing audit records on $name', ({ open }) => {
  const sealer = makeSealer();
  let opened: TestStore;
  beforeAll(async () => {
    opened = await open();
    await record(EVENTS.map((event) => makeEvent(event)));
  });
  afterAll(() => opened.remove());

  async function record(events: readonly AuditEvent[]): Promise<void> {
    const trail = openAuditTrail({ store: opened.store, sealer, literals: 'redact' });
    await Promise.all(events.map((event) => trail.record(event)));
    await trail.close();
  }

  async function listed(listing: AuditListing): Promise<string> {
    const { items } = await listAudit(opened.store, listing);
    return items.map(({ requestId }) => requestId).join('');
  }

  it.each<[AuditListing, string]>([
    [{}, 'edccba'],
    [{ principal: 'alice' }, 'eb'],
    [{ principal: 'id-of-alice' }, 'eb'],
    [{ principal: 'nobody' }, ''],
    [{ schema: 'demo' }, 'cba'],
    [{ schema: 'shop' }, 'dcc'],
    [{ schema: 'sho_' }, ''],
    [{ table: 'orders' }, 'ccba'],
    [{ table: 'a.b' }, 'd'],
    [{ table: 'b' }, ''],
    [{ schema: 'demo', table: 'orders' }, 'ba'],
    [{ schema: 'demo', table: 'or%' }, 'c'],
    [{ outcome: 'ok' }, 'eba'],
    [{ outcome: 'begun' }, 'c'],
    [{ outcome: 'failed' }, 'dc'],
    [{ outcome: 'refused' }, 'd'],
    [{ outcome: 'TIMEOUT' }, 'c'],
    [{ requestId: 'c' }, 'cc'],
    [{ from: day(3) }, 'edcc'],
    [{ to: day(3) }, 'ba'],
    [{ from: day(2), to: day(5), schema: 'shop', outcome: 'failed' }, 'c'],
    [{ limit: 2 }, 'ed'],
    [{ principal: "'; drop table headgate.audit_records --" }, ''],
  ])('gives of %j the records %j', async (listing, expected) => {
    expect(await listed(listing)).toBe(expected);
  });

  it('goes on page by page, each record once, though others are added', async () => {
    const pages: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await listAudit(opened.store, { limit: 2, to: day(10), nextToken });
      pages.push(page.items.map(({ requestId }) => requestId).join(''));
      nextToken = page.nextToken;
      await record([makeEvent({ requestId: 'z', at: day(20) })]);
    } while (nextToken !== undefined);
    expect(pages).toEqual(['ed', 'cc', 'ba']);
  });

  it('refuses a token that is none', async () => {
    for (const nextToken of ['', 'x', '-1', '1.5', '1e3', '99999999999999999999']) {
      await expect(listAudit(opened.store, { nextToken })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    }
  });
});

describe.each(STORE_KINDS.filter(({ available }) => available))('removing old audit records on $name', ({ open }) => {
  const sealer = makeSealer();
  let opened: TestStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());

  async function fill(): Promise<void> {
    await opened.store.execute('truncate headgate.audit_records, headgate.settings');
    const trail = openAuditTrail({ store: opened.store, sealer, literals: 'redact' });
    const events = [
      ...makeEvents(2500, { at: day(1) }),
      makeEvent({ at: day(10) }),
      // It began early and ended late.
      makeEvent({ at: day(1) }),
    ];
    await Promise.all(events.map((event) => trail.record(event)));
    await trail.close();
  }

  it('removes them in batches up to the first that is not old, and the chain is whole', async () => {
    await fill();
    expect(await removeOldAudit(opened.store, sealer, { before: day(2) })).toBe(2500);
    expect(await removeOldAudit(opened.store, sealer, { before: day(2) })).toBe(0);
    expect(await verifyAudit(opened.store, sealer)).toMatchObject({ ok: true, count: 2, first: { sequence: 2501 } });
    expect(await removeOldAudit(opened.store, sealer, { before: day(11) })).toBe(2);
    expect(await verifyAudit(opened.store, sealer)).toMatchObject({ ok: true, count: 0 });
    const trail = openAuditTrail({ store: opened.store, sealer, literals: 'redact' });
    await trail.record(makeEvent());
    await trail.close();
    expect(await verifyAudit(opened.store, sealer)).toMatchObject({ ok: true, count: 1, first: { sequence: 2503 } });
  });

  it('does not remove the evidence that they were tampered with', async () => {
    for (const change of [
      'update headgate.audit_records set rows = 0 where sequence = 1700',
      'delete from headgate.audit_records where sequence = 1700',
      'delete from headgate.audit_records where sequence < 3',
    ]) {
      await fill();
      await opened.store.execute(change);
      await expect(removeOldAudit(opened.store, sealer, { before: day(2) })).rejects.toMatchObject({
        code: 'AUDIT_BROKEN',
      });
      expect((await verifyAudit(opened.store, sealer)).ok).toBe(false);
    }
  });
});
