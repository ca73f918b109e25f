import { describe, expect, test } from 'vitest';
import { catalogTable, index } from '../testing/catalog-table.js';
import { estimateKeys, estimateQuery, estimateScan } from './estimate.js';
import { interval, point, prefixInterval } from './interval.js';
import type { KeyRange } from './key-ranges.js';

const small = catalogTable({ itemCount: 10_000, sizeBytes: 4_096_000 });
const range = (each: KeyRange['interval'] = {}): KeyRange => ({
  partition: [{ S: 'a' }],
  sortEquals: [],
  interval: each,
});

describe('keys', () => {
  test('round up item by item, half a unit for every 4 KB, and come 100 to a request', () => {
    expect(estimateKeys(small, 1, false)).toEqual({ readUnits: 0.5, requests: 1, items: 1 });
    expect(estimateKeys(small, 101, false)).toEqual({ readUnits: 50.5, requests: 2, items: 101 });
    const large = catalogTable({ itemCount: 10, sizeBytes: 10 * 9000 });
    expect(estimateKeys(large, 2, false).readUnits).toBe(3);
  });

  test('cost double with consistent reads', () => {
    expect(estimateKeys(small, 3, true).readUnits).toBe(3);
  });
});

describe('a scan', () => {
  test('costs the bytes of the table, in pages of 1 MB', () => {
    expect(estimateScan(small, undefined, false)).toEqual({ readUnits: 500, requests: 4, items: 10_000 });
    expect(estimateScan(small, undefined, true).readUnits).toBe(1000);
  });

  test('of an empty table still costs one request and half a unit', () => {
    expect(estimateScan(catalogTable({ itemCount: 0, sizeBytes: 0 }), undefined, false)).toEqual({
      readUnits: 0.5,
      requests: 1,
      items: 0,
    });
  });

  test('goes by the sample where DescribeTable has no sizes yet', () => {
    const sample = { items: 1000, averageItemBytes: 4096, readUnits: 1, takenAt: '', complete: false };
    const table = { ...catalogTable({ itemCount: 0, sizeBytes: 0 }), sample };
    expect(estimateScan(table, undefined, false).readUnits).toBe(500);
  });
});

describe('a query', () => {
  test('is cheaper the narrower its range, and never free', () => {
    const big = catalogTable({ itemCount: 1_000_000, sizeBytes: 4_000_000_000 });
    const cost = (each: KeyRange['interval']) =>
      estimateQuery(big, undefined, [range(each)], { consistentRead: false }).readUnits;
    const all = cost({});
    const half = cost(interval({ value: { S: 'b' }, side: 'before' }, undefined));
    const between = cost(interval({ value: { S: 'b' }, side: 'before' }, { value: { S: 'c' }, side: 'after' }));
    const prefix = cost(prefixInterval('b'));
    const one = cost(point({ S: 'b' }));
    expect([all, half, between, prefix, one].toSorted((a, b) => b - a)).toEqual([all, half, between, prefix, one]);
    expect(one).toBeGreaterThanOrEqual(0.5);
  });

  test('of several ranges is their sum', () => {
    const of = (count: number) =>
      estimateQuery(
        small,
        undefined,
        Array.from({ length: count }, () => range()),
        { consistentRead: false },
      );
    expect(of(3).readUnits).toBe(3 * of(1).readUnits);
    expect(of(3).requests).toBe(3);
  });

  test('of an index goes by the size of its entries, not of the items', () => {
    const narrow = index('narrow', ['g S'], [], { itemCount: 10_000, sizeBytes: 400_000 });
    const units = (each: typeof narrow | undefined) =>
      estimateQuery(small, each, [range()], { consistentRead: false }).readUnits;
    expect(units(narrow)).toBeLessThan(units(undefined));
  });
});
