import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditContent } from '../audit/audit-content.js';
import type { AuditEvent } from '../audit/audit-event.js';
import { openAuditTrail } from '../audit/open-audit-trail.js';
import { makeEvent, makeSealer } from '../audit/testing/make-audit.js';
import { STORE_KINDS, type TestStore } from '../store/testing/store-kinds.js';
import { rollUpUsage } from './roll-up-usage.js';
import { summarizeUsage } from './summarize-usage.js';
import { unitsToday } from './units-today.js';
import { usageOf } from './usage-of.js';

const spend = (schema: string, table: string, readUnits: number, dollars = 0.1) => ({
  schema,
  table,
  readUnits,
  writeUnits: 1,
  dollars,
});

describe('the usage of an event', () => {
  const targets = (parts: Partial<AuditEvent>) =>
    usageOf(auditContent(makeEvent(parts), 'redact')).map(({ schemaName, tableName, requests, readUnits }) => [
      `${schemaName}|${tableName}`,
      requests,
      readUnits,
    ]);

  it('counts the request once and what was spent by table', () => {
    const spent = [spend('demo', 'a', 2), spend('demo', 'b.c', 3)];
    expect(targets({ tables: ['demo.b.c'], spent: [spend('demo', 'b.c', 3)] })).toEqual([
      ['demo|b.c', 1, 0],
      ['demo|b.c', 0, 3],
    ]);
    expect(targets({ tables: ['demo.a', 'demo.b.c'], spent })[0]).toEqual(['demo|', 1, 0]);
    expect(targets({ tables: ['demo.a', 'shop.a'], spent: [] })).toEqual([['|', 1, 0]]);
    expect(targets({ tables: [], spent: [] })).toEqual([['|', 1, 0]]);
  });

  it('is none when it has only begun, and of no table when it was refused', () => {
    expect(targets({ outcome: 'begun' })).toEqual([]);
    expect(targets({ decision: 'refused', outcome: 'failed', spent: [] })).toEqual([['|', 1, 0]]);
  });
});

describe.each(STORE_KINDS.filter(({ available }) => available))('usage on $name', ({ open }) => {
  const sealer = makeSealer();
  let opened: TestStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    await opened.store.execute('truncate headgate.usage_sums');
  });

  async function record(events: readonly Partial<AuditEvent>[]): Promise<void> {
    const trail = openAuditTrail({ store: opened.store, sealer, literals: 'redact' });
    await Promise.all(events.map((event) => trail.record(makeEvent(event))));
    await trail.close();
  }

  const at = (text: string): Date => new Date(text);
  const alice = { kind: 'user', id: 'alice', name: 'Alice' } as const;
  const bob = { kind: 'client', id: 'bob', name: 'Bob' } as const;
  const january = { startDate: '2026-01-01', endDate: '2026-01-31' };

  it('is summed by day, and by principal, schema or table, with totals of all', async () => {
    const both = [spend('demo', 'orders', 1.5), spend('shop', 'items', 2)];
    await record([
      { at: at('2026-01-01T00:00:00Z'), principal: alice, spent: [spend('demo', 'orders', 0.5)] },
      { at: at('2026-01-01T23:59:59.999Z'), principal: bob, tables: ['demo.orders', 'shop.items'], spent: both },
      { at: at('2026-01-02T00:00:00Z'), principal: alice, spent: [], outcome: 'failed', errorCode: 'TIMEOUT' },
      { at: at('2026-01-02T01:00:00Z'), principal: alice, outcome: 'begun' },
      { at: at('2026-02-01T00:00:00Z'), principal: alice },
    ]);
    const { days, totals } = await summarizeUsage(opened.store, january);
    const first = { requests: 2, rowsReturned: 20, ddbReadUnits: 4, ddbWriteUnits: 3, dollars: 0.3 };
    const second = { requests: 1, rowsReturned: 10, ddbReadUnits: 0, ddbWriteUnits: 0, dollars: 0 };
    expect(days).toEqual([
      { day: '2026-01-01', ...first },
      { day: '2026-01-02', ...second },
    ]);
    expect(totals).toEqual({ ...first, requests: 3, rowsReturned: 30 });

    const groups = async (groupBy: 'principal' | 'schema' | 'table') => {
      const grouped = await summarizeUsage(opened.store, { ...january, groupBy });
      expect(grouped.totals).toEqual(totals);
      return grouped.days.map(({ day, group, requests, ddbReadUnits }) => [
        day.slice(-2),
        group,
        requests,
        ddbReadUnits,
      ]);
    };
    expect(await groups('principal')).toEqual([
      ['01', 'alice', 1, 0.5],
      ['01', 'bob', 1, 3.5],
      ['02', 'alice', 1, 0],
    ]);
    expect(await groups('schema')).toEqual([
      ['01', '', 1, 0],
      ['01', 'demo', 1, 2],
      ['01', 'shop', 0, 2],
      ['02', 'demo', 1, 0],
    ]);
    expect(await groups('table')).toEqual([
      ['01', '', 1, 0],
      ['01', 'demo.orders', 1, 2],
      ['01', 'shop.items', 0, 2],
      ['02', 'demo.orders', 1, 0],
    ]);
    const ofBob = await summarizeUsage(opened.store, { ...january, principalId: 'bob' });
    expect(ofBob.totals).toMatchObject({ requests: 1, ddbReadUnits: 3.5 });
  });

  it('adds dollars exactly', async () => {
    await record(
      Array.from({ length: 1000 }, () => ({ at: at('2026-01-01'), spent: [spend('demo', 'orders', 1, 1.25e-7)] })),
    );
    await record([{ at: at('2026-01-01'), spent: [spend('demo', 'orders', 1, 1234567.1)] }]);
    const { totals } = await summarizeUsage(opened.store, january);
    expect(totals).toMatchObject({ dollars: 1234567.100125, requests: 1001 });
  });

  it('is nothing where there was none', async () => {
    const nothing = { requests: 0, rowsReturned: 0, ddbReadUnits: 0, ddbWriteUnits: 0, dollars: 0 };
    expect(await summarizeUsage(opened.store, january)).toEqual({ ...january, totals: nothing, days: [] });
    expect(await unitsToday(opened.store, 'alice')).toBe(0);
  });

  it('tells the units of a principal since midnight UTC', async () => {
    await record([
      { at: at('2026-01-05T00:00:00Z'), principal: alice, spent: [spend('demo', 'a', 10), spend('demo', 'b', 2.5)] },
      { at: at('2026-01-05T12:00:00Z'), principal: alice, spent: [spend('demo', 'a', 1)] },
      { at: at('2026-01-04T23:59:59Z'), principal: alice, spent: [spend('demo', 'a', 100)] },
      { at: at('2026-01-05T12:00:00Z'), principal: bob, spent: [spend('demo', 'a', 1000)] },
    ]);
    expect(await unitsToday(opened.store, 'alice', at('2026-01-05T23:59:59.999Z'))).toBe(16.5);
    expect(await unitsToday(opened.store, 'alice', at('2026-01-06T00:00:00Z'))).toBe(0);
  });

  it('becomes one sum a month where it is old, and the totals stay as they are', async () => {
    const event = fc.record({
      at: fc.date({ min: at('2025-10-01'), max: at('2026-02-28'), noInvalidDate: true }),
      principal: fc.constantFrom(alice, bob),
      spent: fc.array(
        fc.record({
          schema: fc.constantFrom('demo', 'shop'),
          table: fc.constantFrom('a', 'b'),
          readUnits: fc.nat(1000).map((halves) => halves / 2),
          writeUnits: fc.nat(1000),
          dollars: fc.nat(1_000_000).map((millionths) => millionths / 1_000_000),
        }),
        { maxLength: 3 },
      ),
    });
    const property = fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 60 }), async (events) => {
      await opened.store.execute('truncate headgate.usage_sums');
      await record(events);
      const all = { startDate: '2025-10-01', endDate: '2026-02-28', groupBy: 'table' } as const;
      const before = await summarizeUsage(opened.store, all);
      const moved = await rollUpUsage(opened.store, { before: at('2026-01-15') });
      const after = await summarizeUsage(opened.store, all);
      expect(after.totals).toEqual(before.totals);
      expect(await rollUpUsage(opened.store, { before: at('2026-01-15') })).toBe(0);
      const isOld = ({ day }: { readonly day: string }): boolean => day < '2026-01-15';
      expect(after.days.filter((day) => isOld(day) && !day.day.endsWith('-01'))).toEqual([]);
      expect(after.days.filter((day) => !isOld(day))).toEqual(before.days.filter((day) => !isOld(day)));
      expect(moved > 0).toBe(before.days.some((day) => isOld(day) && !day.day.endsWith('-01')));
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('is rolled up in batches', async () => {
    await opened.store.execute(`insert into headgate.usage_sums
      select '2025-03-02'::date + (n % 20), 'p' || n, 's', 't', 1, 1, 1, 1, 1, 1 from generate_series(1, 2300) as n`);
    expect(await rollUpUsage(opened.store, { before: at('2026-01-01') })).toBe(2300);
    const { days } = await summarizeUsage(opened.store, { startDate: '2025-03-01', endDate: '2025-03-31' });
    expect(days).toMatchObject([{ day: '2025-03-01', requests: 2300 }]);
  });
});
