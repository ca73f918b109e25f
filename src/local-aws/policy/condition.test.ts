import { describe, expect, it } from 'vitest';
import { AwsFault } from '../aws-fault.js';
import { holds, parseCondition } from './condition.js';

interface Case {
  readonly operator: string;
  readonly values: readonly string[];
  /** Of the key in the request; undefined: it is not there. */
  readonly found: readonly string[] | undefined;
  readonly holds: boolean;
}

function evaluate({ operator, values, found }: Omit<Case, 'holds'>): boolean {
  const condition = parseCondition(operator, 'aws:Key', { values, variables: true });
  return holds(condition, new Map(found === undefined ? [] : [['aws:key', found]]));
}

function table(rows: string): readonly Case[] {
  const list = (text: string) => (text === '-' ? undefined : text.split(','));
  return rows
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .map(([operator = '', values = '', found = '', expected]) => ({
      operator,
      values: list(values) ?? [],
      found: list(found),
      holds: expected === 'holds',
    }));
}

/** As a policy writes it. */
const variable = (name: string) => `\${${name}}`;

describe('conditions', () => {
  it.each(
    table(`
      StringEquals                       a        a      holds
      StringEquals                       a        A      fails
      StringEquals                       a,b      b      holds
      StringEquals                       a        -      fails
      StringEquals                       a*       a*     holds
      StringEquals                       a*       ab     fails
      StringEqualsIfExists               a        -      holds
      StringEqualsIfExists               a        b      fails
      StringEqualsIgnoreCase             Ab       aB     holds
      StringNotEqualsIgnoreCase          Ab       aB     fails
      StringNotEquals                    a,b      c      holds
      StringNotEquals                    a,b      b      fails
      StringNotEquals                    a        -      holds
      StringNotEquals                    a        b,a    fails
      StringLike                         a*,b?    bc     holds
      StringLike                         a*       A      fails
      StringNotLike                      a*       b      holds
      ForAllValues:StringEquals          a,b      a      holds
      ForAllValues:StringEquals          a,b      a,b    holds
      ForAllValues:StringEquals          a,b      a,c    fails
      ForAllValues:StringEquals          a        -      holds
      ForAllValues:StringNotEquals       a        b,c    holds
      ForAllValues:StringNotEquals       a        a,c    fails
      ForAnyValue:StringEquals           a,b      c,b    holds
      ForAnyValue:StringEquals           a,b      c      fails
      ForAnyValue:StringEquals           a        -      fails
      ForAnyValue:StringNotEquals        a        a,c    holds
      ForAnyValue:StringLike             a*       c,ab   holds
      ForAnyValue:StringEqualsIfExists   a        -      holds
      Bool                               true     true   holds
      Bool                               TRUE     true   holds
      Bool                               true     false  fails
      Bool                               false    -      fails
      BoolIfExists                       false    -      holds
      Null                               true     -      holds
      Null                               true     a      fails
      Null                               false    a      holds
      Null                               false    -      fails
      ArnLike                            arn:aws:iam::1:role/*   arn:aws:iam::1:role/x  holds
      ArnEquals                          arn:aws:iam::1:role/*   arn:aws:iam::1:role/x  holds
      ArnLike                            arn:aws:iam:*           arn:aws:iam::1:role/x  fails
      ArnNotLike                         arn:aws:iam::1:role/*   arn:aws:iam::2:role/x  holds
      NumericLessThanEquals              3        3      holds
      NumericLessThan                    3        3      fails
      NumericEquals                      3        3.0    holds
      NumericGreaterThan                 3        x      fails
      DateGreaterThan                    2026-01-01T00:00:00Z   2026-01-02T00:00:00Z   holds
      DateLessThan                       1767225600             2025-12-31T00:00:00Z   holds
    `),
  )('$operator $values $holds for $found', ({ holds: expected, ...one }) => {
    expect(evaluate(one)).toBe(expected);
  });

  it('with a variable that has no value do not hold, also where they say not', () => {
    expect(evaluate({ operator: 'StringNotEquals', values: [variable('aws:username')], found: ['a'] })).toBe(false);
    expect(evaluate({ operator: 'StringEquals', values: [variable('aws:key')], found: ['a'] })).toBe(true);
  });

  it.each([
    ['stringequals', 'aws:Key', 'a', 'Syntax errors in policy.'],
    ['StringEqualsIfexists', 'aws:Key', 'a', 'Syntax errors in policy.'],
    ['NullIfExists', 'aws:Key', 'true', 'Syntax errors in policy.'],
    ['Null', 'aws:Key', 'yes', 'Syntax errors in policy.'],
    ['Bool', 'aws:Key', 'yes', 'Syntax errors in policy.'],
    ['NumericEquals', 'aws:Key', 'three', 'Syntax errors in policy.'],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/8', 'Local AWS does not evaluate the condition operator IpAddress.'],
    ['StringEquals', 'key', 'a', 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  ])('%s of %s with %s are refused', (operator, key, value, message) => {
    const parse = () => parseCondition(operator, key, { values: [value], variables: true });
    expect(parse).toThrow(AwsFault);
    expect(parse).toThrow(message);
  });
});
