import { describe, expect, it } from 'vitest';
import { Meter } from './fetch/meter.js';
import { guardActual, guardEstimate, guardRemaining } from './guard.js';
import type { AccessPathKind, Estimate, ReferencePlan, StatementPlan } from './plan/statement-plan.js';
import { catalogTable, tableReference } from './testing/catalog-table.js';

function estimateOf(readUnits: number): Estimate {
  return { readUnits, requests: 1, seconds: readUnits / 3000, dollars: readUnits * 1.25e-7 };
}

function reference(table: string, path: AccessPathKind, readUnits: number): ReferencePlan {
  return { table, alias: table, path, columns: [], conjuncts: [], estimate: estimateOf(readUnits), notes: [] };
}

function planOf(...references: ReferencePlan[]): StatementPlan {
  const estimate = estimateOf(references.reduce((sum, each) => sum + each.estimate.readUnits, 0));
  return { references, estimate, warnings: [] };
}

function meterAt(readUnits: number): Meter {
  const meter = new Meter();
  const planned = { reference: tableReference(catalogTable()), plan: reference('s.a', 'scan', 0) };
  meter.begin(planned, { kind: 'none' });
  meter.add(planned, { items: Buffer.from('[]'), itemCount: 0, scannedCount: 0, readUnits, index: undefined });
  return meter;
}

describe('guardEstimate', () => {
  it('lets a statement pass that reads just as much as allowed', () => {
    expect(() => guardEstimate(planOf(reference('s.a', 'scan', 99.5)), 100)).not.toThrow();
    expect(() => guardEstimate(planOf(reference('s.a', 'scan', 100)), 100)).not.toThrow();
  });

  it('refuses more than allowed, and tells the price, the time, and which tables take how much, the dearest first', () => {
    const plan = planOf(reference('s.b', 'get', 0.5), reference('s.c', 'scan', 3000), reference('s.a', 'scan', 26_000));
    expect(() => guardEstimate(plan, 25_000)).toThrow(
      expect.objectContaining({
        code: 'UNITS_EXCEEDED',
        message: 'the statement would read about 29,001 units ($0.0036, 9.7 s), more than the 25,000 allowed',
        detail: [
          'Nothing was read.',
          's.a takes 26,000 units by scan, because no key or index fits its conditions.',
          's.c takes 3,000 units by scan, because no key or index fits its conditions.',
          's.b takes 0.5 units by get.',
        ].join('\n'),
        hint: 'Give a key in WHERE, or allow it with --max-units 30000 or limits.maxUnits. EXPLAIN shows the plan.',
      }),
    );
  });

  it('says whose prices they are when they are not those of the table, and names the index that would help', () => {
    const advice = { partitionKey: 'status', sortKeys: ['day'], projection: 'ALL', readUnits: 12 } as const;
    const plan = planOf({ ...reference('s.a', 'scan', 300), advice });
    const elsewhere = { ...plan, estimate: { ...plan.estimate, pricesOf: 'us-east-1' } };
    expect(() => guardEstimate(elsewhere, 100)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('(<$0.0001 at prices of us-east-1, 100 ms)'),
        detail: expect.stringContaining(
          'An index would help: a GSI on status, day (ALL) would make this about 12.0 units.',
        ),
      }),
    );
  });

  it('says so when it is the keys that cost too much', () => {
    expect(() => guardEstimate(planOf(reference('s.a', 'batch-get', 5000)), 100)).toThrow(
      expect.objectContaining({ detail: 'Nothing was read.\ns.a takes 5,000 units by batch-get.' }),
    );
  });
});

describe('guardRemaining', () => {
  it('counts what was spent already', () => {
    expect(() => guardRemaining(meterAt(60), estimateOf(40), 100)).not.toThrow();
    expect(() => guardRemaining(meterAt(60), estimateOf(40.5), 100)).toThrow(
      expect.objectContaining({
        code: 'UNITS_EXCEEDED',
        message:
          'the statement was stopped after 60.0 units: the rest would take about 41 units (<$0.0001, 14 ms), more than the 100 allowed in all',
        hint: 'Narrow it in WHERE, or allow it with --max-units 110 or limits.maxUnits.',
      }),
    );
  });
});

describe('guardActual', () => {
  it('stops a statement once it has read more than allowed', () => {
    expect(() => guardActual(meterAt(100), 100)).not.toThrow();
    expect(() => guardActual(meterAt(100.5), 100)).toThrow(
      expect.objectContaining({
        code: 'UNITS_EXCEEDED',
        message: 'the statement was stopped after 100.5 units (<$0.0001), 100 are allowed',
      }),
    );
  });
});
