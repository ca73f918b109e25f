import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttributeValue, Item } from '../../../dynamodb/attribute-value.js';
import type { CompareOp, Predicate } from '../conditions/predicate.js';
import { describeKeyCondition } from './key-condition.js';
import { areBound, domainOf, type KeyRange, type KeySchema, keyRanges } from './key-ranges.js';
import { compareKeyValues } from './key-value.js';

const SCHEMA: KeySchema = { partition: ['pk'], sort: ['sk'] };
const WIDE: KeySchema = { partition: ['pk', 'p2'], sort: ['sk', 's2'] };
const TEXTS = ['a', 'é', '\uffee', '\u{1d11e}'];
const NUMBERS = ['-1', '0.5', '9', '10', '12345678901234567890123456789012345678'];

/** Every item of a small universe; `x` is no key, and some items lack it. */
const UNIVERSE: Item[] = TEXTS.slice(0, 2).flatMap((pk) =>
  ['1', '2'].flatMap((p2) =>
    NUMBERS.flatMap((sk) =>
      TEXTS.flatMap((s2): Item[] => {
        const item = { pk: { S: pk }, p2: { N: p2 }, sk: { N: sk }, s2: { S: s2 } };
        return [item, { ...item, x: { N: '1' } }];
      }),
    ),
  ),
);

function isTrue(predicate: Predicate, item: Item): boolean {
  if (predicate.kind === 'and') return predicate.terms.every((term) => isTrue(term, item));
  if (predicate.kind === 'or') return predicate.terms.some((term) => isTrue(term, item));
  const value = item[predicate.path[0]];
  if (predicate.kind === 'absent') return value === undefined;
  if (value === undefined) return false;
  switch (predicate.kind) {
    case 'compare':
      return holds(compareKeyValues(value, predicate.value), predicate.op);
    case 'in':
      return predicate.values.some((each) => compareKeyValues(value, each) === 0);
    case 'begins-with':
      return 'S' in value && value.S.startsWith(predicate.prefix);
    default:
      return true;
  }
}

function holds(order: number, op: CompareOp): boolean {
  return { '=': order === 0, '<>': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[
    op
  ];
}

function isInRange(item: Item, { partition, sortEquals, interval }: KeyRange, schema: KeySchema): boolean {
  const equal = (names: readonly string[], values: KeyRange['partition']) =>
    values.every((value, i) => compareKeyValues(item[names[i] ?? ''] ?? { S: '' }, value) === 0);
  const next = item[schema.sort[sortEquals.length] ?? ''] ?? { S: '' };
  const { lower, upper } = interval;
  return (
    equal(schema.partition, partition) &&
    equal(schema.sort, sortEquals) &&
    (lower === undefined || compareKeyValues(next, lower.value) > (lower.side === 'before' ? -1 : 0)) &&
    (upper === undefined || compareKeyValues(next, upper.value) < (upper.side === 'after' ? 1 : 0))
  );
}

const ops = fc.constantFrom<CompareOp>('=', '<>', '<', '<=', '>', '>=');
const numbers = fc.constantFrom(...NUMBERS, '1', '0.50').map((N): AttributeValue => ({ N }));
const texts = fc.constantFrom(...TEXTS, 'b').map((S): AttributeValue => ({ S }));

function leaf(attribute: string): fc.Arbitrary<Predicate> {
  const path = [attribute] as const;
  const values = attribute === 'pk' || attribute === 's2' ? texts : numbers;
  return fc.oneof(
    fc.record({ kind: fc.constant('compare' as const), path: fc.constant(path), op: ops, value: values }),
    fc.record({
      kind: fc.constant('in' as const),
      path: fc.constant(path),
      values: fc.array(values, { maxLength: 4 }),
    }),
    attribute === 's2'
      ? fc.record({
          kind: fc.constant('begins-with' as const),
          path: fc.constant(path),
          prefix: fc.constantFrom(...TEXTS),
        })
      : fc.constant<Predicate>({ kind: 'present', path, type: 'N' }),
  );
}

const { tree } = fc.letrec<{ tree: Predicate; leaf: Predicate }>((tie) => ({
  leaf: fc.oneof(...['pk', 'p2', 'sk', 's2', 'x'].map(leaf)),
  tree: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

/** Most random predicates bind no partition key: one that does is added to most of them. */
function bound(schema: KeySchema): fc.Arbitrary<Predicate[]> {
  const binding = schema.partition.map((name) =>
    fc.record({
      kind: fc.constant('in' as const),
      path: fc.constant([name] as const),
      values: fc.array(name === 'pk' ? texts : numbers, { minLength: 1, maxLength: 3 }),
    }),
  );
  return fc.tuple(fc.array(tree, { maxLength: 3 }), fc.tuple(...binding)).map(([trees, list]) => [...trees, ...list]);
}

describe('the ranges of a predicate', () => {
  test.each([
    ['a table', SCHEMA],
    ['an index with several key attributes', WIDE],
    ['a table without a sort key', { partition: ['pk'], sort: [] }],
  ])('of %s hold every item it is true of, and no item twice', (_, schema) => {
    fc.assert(
      fc.property(fc.oneof(fc.array(tree, { maxLength: 3 }), bound(schema)), (predicates) => {
        const ranges = keyRanges(predicates, schema);
        if (ranges === undefined) return;
        for (const item of UNIVERSE) {
          const count = ranges.filter((each) => isInRange(item, each, schema)).length;
          expect(count).toBeLessThanOrEqual(1);
          if (predicates.every((predicate) => isTrue(predicate, item))) expect(count).toBe(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['a table', SCHEMA],
    ['an index with several key attributes', WIDE],
  ])('of %s hold nothing else, where all predicates are said to be bound', (_, schema) => {
    const keys = new Set([...schema.partition, ...schema.sort]);
    let checked = 0;
    fc.assert(
      fc.property(bound(schema), (predicates) => {
        const ranges = keyRanges(predicates, schema);
        if (ranges === undefined || ranges.length === 0) return;
        const depth = Math.min(...ranges.map(({ sortEquals }) => sortEquals.length));
        const reached = { ...schema, sort: schema.sort.slice(0, depth + 1) };
        if (areBound(predicates, reached, keys).includes(false)) return;
        checked += 1;
        for (const item of UNIVERSE) {
          expect(ranges.some((each) => isInRange(item, each, schema))).toBe(
            predicates.every((predicate) => isTrue(predicate, item)),
          );
        }
      }),
      { numRuns: 600 },
    );
    expect(checked).toBeGreaterThan(30);
  });

  test('the values of one attribute are never fewer than those it can have', () => {
    fc.assert(
      fc.property(tree, (predicate) => {
        const domain = domainOf(predicate, 'sk');
        for (const item of UNIVERSE.filter((each) => isTrue(predicate, each))) {
          const range = (interval: KeyRange['interval']) => ({ partition: [], sortEquals: [], interval });
          expect(domain.some((each) => isInRange(item, range(each), SCHEMA))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const compare = (name: string, op: CompareOp, value: { N: string } | { S: string }): Predicate => ({
  kind: 'compare',
  path: [name],
  op,
  value,
});
const conditions = (predicates: Predicate[], schema = SCHEMA) =>
  keyRanges(predicates, schema)?.map((range) => describeKeyCondition(range, schema));

describe('what the ranges are', () => {
  test('nothing, when the partition key is not bound to values', () => {
    expect(keyRanges([compare('sk', '=', { N: '1' })], SCHEMA)).toBeUndefined();
    expect(keyRanges([compare('pk', '>', { S: 'a' })], SCHEMA)).toBeUndefined();
    expect(keyRanges([compare('pk', '=', { S: 'a' })], WIDE)).toBeUndefined();
  });

  test('the empty list, when no item can match', () => {
    expect(keyRanges([compare('sk', '<', { N: '1' }), compare('sk', '>', { N: '1' })], SCHEMA)).toEqual([]);
    expect(keyRanges([compare('pk', '=', { S: '' })], SCHEMA)).toEqual([]);
    expect(keyRanges([compare('pk', '=', { S: 'a'.repeat(2049) })], SCHEMA)).toEqual([]);
  });

  test('one query for two bounds, and one per piece for an OR', () => {
    const pk = compare('pk', '=', { S: 'a' });
    expect(conditions([pk, compare('sk', '>', { N: '1' }), compare('sk', '<=', { N: '9' })])).toEqual([
      "pk = 'a' AND sk BETWEEN 1 AND 9",
    ]);
    const or: Predicate = {
      kind: 'or',
      terms: [compare('sk', '<', { N: '1' }), compare('sk', '=', { N: '5' }), compare('sk', '<', { N: '0' })],
    };
    expect(conditions([pk, or])).toEqual(["pk = 'a' AND sk < 1", "pk = 'a' AND sk = 5"]);
  });

  test('one per branch, when an OR ties the key attributes together', () => {
    const both = (pk: string, sk: string): Predicate => ({
      kind: 'and',
      terms: [compare('pk', '=', { S: pk }), compare('sk', '=', { N: sk })],
    });
    expect(conditions([{ kind: 'or', terms: [both('a', '1'), both('b', '2'), both('a', '1.0')] }])).toEqual([
      "pk = 'a' AND sk = 1",
      "pk = 'b' AND sk = 2",
    ]);
  });

  test('equal keys in two spellings are read once', () => {
    const schema: KeySchema = { partition: ['n'], sort: [] };
    const values = ['1', '1.0', '1E0'].map((N) => ({ N }));
    expect(conditions([{ kind: 'in', path: ['n'], values }], schema)).toEqual(['n = 1']);
  });

  test('sort attributes are used from the left, up to the first range', () => {
    const partition = [compare('pk', '=', { S: 'a' }), compare('p2', '=', { N: '1' })];
    expect(conditions([...partition, compare('s2', '=', { S: 'x' })], WIDE)).toEqual(["pk = 'a' AND p2 = 1"]);
    expect(conditions([...partition, compare('sk', '=', { N: '5' }), compare('s2', '>', { S: 'x' })], WIDE)).toEqual([
      "pk = 'a' AND p2 = 1 AND sk = 5 AND s2 > 'x'",
    ]);
    expect(conditions([...partition, compare('sk', '>', { N: '5' }), compare('s2', '=', { S: 'x' })], WIDE)).toEqual([
      "pk = 'a' AND p2 = 1 AND sk > 5",
    ]);
  });

  test('a bound that DynamoDB refuses, because no key can be empty or that long, is left out', () => {
    const schema: KeySchema = { partition: ['pk'], sort: ['t'] };
    const pk = compare('pk', '=', { S: 'a' });
    expect(conditions([pk, compare('t', '>=', { S: '' })], schema)).toEqual(["pk = 'a'"]);
    expect(conditions([pk, compare('t', '<', { S: 'z'.repeat(1025) })], schema)).toEqual(["pk = 'a'"]);
    expect(conditions([pk, compare('t', '<=', { S: '' })], schema)).toEqual([]);
  });

  test('thousands of values stay a list of keys, and too many become no list at all', () => {
    const values = (count: number) => Array.from({ length: count }, (_, i) => ({ N: String(i) }));
    const pk = compare('pk', '=', { S: 'a' });
    expect(conditions([pk, { kind: 'in', path: ['sk'], values: values(10_000) }])).toHaveLength(10_000);
    expect(conditions([pk, { kind: 'in', path: ['sk'], values: values(200_000) }])).toBeUndefined();
  });
});

describe('a predicate is bound by the ranges', () => {
  const KEYS = new Set(['pk', 'sk']);
  const or = (...terms: Predicate[]): Predicate => ({ kind: 'or', terms });
  const and = (...terms: Predicate[]): Predicate => ({ kind: 'and', terms });
  const pkIs = (value: string) => compare('pk', '=', { S: value });
  const skIs = (value: string) => compare('sk', '=', { N: value });
  const isBound = (predicate: Predicate) => areBound([predicate], SCHEMA, KEYS)[0];

  test.each<[string, Predicate, boolean]>([
    ['an equality', pkIs('a'), true],
    [
      'any set of values of one key',
      or(compare('sk', '<', { N: '1' }), and(skIs('5'), compare('sk', '>', { N: '2' }))),
      true,
    ],
    ['that a key is there, which it always is', { kind: 'present', path: ['sk'], type: 'N' }, true],
    ['whole keys, one per branch', or(and(pkIs('a'), skIs('1')), and(pkIs('b'), skIs('2'))), true],
    ['an inequality', compare('sk', '<>', { N: '1' }), false],
    ['another attribute', compare('x', '=', { N: '1' }), false],
    ['a key or another attribute', or(skIs('1'), compare('x', '=', { N: '1' })), false],
    [
      'an OR that ties the keys, inside another',
      or(pkIs('c'), and(pkIs('a'), or(and(pkIs('a'), skIs('1')), and(pkIs('b'), skIs('2'))))),
      false,
    ],
    [
      'more branches than are told apart',
      or(...Array.from({ length: 1001 }, (_, i) => and(pkIs(`p${i % 9}`), skIs(String(i))))),
      false,
    ],
    ['a bound that no key can reach', compare('pk', '>', { S: 'z'.repeat(2049) }), false],
    ['a beginning that no key can have', { kind: 'begins-with', path: ['pk'], prefix: 'z'.repeat(2049) }, false],
  ])('%s', (_, predicate, expected) => {
    expect(isBound(predicate)).toBe(expected);
  });
});
