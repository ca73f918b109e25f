import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttributeValue } from '../../../dynamodb/attribute-value.js';
import { ExpressionNames } from './expression-names.js';
import { compileFilter, describePath, describeValue } from './filter-expression.js';
import { type AttributePath, type Predicate, pathsOf } from './predicate.js';

const NONE = new Set<string>();
const equals = (name: string, value: AttributeValue = { N: '1' }): Predicate => ({
  kind: 'compare',
  path: [name],
  op: '=',
  value,
});
const isIn = (name: string, count: number): Predicate => ({
  kind: 'in',
  path: [name],
  values: Array.from({ length: count }, (_, i) => ({ N: String(i) })),
});

function compiled(predicates: Predicate[], excluded: ReadonlySet<string> = NONE) {
  const names = ExpressionNames.empty();
  const { filter, complete } = compileFilter(predicates, (attribute) => excluded.has(attribute), names);
  return { expression: filter?.expression ?? '', text: filter?.text ?? '', complete, ...names.request() };
}

describe('a filter expression', () => {
  test.each<[Predicate, string]>([
    [equals('a'), '#n0 = :v0'],
    [{ kind: 'in', path: ['a'], values: [{ S: 'x' }, { S: 'y' }] }, '#n0 IN (:v0, :v1)'],
    [{ kind: 'begins-with', path: ['a', 'b'], prefix: 'x' }, 'begins_with(#n0.#n1, :v0)'],
    [{ kind: 'contains', path: ['a', 2], value: { S: 'x' } }, 'contains(#n0[2], :v0)'],
    [{ kind: 'present', path: ['a'], type: 'S' }, 'attribute_type(#n0, :v0)'],
    [{ kind: 'absent', path: ['a'], type: 'S' }, 'NOT attribute_type(#n0, :v0)'],
    [{ kind: 'present', path: ['a'], type: undefined }, 'attribute_exists(#n0) AND NOT attribute_type(#n0, :v0)'],
    [{ kind: 'absent', path: ['a'], type: undefined }, 'NOT (attribute_exists(#n0) AND NOT attribute_type(#n0, :v0))'],
    [
      { kind: 'or', terms: [equals('a'), { kind: 'and', terms: [equals('b'), equals('c')] }] },
      '(#n0 = :v0 OR (#n1 = :v0 AND #n2 = :v0))',
    ],
    [{ kind: 'and', terms: [equals('a'), equals('b')] }, '#n0 = :v0 AND #n1 = :v0'],
  ])('of %j', (predicate, expression) => {
    expect(compiled([predicate]).expression).toBe(expression);
    expect(compiled([predicate]).complete).toEqual([true]);
  });

  test('joins predicates by AND, and is left out where there are none', () => {
    expect(compiled([equals('a'), equals('b')]).expression).toBe('#n0 = :v0 AND #n1 = :v0');
    expect(compiled([])).toEqual({ expression: '', text: '', complete: [] });
  });

  test('says in words what it asks', () => {
    const predicate: Predicate = { kind: 'or', terms: [equals('a', { S: "it's" }), isIn('b', 9)] };
    expect(compiled([predicate]).text).toBe("(a = 'it''s' OR b IN (0, 1, 2, 3, 4, 5, ... 9 values))");
    expect(describePath(['a', 'b', 0])).toBe('a.b[0]');
    expect(describeValue({ B: Buffer.from('\x00\xff', 'latin1').toString('base64') })).toBe("X'00ff'");
  });
});

describe('what DynamoDB refuses', () => {
  test('a key attribute in the filter of a query is left out, with the whole OR that names it', () => {
    const or: Predicate = { kind: 'or', terms: [equals('a'), equals('sk')] };
    const and: Predicate = { kind: 'and', terms: [equals('b'), equals('sk')] };
    expect(compiled([or, and, equals('pk')], new Set(['pk', 'sk']))).toEqual({
      expression: '#n0 = :v0',
      text: 'b = 1',
      complete: [false, false, false],
      names: { '#n0': 'b' },
      values: { ':v0': { N: '1' } },
    });
  });

  test('IN with more than 100 operands becomes several, joined by OR', () => {
    const { expression, complete } = compiled([isIn('a', 201)]);
    expect(expression).toMatch(/^\(#n0 IN \([^()]*\) OR #n0 IN \([^()]*\) OR #n0 IN \(:v200\)\)$/);
    for (const list of expression.match(/IN \([^()]*\)/g) ?? [])
      expect(list.split(',').length).toBeLessThanOrEqual(100);
    expect(complete).toEqual([true]);
  });

  test('more than 4096 bytes: predicates are dropped, and what is dropped leaves no placeholder behind', () => {
    const { expression, complete, names = {} } = compiled([isIn('a', 500), isIn('b', 5000), equals('c')]);
    expect(Buffer.byteLength(expression)).toBeLessThanOrEqual(4096);
    expect(complete).toEqual([true, false, true]);
    expect(Object.values(names)).toEqual(['a', 'c']);
  });

  test('more than 300 operators: an AND loses terms', () => {
    const terms = Array.from({ length: 400 }, (_, i) => equals('a', { N: String(i % 5) }));
    const { expression, complete } = compiled([{ kind: 'and', terms }]);
    expect(operators(expression)).toBeLessThanOrEqual(300);
    expect(operators(expression)).toBeGreaterThan(250);
    expect(complete).toEqual([false]);
  });

  test('more than 300 operators: an OR is kept whole or not at all', () => {
    const terms = Array.from({ length: 151 }, (_, i) => equals('a', { N: String(i % 5) }));
    expect(compiled([{ kind: 'or', terms }]).expression).toBe('');
    expect(operators(compiled([{ kind: 'or', terms: terms.slice(0, 140) }]).expression)).toBe(279);
  });

  test('half a megabyte of values is not sent', () => {
    const long = (length: number) => equals('a', { S: 'x'.repeat(length) });
    expect(compiled([long(600_000), equals('b')]).complete).toEqual([false, true]);
    expect(compiled([long(300_000), long(300_001)]).complete).toEqual([true, false]);
  });
});

function operators(expression: string): number {
  return expression.match(/AND|OR|NOT|=|<>|<|>|IN|attribute_\w+|begins_with|contains/g)?.length ?? 0;
}

describe('any filter', () => {
  const paths = fc
    .tuple(
      fc.constantFrom('a-b', 'a_b', 'size', 'pk', 'x.y'),
      fc.array(fc.constantFrom<string | number>('m', 0, 3), { maxLength: 2 }),
    )
    .map(([name, rest]): AttributePath => [name, ...rest]);
  const values = fc.oneof(
    fc.integer().map((n): AttributeValue => ({ N: String(n) })),
    fc.string({ maxLength: 80 }).map((S): AttributeValue => ({ S })),
  );
  const { tree } = fc.letrec<{ tree: Predicate; leaf: Predicate }>((tie) => ({
    leaf: fc.oneof(
      fc.record({
        kind: fc.constant('compare' as const),
        path: paths,
        op: fc.constantFrom('=' as const, '<' as const),
        value: values,
      }),
      fc.record({
        kind: fc.constant('in' as const),
        path: paths,
        values: fc.array(values, { minLength: 1, maxLength: 300, size: 'max' }),
      }),
      fc.record({
        kind: fc.constantFrom('present' as const, 'absent' as const),
        path: paths,
        type: fc.constantFrom('S' as const, undefined),
      }),
    ),
    tree: fc.oneof(
      { depthSize: 'small' },
      tie('leaf'),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(tie('tree'), { minLength: 2, maxLength: 5 }),
      }),
    ),
  }));

  test('keeps within the limits, uses every placeholder it sends, and names no excluded attribute', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 8 }), (predicates) => {
        const { expression, names = {}, values: sent = {}, complete } = compiled(predicates, new Set(['pk']));
        expect(Buffer.byteLength(expression)).toBeLessThanOrEqual(4096);
        expect(operators(expression)).toBeLessThanOrEqual(300);
        expect(expression).not.toMatch(/\(\(#n\d+[^()]*\)\)/);
        const used = new Set(expression.match(/[#:][nv]\d+/g) ?? []);
        expect(used).toEqual(new Set([...Object.keys(names), ...Object.keys(sent)]));
        expect(Object.values(names)).not.toContain('pk');
        expect(new Set(Object.values(names)).size).toBe(Object.keys(names).length);
        predicates.forEach((predicate, i) => {
          if (pathsOf(predicate).some(([name]) => name === 'pk')) expect(complete[i]).toBe(false);
        });
      }),
    );
  });
});
