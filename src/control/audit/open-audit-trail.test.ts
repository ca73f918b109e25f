import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../store/open-store.js';
import { resealAll } from '../store/reseal.js';
import type { Sealer } from '../store/seal.js';
import { createSealer } from '../store/seal.js';
import { newSealingKey } from '../store/sealing-keys.js';
import type { Store } from '../store/store.js';
import { STORE_KINDS, type TestStore } from '../store/testing/store-kinds.js';
import { summarizeUsage } from '../usage/summarize-usage.js';
import { auditContent } from './audit-content.js';
import type { OpenTrail } from './audit-event.js';
import { type AuditRecord, canonicalText, hashOf, NO_RECORD, readLine, recordLine } from './audit-record.js';
import { listAudit } from './list-audit.js';
import { openAuditTrail, type StoredTrailOptions } from './open-audit-trail.js';
import type { AuditSink } from './sink.js';
import { anyEvent } from './testing/any-event.js';
import { makeEvent, makeEvents, makeSealer } from './testing/make-audit.js';
import { verifyAudit } from './verify-audit.js';

describe.each(STORE_KINDS.filter(({ available }) => available))('the audit trail on $name', ({ open }) => {
  let opened: TestStore;
  let sealer: Sealer;
  let trail: OpenTrail;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    await emptyStore(opened.store);
    sealer = makeSealer();
    trail = openTrail({});
  });

  function openTrail(parts: Partial<StoredTrailOptions>): OpenTrail {
    const made = openAuditTrail({ store: opened.store, sealer, literals: 'keep', ...parts });
    onTestFinished(() => made.close());
    return made;
  }

  async function allRecords(): Promise<readonly AuditRecord[]> {
    const { items } = await listAudit(opened.store, { limit: 10_000 });
    return items.toReversed();
  }

  it('keeps all of an event, and a chain from the first record on', async () => {
    const event = makeEvent({ errorCode: 'TIMEOUT', outcome: 'failed', roleSession: 'agent@headgate' });
    await trail.record(event);
    await trail.record(makeEvent({ requestId: 'request-2' }));
    const [first, second] = await allRecords();
    expect(first).toEqual({
      ...auditContent(event, 'keep'),
      sequence: 1,
      previousHash: NO_RECORD.hash,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(second).toMatchObject({ sequence: 2, previousHash: first?.hash, errorCode: null, roleSession: null });
  });

  it('reads back of any event the very text that was hashed', async () => {
    const property = fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 20 }), async (events) => {
      await emptyStore(opened.store);
      await Promise.all(events.map((event) => trail.record(event)));
      const records = await allRecords();
      expect(records.map((record) => hashOf(record))).toEqual(records.map(({ hash }) => hash));
      for (const [index, event] of events.entries()) {
        expect(records[index]).toMatchObject(auditContent(event, 'keep'));
      }
      expect(await verifyAudit(opened.store, sealer)).toMatchObject({ ok: true, count: events.length });
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('keeps the order of 500 events that come at once, without a gap', async () => {
    const events = makeEvents(500);
    await Promise.all(events.map((event) => trail.record(event)));
    const records = await allRecords();
    expect(records.map(({ requestId }) => requestId)).toEqual(events.map(({ requestId }) => requestId));
    expect(records.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(await verifyAudit(opened.store, sealer)).toMatchObject({ ok: true, count: 500, last: { sequence: 500 } });
  });

  it('is one chain when two write it at once', async () => {
    const [a, b] = await Promise.all([otherTrail(), otherTrail()]);
    const events = makeEvents(300);
    await Promise.all(
      events.map(async (event, index) => {
        await (index % 2 === 0 ? a : b).record(event);
        await (index % 2 === 0 ? b : a).record(event);
      }),
    );
    expect(await verifyAudit(opened.store, sealer)).toMatchObject({ ok: true, count: 600, last: { sequence: 600 } });

    /** Of another gateway, where there can be one. */
    async function otherTrail(): Promise<OpenTrail> {
      const { databaseUrl, directory } = opened;
      if (databaseUrl === undefined) return openTrail({});
      const store = await openStore({ databaseUrl, directory });
      onTestFinished(() => store.close());
      return openTrail({ store });
    }
  });

  it('adds to usage in the same transaction', async () => {
    await trail.record(makeEvent());
    await opened.store.execute('alter table headgate.usage_sums add constraint full_up check (rows < 15)');
    await expect(trail.record(makeEvent())).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await opened.store.execute('alter table headgate.usage_sums drop constraint full_up');
    const day = { startDate: '2026-02-03', endDate: '2026-02-03' };
    expect(await allRecords()).toHaveLength(1);
    expect((await summarizeUsage(opened.store, day)).totals).toMatchObject({ requests: 1, rowsReturned: 10 });
    await trail.record(makeEvent());
    expect(await verifyAudit(opened.store, sealer)).toMatchObject({ ok: true, count: 2 });
    expect((await summarizeUsage(opened.store, day)).totals).toMatchObject({ requests: 2, rowsReturned: 20 });
  });

  it('keeps no literals when it is told so', async () => {
    const careful = openTrail({ literals: 'redact' });
    await careful.record(makeEvent());
    expect((await allRecords())[0]?.statement).toBe('select * from demo.orders where customer = ? and total > ?');
  });

  it('sends to its sinks what was stored, as lines that prove themselves', async () => {
    const lines: string[] = [];
    const sink: AuditSink = { name: 'lines', write: async (text) => void lines.push(text), close: async () => {} };
    const shipping = openTrail({ sinks: [sink] });
    await Promise.all(makeEvents(30).map((event) => shipping.record(event)));
    await shipping.close();
    const records = await allRecords();
    expect(lines.join('')).toBe(records.map(recordLine).join(''));
    const [first = ''] = lines.join('').split('\n');
    expect(readLine(first)).toEqual({ kind: 'record', record: records[0] });
  });

  it('goes on recording when a sink fails', async () => {
    const reports: unknown[] = [];
    const sink: AuditSink = { name: 'broken', write: () => Promise.reject(new Error('full')), close: async () => {} };
    const shipping = openTrail({ sinks: [sink], onSink: (report) => reports.push(report) });
    await shipping.record(makeEvent());
    await shipping.record(makeEvent());
    await shipping.close();
    expect(await allRecords()).toHaveLength(2);
    expect(reports.at(-1)).toMatchObject({ sink: 'broken', lost: 2, waiting: 0 });
  });

  it('refuses an event that is malformed, and no other', async () => {
    const results = await Promise.allSettled([
      trail.record(makeEvent({ requestId: 'good-1' })),
      trail.record(makeEvent({ rows: Number.NaN })),
      trail.record(makeEvent({ at: new Date(Number.NaN) })),
      trail.record(makeEvent({ requestId: 'good-2' })),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'INTERNAL' } });
    expect((await allRecords()).map(({ requestId }) => requestId)).toEqual(['good-1', 'good-2']);
  });

  it('does not go on where the end of the chain was taken away, or is not its own', async () => {
    await trail.record(makeEvent());
    await expect(openTrail({ sealer: makeSealer() }).record(makeEvent())).rejects.toMatchObject({
      code: 'SEALING_KEY_WRONG',
    });
    await opened.store.execute("delete from headgate.settings where name = 'audit-head'");
    await expect(trail.record(makeEvent())).rejects.toMatchObject({ code: 'AUDIT_BROKEN' });
    expect(await allRecords()).toHaveLength(1);
  });

  it('goes on with another key after the secrets were sealed anew', async () => {
    const keys = [newSealingKey(), newSealingKey()] as const;
    const old = createSealer([keys[0]]);
    await openTrail({ sealer: old }).record(makeEvent());
    await resealAll(opened.store, createSealer([keys[1], keys[0]]));
    const anew = createSealer([keys[1]]);
    await openTrail({ sealer: anew }).record(makeEvent());
    expect(await verifyAudit(opened.store, anew)).toMatchObject({ ok: true, count: 2 });
  });

  it('records what waits before it closes, and nothing afterwards', async () => {
    const done = Promise.all(makeEvents(50).map((event) => trail.record(event)));
    await trail.close();
    await done;
    expect(await allRecords()).toHaveLength(50);
    await expect(trail.record(makeEvent())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

it('a statement that is too long is cut, after its literals are gone, with a note', () => {
  const statement = `select ${'a, '.repeat(20_000)} 'secret'`;
  const { statement: kept } = auditContent(makeEvent({ statement }), 'redact');
  expect(kept).toHaveLength(32_768 + ' … [the first 32768 of 60009 characters]'.length);
  expect(kept).toMatch(/a, a, .* … \[the first 32768 of 60009 characters\]$/);
});

it('a record is hashed as this text, which may never change', () => {
  const record = { ...auditContent(makeEvent(), 'redact'), sequence: 1, previousHash: NO_RECORD.hash };
  expect(canonicalText(record)).toMatchInlineSnapshot(
    `"{"sequence":1,"at":"2026-02-03T04:05:06.789Z","requestId":"request-1","principalKind":"client","principalId":"6f2c1b1e-1111-4222-8333-444455556666","principalName":"agent","frontEnd":"http","kind":"select","statement":"select * from demo.orders where customer = ? and total > ?","subject":null,"tables":["demo.orders"],"verbs":["Query"],"decision":"allowed","decidedBy":["R on demo (file:1)"],"accessPaths":["demo.orders: query by_customer"],"spent":[{"schema":"demo","table":"orders","readUnits":2.5,"writeUnits":0,"dollars":3.125e-7}],"readUnits":2.5,"writeUnits":0,"rows":10,"bytes":1234,"durationMs":12.345,"outcome":"ok","errorCode":null,"roleSession":null,"previousHash":"0000000000000000000000000000000000000000000000000000000000000000"}"`,
  );
  expect(hashOf(record)).toMatchInlineSnapshot(`"843a524571072f9e5069ba72dafe201890424544aef8f211af97fe19cae9b429"`);
});

async function emptyStore(store: Store): Promise<void> {
  await store.execute('truncate headgate.audit_records, headgate.usage_sums, headgate.settings');
}
