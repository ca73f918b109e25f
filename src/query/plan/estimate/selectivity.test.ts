import { describe, expect, it, test } from 'vitest';
import type { Column } from '../../../catalog/model.js';
import { type SampleShape, statisticsOf, values } from '../../../catalog/testing/statistics-of.js';
import type { AttributeValue } from '../../../dynamodb/attribute-value.js';
import { catalogTable, TEXT, testColumn } from '../../testing/catalog-table.js';
import type { Predicate } from '../conditions/predicate.js';
import { type Interval, interval, point, prefixInterval } from '../keys/interval.js';
import { shareOfInterval, shareOfPredicates, shareOfValue, shareWith } from './selectivity.js';

/** A sample of 1000 items of a table of 100 000, unless it is all of it. */
function tableWith(columns: Readonly<Record<string, Partial<Column>>>, complete = false, itemsPerPartition?: number) {
  const table = catalogTable({ partitionKey: 'pk S', sortKey: 'sk S', itemCount: complete ? 1000 : 100_000 });
  return {
    ...table,
    columns: Object.entries(columns).map(([name, column]) => ({ ...testColumn(name, TEXT), ...column })),
    sample: {
      items: 1000,
      averageItemBytes: 400,
      readUnits: 60,
      takenAt: '',
      complete,
      ...(itemsPerPartition === undefined ? {} : { itemsPerPartition }),
    },
  };
}

const sampled = (count: number, valueAt: (at: number) => AttributeValue, shape: SampleShape = {}) => ({
  statistics: statisticsOf(values(count, valueAt), shape),
});

describe('the share of a value', () => {
  /** Half of the items are of shop 0, the others of 100 shops, 5 items each. */
  const shop = (i: number) => ({ S: i % 2 === 0 ? 'shop-0' : `shop-${1 + (((i - 1) / 2) % 100)}` });

  it('is what the sample saw of a common one, and an equal part of the rest of another', () => {
    for (const complete of [true, false]) {
      const table = tableWith({ shop: sampled(1000, shop, { isComplete: complete }) }, complete);
      expect(shareOfValue(table, 'shop', { S: 'shop-0' })).toBe(0.5);
      expect(shareOfValue(table, 'shop', { S: 'shop-7' })).toBeCloseTo(0.5 / 100);
    }
  });

  it('goes by the number and not by how it is written', () => {
    const table = tableWith({ rating: sampled(1000, (i) => ({ N: String(i % 4) })) });
    expect(shareOfValue(table, 'rating', { N: '3.00' })).toBe(0.25);
  });

  it('is that of one item of the table where all sampled ones differed, and of one of the sample where that is complete', () => {
    const each = (i: number) => ({ S: `id-${i}` });
    expect(shareOfValue(tableWith({ id: sampled(1000, each) }), 'id', { S: 'x' })).toBeCloseTo(1 / 100_000);
    expect(shareOfValue(tableWith({ id: sampled(1000, each) }, true), 'id', { S: 'x' })).toBeCloseTo(1 / 1000);
  });

  it('is between these where some were seen again', () => {
    // 800 values once, 100 twice: n d / (n - f1 + f1 q) = 1000 * 900 / (200 + 800 / 100).
    const table = tableWith({ day: sampled(1000, (i) => ({ S: String(i % 900) })) });
    expect(1 / (shareOfValue(table, 'day', { S: '1' }) ?? 0)).toBeCloseTo(900_000 / 208);
  });

  it('is small, and not nothing, where the sample saw other values only', () => {
    const table = tableWith({ status: sampled(1000, (i) => ({ S: i % 2 === 0 ? 'open' : 'paid' })) });
    expect(shareOfValue(table, 'status', { S: 'lost' })).toBeCloseTo(1 / 1001);
  });

  it('does not take what the neighbours of a partition share for what is common in the table', () => {
    const partition = (at: number) => Math.floor(at / 25);
    const city = sampled(1000, (i) => ({ S: `city-${partition(i)}` }), { partition });
    // 40 partitions were seen, each with another city, of a table a hundred times as large.
    expect(shareOfValue(tableWith({ city }), 'city', { S: 'city-1' })).toBeCloseTo(1 / 4000);
  });

  it('of the partition key goes by the size of the partitions that were seen to their end', () => {
    const partition = (at: number) => Math.floor(at / 25);
    const pk = sampled(1000, (i) => ({ S: `pk-${partition(i)}` }), { partition });
    expect(shareOfValue(tableWith({ pk }, false, 50), 'pk', { S: 'pk-1' })).toBe(50 / 100_000);
    expect(shareOfValue(tableWith({ pk }), 'pk', { S: 'pk-1' })).toBeUndefined();
  });

  it('is unknown without statistics, as after an empty sample or with a cache of older form', () => {
    expect(shareOfValue(tableWith({ shop: {} }), 'shop', { S: 'x' })).toBeUndefined();
    expect(shareOfValue(tableWith({}), 'shop', { S: 'x' })).toBeUndefined();
    const empty = { ...tableWith({}, true), description: catalogTable({ itemCount: 0 }).description };
    expect(shareOfValue(empty, 'pk', { S: 'x' })).toBeUndefined();
  });
});

describe('the share of an interval', () => {
  const from = (value: AttributeValue, to?: AttributeValue): Interval =>
    interval({ value, side: 'before' }, to && { value: to, side: 'before' });
  const above = (value: AttributeValue): Interval => interval({ value, side: 'after' }, undefined);

  it('of decimal numbers is interpolated between boundaries', () => {
    // 0.00 to 199.80, evenly.
    const table = tableWith({ price: sampled(1000, (i) => ({ N: (i / 5).toFixed(2) })) });
    expect(shareOfInterval(table, 'price', above({ N: '199' }))).toBeCloseTo(0.8 / 199.8, 2);
    expect(shareOfInterval(table, 'price', above({ N: '99.9' }))).toBeCloseTo(0.5, 2);
    expect(shareOfInterval(table, 'price', from({ N: '20' }, { N: '30.5' }))).toBeCloseTo(0.0525, 2);
    expect(shareOfInterval(table, 'price', from({ N: '-1E3' }))).toBe(1);
  });

  it('of skewed numbers follows the items, not the values', () => {
    // Nine of ten are below 1, the others up to 1000.
    const table = tableWith({ total: sampled(1000, (i) => ({ N: String(i < 900 ? i / 1000 : (i - 899) * 10) })) });
    expect(shareOfInterval(table, 'total', above({ N: '1' }))).toBeCloseTo(0.1, 1);
    expect(shareOfInterval(table, 'total', from({ N: '0.225' }, { N: '0.45' }))).toBeCloseTo(0.225, 2);
  });

  it('counts the ends where many items have one value', () => {
    const table = tableWith({ n: sampled(1000, (i) => ({ N: i < 500 ? '1' : '2' })) });
    expect(shareOfInterval(table, 'n', from({ N: '2' }))).toBeCloseTo(0.5, 1);
    expect(shareOfInterval(table, 'n', above({ N: '1' }))).toBeCloseTo(0.5, 1);
    expect(shareOfInterval(table, 'n', from({ N: '1' }))).toBe(1);
  });

  it('of dates goes by their place among the boundaries, for days, months and times alike', () => {
    const day = (i: number) => new Date(Date.UTC(2026, 0, 1) + i * 0.365 * 864e5).toISOString();
    const table = tableWith({ at: sampled(1000, (i) => ({ S: day(i) })) });
    expect(shareOfInterval(table, 'at', prefixInterval('2026-03'))).toBeCloseTo(31 / 365, 2);
    expect(shareOfInterval(table, 'at', from({ S: '2026-07-01' }))).toBeCloseTo(184 / 365, 2);
    expect(shareOfInterval(table, 'at', from({ S: '2026-09' }, { S: '2026-10' }))).toBeCloseTo(30 / 365, 2);
    expect(shareOfInterval(table, 'at', from({ S: '2026-03-05T12:00' }, { S: '2026-03-07T12:00' }))).toBeCloseTo(
      2 / 365,
      2,
    );
    expect(shareOfInterval(table, 'at', from({ S: '2027' }))).toBeCloseTo(1 / 1001);
  });

  it('grows with the interval', () => {
    const day = (i: number) => new Date(Date.UTC(2026, 0, 1) + i * 864e5).toISOString().slice(0, 10);
    const table = tableWith({ at: sampled(1000, (i) => ({ S: day(i) })) });
    const shares = Array.from({ length: 500 }, (_, i) =>
      shareOfInterval(table, 'at', from({ S: day(0) }, { S: day(i + 1) })),
    );
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });

  it('without boundaries goes by its form', () => {
    const table = tableWith({ name: sampled(1000, (i) => ({ S: `name-${i}` })), other: {} });
    for (const attribute of ['name', 'other', 'unheard-of']) {
      expect(shareOfInterval(table, attribute, {})).toBe(1);
      expect(shareOfInterval(table, attribute, above({ S: 'a' }))).toBe(1 / 3);
      expect(shareOfInterval(table, attribute, from({ S: 'a' }, { S: 'c' }))).toBe(1 / 8);
      expect(shareOfInterval(table, attribute, prefixInterval('a'))).toBe(0.1);
    }
    expect(shareOfInterval(table, 'other', point({ S: 'a' }))).toBe(0.02);
    const numbers = tableWith({ n: sampled(1000, (i) => ({ N: String(i) })) });
    expect(shareOfInterval(numbers, 'n', above({ S: '5' }))).toBe(1 / 3);
  });
});

describe('the share of predicates', () => {
  const table = tableWith({
    status: sampled(1000, (i) => ({ S: i % 4 === 0 ? 'open' : 'paid' })),
    price: sampled(1000, (i) => ({ N: String(i) })),
    coupon: sampled(50, () => ({ S: 'c' })),
    name: {},
  });
  const compare = (attribute: string, op: '=' | '<>' | '>' | '<', value: AttributeValue): Predicate => ({
    kind: 'compare',
    path: [attribute],
    op,
    value,
  });
  const open = compare('status', '=', { S: 'open' });
  const paid = compare('status', '=', { S: 'paid' });
  const dear = compare('price', '>', { N: '900' });

  test.each<[string, Predicate[], number]>([
    ['no predicates', [], 1],
    ['one attribute', [open], 0.25],
    ['several attributes', [open, dear], 0.025],
    ['terms of an AND', [{ kind: 'and', terms: [open, dear] }], 0.025],
    ['both ends of a range', [dear, compare('price', '<', { N: '950' })], 0.05],
    ['an OR on one attribute', [{ kind: 'or', terms: [open, paid] }], 1],
    ['a list', [{ kind: 'in', path: ['status'], values: [{ S: 'open' }, { S: 'paid' }] }], 1],
    ['a contradiction', [open, paid], 0],
    ['presence', [{ kind: 'present', path: ['coupon'], type: 'S' }], 0.05],
    ['an attribute that few items have', [compare('coupon', '=', { S: 'c' })], 0.05],
    ['an attribute that nothing is known of', [compare('name', '=', { S: 'x' })], 1 / 3],
    [
      'several things that nothing is known of',
      [compare('name', '=', { S: 'x' }), compare('status', '<>', { S: 'x' })],
      1 / 3,
    ],
    ['what is inside an attribute', [{ ...open, path: ['status', 'a'] } as Predicate], 1 / 3],
    ['an OR of attributes', [{ kind: 'or', terms: [open, dear] }], 1 / 3],
  ])('of %s', (_, predicates, expected) => {
    expect(shareOfPredicates(table, predicates)).toBeCloseTo(expected, 2);
  });

  it('is of those items that have the attributes which are present for sure', () => {
    const present: Predicate = { kind: 'present', path: ['coupon'], type: 'S' };
    expect(shareOfPredicates(table, [present], new Set(['coupon']))).toBe(1);
  });

  it('is all for an attribute that no sample tells of', () => {
    expect(shareWith(table, 'coupon')).toBe(0.05);
    expect(shareWith(table, 'name')).toBe(1);
    expect(shareWith(catalogTable(), 'coupon')).toBe(1);
  });
});
