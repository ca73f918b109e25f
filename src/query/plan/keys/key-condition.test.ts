import { describe, expect, test } from 'vitest';
import { ExpressionNames } from '../conditions/expression-names.js';
import { type Interval, interval, point, prefixInterval } from './interval.js';
import { describeKeyCondition, isExactCondition, keyCondition } from './key-condition.js';
import type { KeyRange } from './key-ranges.js';

const SCHEMA = { partition: ['pk'], sort: ['sk'] };

function range(each: Interval): KeyRange {
  return { partition: [{ S: 'p' }], sortEquals: [], interval: each };
}

function between(lower: string, upper: string, sides: readonly ['before' | 'after', 'before' | 'after']): Interval {
  return interval({ value: { N: lower }, side: sides[0] }, { value: { N: upper }, side: sides[1] });
}

describe('a key condition', () => {
  test.each([
    [{}, "pk = 'p'"],
    [point({ N: '1' }), "pk = 'p' AND sk = 1"],
    [interval({ value: { N: '1' }, side: 'before' }, undefined), "pk = 'p' AND sk >= 1"],
    [interval({ value: { N: '1' }, side: 'after' }, undefined), "pk = 'p' AND sk > 1"],
    [interval(undefined, { value: { N: '1' }, side: 'before' }), "pk = 'p' AND sk < 1"],
    [interval(undefined, { value: { N: '1' }, side: 'after' }), "pk = 'p' AND sk <= 1"],
    [between('1', '2', ['before', 'after']), "pk = 'p' AND sk BETWEEN 1 AND 2"],
    [prefixInterval('2024-'), "pk = 'p' AND begins_with(sk, '2024-')"],
  ])('has one condition on the sort attribute: %j', (each, expected) => {
    expect(describeKeyCondition(range(each), SCHEMA)).toBe(expected);
    expect(isExactCondition(range(each))).toBe(true);
  });

  test.each([[['after', 'before']], [['before', 'before']], [['after', 'after']]] as const)(
    'with an open end on either side (%j) is a BETWEEN with its ends, and says that it is wider',
    (sides) => {
      const wide = range(between('1', '2', sides));
      expect(describeKeyCondition(wide, SCHEMA)).toBe("pk = 'p' AND sk BETWEEN 1 AND 2");
      expect(isExactCondition(wide)).toBe(false);
    },
  );

  test('gives every name and value a placeholder', () => {
    const names = ExpressionNames.empty();
    expect(keyCondition(range(point({ S: 'p' })), SCHEMA, names)).toBe('#n0 = :v0 AND #n1 = :v0');
    expect(names.request()).toEqual({ names: { '#n0': 'pk', '#n1': 'sk' }, values: { ':v0': { S: 'p' } } });
  });

  test('of an index with several key attributes has equalities from the left, then at most one range', () => {
    const schema = { partition: ['a', 'b'], sort: ['c', 'd', 'e'] };
    const each = interval({ value: { N: '3' }, side: 'after' }, undefined);
    const deep: KeyRange = { partition: [{ S: 'x' }, { N: '1' }], sortEquals: [{ S: 'y' }], interval: each };
    expect(describeKeyCondition(deep, schema)).toBe("a = 'x' AND b = 1 AND c = 'y' AND d > 3");
  });
});
