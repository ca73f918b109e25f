import { describe, expect, it } from 'vitest';
import type { CatalogTable, Column } from '../../catalog/model.js';
import { statisticsOf, values } from '../../catalog/testing/statistics-of.js';
import type { IndexDescription } from '../../dynamodb/table-description.js';
import { catalogTable, index, TEXT, testColumn } from '../testing/catalog-table.js';
import type { Predicate } from './conditions/predicate.js';
import { type AdvisedReading, adviceText, adviseIndex } from './index-advice.js';

const ATTRIBUTES = ['id', 'status', 'created_at', 'customer', 'total', 'sku', 'notes', 'city', 'street', 'phone'];

/** A sample of 1000 items with so many different texts, 0 and on, as evenly as can be. */
const texts = (distinct: number, count = 1000) => ({
  statistics: statisticsOf(values(count, (at) => ({ S: String(at % distinct) }))),
});
const SAMPLED: Readonly<Record<string, Partial<Column>>> = {
  id: texts(1000),
  status: texts(4),
  created_at: texts(900),
  customer: texts(250),
};

/** 500 000 orders of 420 bytes: 25 635 units to scan. Of a sample of 1000 each has an id, a status of four, and a day. */
function orders(
  columns: Readonly<Record<string, Partial<Column>>> = {},
  indexes: readonly IndexDescription[] = [],
): CatalogTable {
  const table = catalogTable({ name: 'orders', partitionKey: 'id S', indexes, itemCount: 500_000, sizeBytes: 210e6 });
  return {
    ...table,
    columns: ATTRIBUTES.map((name) => ({
      ...testColumn(name, TEXT),
      ...SAMPLED[name],
      ...columns[name],
    })),
    sample: { items: 1000, averageItemBytes: 420, readUnits: 60, takenAt: '', complete: false },
  };
}

function advice(predicates: readonly Predicate[], more: Partial<AdvisedReading> = {}): string | undefined {
  const reading = {
    table: orders(),
    attributes: new Set(['id', 'total']),
    readUnits: 25_635,
    index: undefined,
    ...more,
  };
  const found = adviseIndex({ ...reading, predicates });
  return found && adviceText(found);
}

const equal = (attribute: string, value = '0'): Predicate => ({
  kind: 'compare',
  path: [attribute],
  op: '=',
  value: { S: value },
});
const from = (attribute: string): Predicate => ({ kind: 'compare', path: [attribute], op: '>=', value: { S: 'a' } });
const until = (attribute: string): Predicate => ({ kind: 'compare', path: [attribute], op: '<', value: { S: 'c' } });

describe('an index is advised', () => {
  it.each<[string, Predicate[], string | undefined]>([
    [
      'on an equality, as selective as the sample saw',
      [equal('customer')],
      'a GSI on customer (INCLUDE total) would make this about 31.0 units',
    ],
    [
      'on an equality and then a range',
      [from('created_at'), equal('customer')],
      'a GSI on customer, created_at (INCLUDE total) would make this about 14.0 units',
    ],
    [
      'on a range with two ends',
      [from('created_at'), until('created_at'), equal('customer')],
      'a GSI on customer, created_at (INCLUDE total) would make this about 5.5 units',
    ],
    [
      'with the most selective equality as the partition key',
      [equal('status'), equal('customer')],
      'a GSI on customer, status (INCLUDE total) would make this about 10.5 units',
    ],
    [
      'on the terms of an AND',
      [{ kind: 'and', terms: [equal('customer'), { kind: 'begins-with', path: ['created_at'], prefix: '2026' }] }],
      'a GSI on customer, created_at (INCLUDE total) would make this about 4.5 units',
    ],
    [
      'on a list of values, with a query for each',
      [{ kind: 'in', path: ['customer'], values: [{ S: '1' }, { S: '2' }] }],
      'a GSI on customer (INCLUDE total) would make this about 62.0 units',
    ],
    [
      'on values that were nearly all different, of which the table has more than the sample',
      [equal('created_at')],
      'a GSI on created_at (INCLUDE total) would make this about 2.0 units',
    ],
  ])('%s', (_, predicates, expected) => {
    expect(advice(predicates)).toBe(expected);
  });

  it('that holds what is wanted: keys only, some attributes, or all', () => {
    expect(advice([equal('customer')], { attributes: new Set(['id', 'customer']) })).toContain('customer (KEYS_ONLY)');
    expect(advice([equal('customer')], { attributes: new Set(['total', 'sku']) })).toContain('(INCLUDE sku, total)');
    expect(advice([equal('customer')], { attributes: new Set(ATTRIBUTES) })).toContain('(ALL)');
    expect(advice([equal('customer')], { attributes: undefined })).toContain('(ALL)');
  });

  it('that is small where few items have the attribute', () => {
    const rare = orders({ sku: { presence: 0.01, ...texts(5, 10) } });
    expect(advice([equal('sku')], { table: rare })).toBe(
      'a GSI on sku (INCLUDE total) would make this about 15.5 units',
    );
  });

  it('on four sort attributes at most', () => {
    const many = [...ATTRIBUTES.slice(1, 7).map((attribute) => equal(attribute)), from('city')];
    const found = adviseIndex({
      table: orders(),
      attributes: undefined,
      readUnits: 25_635,
      index: undefined,
      predicates: many,
    });
    expect(found?.sortKeys).toHaveLength(4);
    expect(found?.sortKeys.at(-1)).toBe('city');
  });
});

describe('no index is advised', () => {
  it.each<[string, Predicate[]]>([
    ['for a range alone', [from('created_at')]],
    ['for <>', [{ kind: 'compare', path: ['customer'], op: '<>', value: { S: 'x' } }]],
    ['for a type that is no key', [{ kind: 'compare', path: ['customer'], op: '=', value: { BOOL: true } }]],
    ['for what is inside an attribute', [{ kind: 'compare', path: ['notes', 'a'], op: '=', value: { S: 'x' } }]],
    ['for an OR', [{ kind: 'or', terms: [equal('customer'), equal('sku')] }]],
    ['without conditions', []],
  ])('%s', (_, predicates) => {
    expect(advice(predicates)).toBeUndefined();
  });

  it('for a value that many items have, unless what is wanted of them is little', () => {
    expect(advice([equal('status')], { attributes: undefined })).toBeUndefined();
    expect(advice([equal('status')])).toContain('a GSI on status (INCLUDE total)');
  });

  it('where little would be saved', () => {
    expect(advice([equal('customer')], { readUnits: 300 })).toBeUndefined();
    expect(advice([equal('created_at')], { readUnits: 99 })).toBeUndefined();
    expect(advice([equal('created_at')], { readUnits: 110 })).toBeDefined();
  });

  it('where there is one for these conditions already, whatever keeps it from being used', () => {
    const sparse = index('by_customer', ['customer S'], ['phone S']);
    expect(advice([equal('customer')], { table: orders({}, [sparse]) })).toBeUndefined();
    const other = index('by_city', ['city S']);
    expect(advice([equal('customer')], { table: orders({}, [other]) })).toBeDefined();
  });

  it('that has the keys of the index that is read, but a longer one may be', () => {
    const byStatus = index('by_status', ['status S'], ['created_at S']);
    const reading = { table: orders({}, [byStatus]), index: byStatus, readUnits: 6000 };
    expect(advice([equal('status'), from('created_at')], reading)).toBeUndefined();
    expect(advice([equal('status'), equal('customer')], reading)).toContain('a GSI on customer, status');
  });

  it('beyond the number that a table can have', () => {
    const full = Array.from({ length: 20 }, (_, i) => index(`g${i}`, [`a${i} S`]));
    expect(advice([equal('customer')], { table: orders({}, full) })).toBeUndefined();
  });
});
