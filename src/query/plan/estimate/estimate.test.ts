import { describe, expect, test } from 'vitest';
import { statisticsOf, values } from '../../../catalog/testing/statistics-of.js';
import { catalogTable, index, TEXT, testColumn } from '../../testing/catalog-table.js';
import { interval, point, prefixInterval } from '../keys/interval.js';
import type { KeyRange } from '../keys/key-ranges.js';
import { estimateKeys, estimateQuery, estimateScan, withFillIn } from './estimate.js';

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

describe('with a sample of all items', () => {
  /** 1000 items: half of shop s0, the others of 50 shops; prices from 0 to 999; one in twenty with a coupon, of five. */
  const sales = {
    ...catalogTable({ partitionKey: 'shop S', sortKey: 'day S', itemCount: 1000, sizeBytes: 1_024_000 }),
    columns: [
      sampled('shop', 1000, (i) => ({ S: i % 2 === 0 ? 's0' : `s${1 + (((i - 1) / 2) % 50)}` })),
      sampled('price', 1000, (i) => ({ N: String((i * 7) % 1000) })),
      sampled('coupon', 50, (i) => ({ S: String(i % 5) })),
    ],
    sample: { items: 1000, averageItemBytes: 1024, readUnits: 125, takenAt: '', complete: true },
  };
  const byPrice = index('by_price', ['shop S'], ['price N'], { itemCount: 1000, sizeBytes: 64_000 });
  const itemsOf = (of: typeof byPrice | undefined, each: KeyRange) =>
    estimateQuery(sales, of, [each], { consistentRead: false }).items;

  function sampled(name: string, count: number, valueAt: Parameters<typeof values>[1]) {
    return { ...testColumn(name, TEXT), statistics: statisticsOf(values(count, valueAt), { isComplete: true }) };
  }

  test('a large partition is told from a small one', () => {
    expect(itemsOf(undefined, { ...range(), partition: [{ S: 's0' }] })).toBeCloseTo(500);
    expect(itemsOf(undefined, { ...range(), partition: [{ S: 's9' }] })).toBeCloseTo(10);
  });

  test('a range of the sort key has its share of the partition, and one item at least', () => {
    const above = (value: string) => interval({ value: { N: value }, side: 'after' }, undefined);
    const from = (value: string): KeyRange => ({ ...range(above(value)), partition: [{ S: 's0' }] });
    expect(itemsOf(byPrice, from('899'))).toBeCloseTo(50, 0);
    expect(itemsOf(byPrice, { ...from('899'), partition: [{ S: 's9' }] })).toBeCloseTo(1, 1);
    expect(itemsOf(byPrice, from('5000'))).toBe(1);
  });

  test('several partition attributes, and sort attributes with one value, leave their shares each', () => {
    const several = index('several', ['shop S', 'coupon S'], ['coupon S', 'price N'], { itemCount: 1000 });
    const half = interval({ value: { N: '500' }, side: 'before' }, undefined);
    const each = { partition: [{ S: 's0' }, { S: '1' }], sortEquals: [{ S: '1' }], interval: half };
    expect(itemsOf(several, each)).toBeCloseTo(1000 * 0.5 * 0.2 * 0.2 * 0.5, 0);
  });

  test('an index of unknown size has the items that have its keys', () => {
    const sparse = index('sparse', ['coupon S'], ['price N'], { itemCount: 0, sizeBytes: 0 });
    expect(estimateScan(sales, sparse, false).items).toBeCloseTo(50);
    expect(itemsOf(sparse, { ...range(), partition: [{ S: '1' }] })).toBeCloseTo(10);
  });
});

test('items are filled in for the keys that the filter of the index lets through', () => {
  const keys = { readUnits: 2, requests: 1, items: 200 };
  const request = { table: small, consistentRead: false };
  expect(withFillIn(keys, request, { kept: 1 })).toEqual({ readUnits: 102, requests: 3, items: 200 });
  expect(withFillIn(keys, request, { kept: 0.1 })).toEqual({ readUnits: 12, requests: 2, items: 20 });
  expect(withFillIn(keys, request, { kept: 0 })).toEqual({ readUnits: 2.5, requests: 2, items: 1 });
});
