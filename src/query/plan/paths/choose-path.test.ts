import { describe, expect, test } from 'vitest';
import type { IndexDescription } from '../../../dynamodb/table-description.js';
import { catalogTable, index } from '../../testing/catalog-table.js';
import type { AttributeType, CompareOp, Predicate } from '../conditions/predicate.js';
import { describeKeyCondition } from '../keys/key-condition.js';
import type { AccessPath } from './access-path.js';
import { choosePath } from './choose-path.js';

const compare = (name: string, op: CompareOp, value: string | number): Predicate => ({
  kind: 'compare',
  path: [name],
  op,
  value: typeof value === 'number' ? { N: String(value) } : { S: value },
});
const equals = (name: string, value: string | number) => compare(name, '=', value);
const present = (name: string, type: AttributeType): Predicate => ({ kind: 'present', path: [name], type });

interface Options {
  readonly attributes?: readonly string[] | undefined;
  readonly consistentRead?: boolean;
  readonly sortKey?: string;
}

function choose(predicates: Predicate[], indexes: IndexDescription[] = [], options: Options = {}) {
  const { attributes = ['pk'], consistentRead = false, sortKey = 'sk N' } = options;
  return choosePath({
    table: catalogTable({ sortKey, indexes }),
    conditions: predicates.map((predicate) => ({ predicate, exact: true })),
    isComplete: true,
    goal: undefined,
    attributes: new Set(attributes),
    consistentRead,
  });
}

function conditions(path: AccessPath): string[] {
  if (path.kind === 'keys') return path.keys.map((key) => JSON.stringify(key));
  if (path.kind !== 'query') return [];
  const schema = path.index
    ? { partition: path.index.partitionKeys.map(({ name }) => name), sort: path.index.sortKeys.map(({ name }) => name) }
    : { partition: ['pk'], sort: ['sk'] };
  return path.ranges.map((range) => describeKeyCondition(range, schema));
}

describe('without an index', () => {
  test('a whole key is one look-up, and lists of key values are their product', () => {
    const one = choose([equals('pk', 'a'), equals('sk', 1)]);
    expect([one.path.kind, conditions(one.path), one.estimate.readUnits]).toEqual([
      'keys',
      ['{"pk":{"S":"a"},"sk":{"N":"1"}}'],
      0.5,
    ]);
    const many = choose([
      { kind: 'in', path: ['pk'], values: [{ S: 'a' }, { S: 'b' }] },
      { kind: 'in', path: ['sk'], values: [{ N: '1' }, { N: '1.0' }, { N: '2' }] },
    ]);
    expect(conditions(many.path)).toHaveLength(4);
  });

  test('a partition is one query, whose filter never names a key attribute', () => {
    const { path, uses } = choose([equals('pk', 'a'), compare('sk', '<>', 1), equals('x', 'y')]);
    expect(path).toMatchObject({ kind: 'query', filter: { text: "x = 'y'" } });
    expect(uses).toEqual(['key', 'none', 'filter']);
  });

  test('anything else is a scan, whose filter may name key attributes', () => {
    const { path, uses } = choose([compare('pk', '>', 'a'), equals('sk', 1)]);
    expect(path).toMatchObject({ kind: 'scan', filter: { text: "pk > 'a' AND sk = 1" } });
    expect(uses).toEqual(['filter', 'filter']);
  });

  test('nothing is read when no item can match', () => {
    const { path, estimate } = choose([compare('sk', '>', 5), compare('sk', '<', 5)]);
    expect([path.kind, estimate.readUnits, estimate.requests]).toEqual(['none', 0, 0]);
  });

  test('a scan wins where so many queries would cost more', () => {
    const values = Array.from({ length: 2000 }, (_, i) => ({ S: `p${i}` }));
    expect(choose([{ kind: 'in', path: ['pk'], values }]).path.kind).toBe('scan');
  });
});

describe('an index', () => {
  const byG = index('by_g', ['g S'], ['h N']);

  test('is queried when its partition key is bound and no item that may match is missing in it', () => {
    const { path } = choose([equals('g', 'a'), compare('h', '>', 1)], [byG]);
    expect([path.kind, conditions(path)]).toEqual(['query', ["g = 'a' AND h > 1"]]);
    expect(choose([equals('g', 'a'), present('h', 'N')], [byG]).path.kind).toBe('query');
  });

  test('is not used when an item may lack its sort key, and the plan says why and what to write', () => {
    const { path, notes } = choose([equals('g', 'a')], [byG]);
    expect(path.kind).toBe('scan');
    expect(notes).toEqual([
      'index by_g is not used: it leaves out items without h, which the statement may want (add "h IS NOT NULL" if not)',
    ]);
  });

  test.each<[string, Predicate]>([
    ['h <> 5', compare('h', '<>', 5)],
    ['h IS NULL', { kind: 'absent', path: ['h'], type: 'N' }],
    ['h = 1 OR x = 1', { kind: 'or', terms: [equals('h', 1), equals('x', 1)] }],
  ])('is not used when %s is all that is said of its sort key', (_, predicate) => {
    expect(choose([equals('g', 'a'), predicate], [byG]).path.kind).toBe('scan');
  });

  test('needs no such proof where its sort key is a key of the table', () => {
    expect(choose([equals('g', 'a')], [index('by_g', ['g S'], ['sk N'])]).path.kind).toBe('query');
    expect(choose([equals('g', 'a')], [index('by_g', ['g S'])]).path.kind).toBe('query');
  });

  test('is not used while it is being filled', () => {
    const { path, notes } = choose([equals('g', 'a')], [index('by_g', ['g S'], [], { usable: false })]);
    expect(path.kind).toBe('scan');
    expect(notes).toEqual(['index by_g is not used: it is not active, or still being filled']);
  });

  test('that is global cannot serve consistent reads, a local one can', () => {
    const global = choose([equals('g', 'a')], [index('by_g', ['g S'])], { consistentRead: true });
    expect([global.path.kind, global.notes.length]).toEqual(['scan', 1]);
    const local = index('by_l', ['pk S'], ['l N'], { kind: 'local' });
    const { path } = choose([equals('pk', 'a'), equals('l', 1)], [local], { consistentRead: true });
    expect(path).toMatchObject({ kind: 'query', index: { name: 'by_l' } });
  });

  test.each<[IndexDescription['projection'], readonly string[] | undefined, boolean]>([
    [{ kind: 'all' }, ['x', 'y'], true],
    [{ kind: 'keys-only' }, ['g', 'pk', 'sk'], true],
    [{ kind: 'keys-only' }, ['x'], false],
    [{ kind: 'include', attributes: ['x'] }, ['x', 'pk'], true],
    [{ kind: 'include', attributes: ['x'] }, ['x', 'y'], false],
  ])('with the projection %j that is asked for %j is enough by itself: %s', (projection, attributes, isEnough) => {
    const { path } = choose([equals('g', 'a')], [index('by_g', ['g S'], [], { projection })], { attributes });
    expect(path).toMatchObject({ kind: 'query', index: { name: 'by_g' } });
    expect('fillIn' in path).toBe(!isEnough);
  });

  test('that holds only some attributes cannot give whole items', () => {
    const only = index('by_g', ['g S'], [], { projection: { kind: 'include', attributes: ['x'] } });
    const table = catalogTable({ indexes: [only] });
    const request = {
      table,
      conditions: [{ predicate: equals('g', 'a'), exact: true }],
      isComplete: true,
      goal: undefined,
      attributes: undefined,
      consistentRead: false,
    };
    expect(choosePath(request).path).toMatchObject({ kind: 'query', index: only, fillIn: {} });
  });

  test('loses against the table where both serve at the same cost', () => {
    const local = index('by_l', ['pk S'], ['l N'], { kind: 'local' });
    const { path } = choose([equals('pk', 'a'), present('l', 'N')], [local]);
    expect(path).toMatchObject({ kind: 'query', index: undefined });
  });

  test('its keys stay out of the filter, the keys of the table may be in it', () => {
    const { path, uses } = choose([equals('g', 'a'), compare('sk', '>', 1)], [index('by_g', ['g S'])]);
    expect(path).toMatchObject({ kind: 'query', filter: { text: 'sk > 1' } });
    expect(uses).toEqual(['key', 'filter']);
  });

  test('with several sort keys: what no condition reaches is said not to be pushed', () => {
    const wide = index('wide', ['g S', 'g2 S'], ['h N', 'i N']);
    const { path, uses } = choose([equals('g', 'a'), equals('g2', 'b'), compare('h', '>', 1), equals('i', 5)], [wide]);
    expect(conditions(path)).toEqual(["g = 'a' AND g2 = 'b' AND h > 1"]);
    expect(uses).toEqual(['key', 'key', 'key', 'none']);
  });
});

describe('the projection', () => {
  test('names the attributes that are needed, by alias', () => {
    const { path } = choose([], [], { attributes: ['size', 'a.b'] });
    expect(path).toMatchObject({ common: { projectionExpression: '#n0, #n1' } });
    expect(path.kind === 'scan' && path.common.names.request().names).toEqual({ '#n0': 'size', '#n1': 'a.b' });
  });

  test('is the partition key when only the number of rows counts', () => {
    const { path } = choose([], [], { attributes: [] });
    expect(path.kind === 'scan' && path.common.names.request().names).toEqual({ '#n0': 'pk' });
  });

  test('is left out when it would not fit, and for whole items', () => {
    const attributes = Array.from({ length: 401 }, (_, i) => `a${i}`);
    expect(choose([], [], { attributes }).path).toMatchObject({ common: { projectionExpression: undefined } });
  });
});
