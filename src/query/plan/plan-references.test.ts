import { describe, expect, test } from 'vitest';
import { BIGINT, catalogTable, index, TEXT, tableReference } from '../testing/catalog-table.js';
import type { Conjunct, Predicate } from './conditions/predicate.js';
import type { NeededReference } from './plan-reference.js';
import { planReferences } from './plan-references.js';

const COLUMNS = { pk: TEXT, sk: BIGINT, g: TEXT, x: BIGINT };
const table = catalogTable({ sortKey: 'sk N', columns: COLUMNS, indexes: [index('by_g', ['g S'])] });

function needed(readings: NeededReference['readings'], extra: Partial<NeededReference> = {}): NeededReference {
  const reference = tableReference(table);
  return { reference, readings, columns: reference.columns, notes: [], goal: undefined, lookups: [], ...extra };
}

function conjunct(sql: string, predicate?: Predicate, exact = true): Conjunct {
  return { sql, translated: predicate === undefined ? undefined : { predicate, exact } };
}

const pkIs = (S: string) => conjunct(`pk = '${S}'`, { kind: 'compare', path: ['pk'], op: '=', value: { S } });
const skIs = (N: string, op: '=' | '>' | '<' = '=') =>
  conjunct(`sk ${op} ${N}`, { kind: 'compare', path: ['sk'], op, value: { N } });
const xIs = (N: string) => conjunct(`x = ${N}`, { kind: 'compare', path: ['x'], op: '=', value: { N } });

function plan(reference: NeededReference) {
  const [first] = planReferences([reference], { consistentRead: false }).plan.references;
  if (first === undefined) throw new Error('no plan');
  return first;
}

describe('the plan of a reference', () => {
  test('says of every conjunct how it is used', () => {
    const { path, conjuncts, keyConditions, filter } = plan(
      needed([[pkIs('a'), skIs('1', '>'), xIs('5'), conjunct('lower(g) = 1')]]),
    );
    expect({ path, keyConditions, filter }).toEqual({
      path: 'query',
      keyConditions: ["pk = 'a' AND sk > 1"],
      filter: 'x = 5',
    });
    expect(conjuncts).toEqual([
      { sql: "pk = 'a'", pushdown: 'exact', use: 'key' },
      { sql: 'sk > 1', pushdown: 'exact', use: 'key' },
      { sql: 'x = 5', pushdown: 'exact', use: 'filter' },
      { sql: 'lower(g) = 1', pushdown: 'none', use: 'none' },
    ]);
  });

  test('calls a range with an open end a superset, because its BETWEEN holds both ends', () => {
    const { conjuncts } = plan(needed([[pkIs('a'), skIs('1', '>'), skIs('9', '<')]]));
    expect(conjuncts.map(({ pushdown }) => pushdown)).toEqual(['superset', 'superset', 'superset']);
  });

  test.each([
    [[pkIs('a'), skIs('1')], 'get'],
    [[conjunct('pk IN ...', { kind: 'in', path: ['pk'], values: [{ S: 'a' }, { S: 'b' }] }), skIs('1')], 'batch-get'],
    [[pkIs('a')], 'query'],
    [[conjunct("g = 'x'", { kind: 'compare', path: ['g'], op: '=', value: { S: 'x' } })], 'index-query'],
    [[], 'scan'],
  ])('of %j is a %s', (conjuncts, path) => {
    expect(plan(needed([conjuncts])).path).toBe(path);
  });

  test('of a reference that the statement never reads is none, and free', () => {
    expect(plan(needed([]))).toMatchObject({ path: 'none', estimate: { readUnits: 0, requests: 0, dollars: 0 } });
  });

  test('shows the first of many keys', () => {
    const values = Array.from({ length: 50 }, (_, i) => ({ S: `p${i}` }));
    const { keyConditions } = plan(needed([[conjunct('pk IN ...', { kind: 'in', path: ['pk'], values }), skIs('1')]]));
    expect(keyConditions).toHaveLength(7);
    expect(keyConditions?.at(-1)).toBe('... 50 in all');
  });
});

describe('a reference that is read several times', () => {
  test('is fetched once, with what any of the readings wants', () => {
    const { path, keyConditions, conjuncts } = plan(needed([[pkIs('a'), skIs('1')], [pkIs('b')]]));
    expect({ path, keyConditions }).toEqual({ path: 'query', keyConditions: ["pk = 'a' AND sk = 1", "pk = 'b'"] });
    expect(conjuncts.map(({ sql }) => sql)).toEqual(["pk = 'a' AND sk = 1 OR pk = 'b'"]);
  });

  test('is read whole when one reading wants everything, or is not understood', () => {
    expect(plan(needed([[pkIs('a')], []])).path).toBe('scan');
    expect(plan(needed([[pkIs('a')], [conjunct('f(pk)')]])).path).toBe('scan');
  });

  test('keeps what is understood of a reading beside what is not', () => {
    expect(plan(needed([[pkIs('a'), conjunct('f(x)')], [pkIs('b')]])).path).toBe('query');
  });

  test('is one reading when all of them want the same', () => {
    const { path, conjuncts } = plan(
      needed([
        [pkIs('a'), xIs('1')],
        [pkIs('a'), xIs('1')],
      ]),
    );
    expect(path).toBe('query');
    expect(conjuncts.map(({ sql }) => sql)).toEqual(["pk = 'a'", 'x = 1']);
    expect(plan(needed([[], []])).conjuncts).toEqual([]);
  });
});

test('the statement costs the sum of its references', () => {
  const both = planReferences([needed([[pkIs('a'), skIs('1')]]), needed([[pkIs('b'), skIs('2')]])], {
    consistentRead: true,
  });
  expect(both.plan.estimate).toMatchObject({ readUnits: 2, requests: 2, dollars: 2.5e-7 });
  expect(both.references).toHaveLength(2);
});
