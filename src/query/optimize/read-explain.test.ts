import { describe, expect, test } from 'vitest';
import { BIGINT, catalogTable, TEXT, tableReference } from '../testing/catalog-table.js';
import { readExplain } from './read-explain.js';
import { stubTable } from './stub-tables.js';

const STUBS = [0, 1].map((slot) =>
  stubTable(tableReference(catalogTable({ columns: { id: TEXT, v: BIGINT, m: TEXT } }), slot), 'c'),
);

type Node = { name: string; children: Node[]; extra_info?: Record<string, string | string[]> };
const node = (name: string, info: Node['extra_info'] = {}, ...children: Node[]): Node => ({
  name,
  children,
  extra_info: info,
});
const ref = (slot: number, info: Node['extra_info'] = {}) => node(`HEADGATE_REF_${slot} `, info);
const filter = (expressions: string | string[], child: Node) => node('FILTER', { Expressions: expressions }, child);
const needs = (logical: Node[], physical: Node[] = []) =>
  readExplain({ logical: JSON.stringify(logical), physical: JSON.stringify(physical) }, STUBS);
const conjuncts = (...logical: Node[]) => needs(logical)[0]?.readings.map((each) => each.map(({ sql }) => sql));

describe('conjuncts', () => {
  test('are the expressions of a filter directly above the table, one or many', () => {
    expect(conjuncts(filter('(c0_0 = 1)', ref(0)))).toEqual([['(c0_0 = 1)']]);
    expect(conjuncts(filter(['(c0_0 = 1)', '(c0_1 = 2)'], ref(0)))).toEqual([['(c0_0 = 1)', '(c0_1 = 2)']]);
  });

  test('are none of a filter further up', () => {
    expect(conjuncts(filter('(x = 1)', node('PROJECTION', {}, ref(0))))).toEqual([[]]);
    expect(conjuncts(filter('(x = 1)', node('LIMIT', {}, ref(0))))).toEqual([[]]);
    expect(conjuncts(filter('(x = 1)', node('JOIN', {}, ref(0), ref(1))))).toEqual([[]]);
    expect(conjuncts(ref(0))).toEqual([[]]);
  });

  test('of one table are not those of another', () => {
    const plan = node('JOIN', {}, filter('a', ref(0)), filter('b', ref(1)));
    expect(needs([plan]).map(({ readings }) => readings.flat().map(({ sql }) => sql))).toEqual([['a'], ['b']]);
  });

  test('come once for every reading, and a table that is never read has none', () => {
    const plan = node('UNION', {}, filter('a', ref(0)), ref(0), filter('b', ref(0)));
    expect(conjuncts(plan)).toEqual([['a'], [], ['b']]);
    expect(needs([plan])[1]?.readings).toEqual([]);
  });

  test('go through the window and the projection that a lateral UNNEST puts in between, and no other', () => {
    const window = (expressions: string, child: Node) => node('WINDOW', { Expressions: expressions }, child);
    const projection = (child: Node) => node('PROJECTION', {}, child);
    const unnest = filter('(id = 1)', window('delim_index', projection(ref(0))));
    expect(needs([unnest])[0]?.readings).toEqual([[{ sql: '(id = 1)', names: 'statement' }]]);
    expect(needs([filter('(c0_0 = 1)', ref(0))])[0]?.readings).toEqual([[{ sql: '(c0_0 = 1)', names: 'stub' }]]);
    expect(conjuncts(filter('(id = 1)', window('ROW_NUMBER() OVER ()', projection(ref(0)))))).toEqual([[]]);
    expect(conjuncts(filter('(id = 1)', window('delim_index', projection(projection(ref(0))))))).toEqual([[]]);
    expect(conjuncts(filter('(id = 1)', window('delim_index', ref(0))))).toEqual([[]]);
  });

  test('with a line feed in a text constant are still one, and what is within the text is no conjunct', () => {
    const lines = ['(c0_1 > 3)', "(c0_0 != 'it''s", '(c0_1 = 5)', "y')", '(c0_2 IS NULL)'];
    expect(conjuncts(filter(lines, ref(0)))).toEqual([
      ['(c0_1 > 3)', "(c0_0 != 'it''s\n(c0_1 = 5)\ny')", '(c0_2 IS NULL)'],
    ]);
  });

  test('whose text never ends are one that nobody understands, but not none', () => {
    expect(conjuncts(filter(['(c0_1 = 1)', "(c0_0 = 'x", '(c0_1 = 5)'], ref(0)))).toEqual([
      ['(c0_1 = 1)', "(c0_0 = 'x\n(c0_1 = 5)"],
    ]);
  });
});

describe('columns', () => {
  const columns = (...physical: Node[]) => needs([], physical).map((each) => each.columns && [...each.columns]);

  test('are those of the projections, also of their members', () => {
    expect(columns(ref(0, { Projections: ['c0_2', 'c0_0.city.name'] }))).toEqual([[2, 0], undefined]);
    expect(columns(ref(0, { Projections: 'c0_1' }))[0]).toEqual([1]);
  });

  test('of several readings are united', () => {
    const plan = node('UNION', {}, ref(0, { Projections: 'c0_0' }), ref(0, { Projections: 'c0_2' }));
    expect(columns(plan)[0]).toEqual([0, 2]);
  });

  test('are none when only the number of rows counts', () => {
    expect(columns(ref(0, { Projections: '' }))[0]).toEqual([]);
  });

  test('cannot be told when there are no projections, or when they name what is no column', () => {
    expect(columns(ref(0))[0]).toBeUndefined();
    expect(columns(ref(0, { Projections: ['c0_0', 'c0_9'] }))[0]).toBeUndefined();
    expect(columns(node('UNION', {}, ref(0, { Projections: 'c0_0' }), ref(0)))[0]).toBeUndefined();
  });
});
