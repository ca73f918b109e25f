import { describe, expect, it } from 'vitest';
import { Meter } from './meter.js';

const NO_COST = { readUnits: 0, requests: 0, dollars: 0 };

function plan(table: string) {
  return {
    plan: { table, alias: 't', path: 'scan' as const, columns: [], conjuncts: [], estimate: NO_COST, notes: [] },
  };
}

function page(itemCount: number, scannedCount: number, readUnits: number) {
  return { items: Buffer.from('[]'), itemCount, scannedCount, readUnits, index: undefined };
}

describe('Meter', () => {
  it('starts at nothing', () => {
    expect(new Meter().totals()).toEqual({ readUnits: 0, requests: 0, items: 0, dollars: 0 });
    expect(new Meter().reads).toEqual([]);
  });

  it('adds up the pages of one table, those without items too', () => {
    const meter = new Meter();
    meter.add(plan('s.a'), page(3, 10, 1.5));
    meter.add(plan('s.a'), page(0, 10, 128.5));
    expect(meter.reads).toEqual([
      { table: 's.a', index: undefined, readUnits: 130, requests: 2, itemsScanned: 20, itemsReturned: 3 },
    ]);
  });

  it('keeps a table and each of its indexes apart, but not two references to the same one', () => {
    const meter = new Meter();
    meter.add(plan('s.a'), page(1, 1, 0.5));
    meter.add(plan('s.a'), { ...page(2, 2, 1), index: 'by-day' });
    meter.add(plan('s.b'), page(3, 3, 2));
    meter.add(plan('s.a'), { ...page(4, 4, 4), index: 'by-day' });
    expect(meter.reads.map(({ table, index, readUnits }) => [table, index, readUnits])).toEqual([
      ['s.a', undefined, 0.5],
      ['s.a', 'by-day', 5],
      ['s.b', undefined, 2],
    ]);
    expect(meter.totals()).toMatchObject({ readUnits: 7.5, requests: 4, items: 10 });
  });

  it('prices the units as read requests on demand', () => {
    const meter = new Meter();
    meter.add(plan('s.a'), page(1, 1, 1_000_000));
    expect(meter.totals().dollars).toBe(0.125);
  });
});
