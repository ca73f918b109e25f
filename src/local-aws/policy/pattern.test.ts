import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConditionContext, fillPattern, matchesArn, matchesPattern, parsePattern } from './pattern.js';

const WILD = { wildcards: true, variables: true };
const EMPTY: ConditionContext = new Map();

function matches(pattern: string, text: string, context = EMPTY): boolean {
  const filled = fillPattern(parsePattern(pattern, WILD), context);
  return filled !== undefined && matchesPattern(filled, text);
}

/** As a policy writes it. */
const variable = (name: string) => `\${${name}}`;

describe('a pattern', () => {
  it('fits as the same regular expression does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    let fitting = 0;
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const escaped = pattern.replace(/[.]/g, '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        const expected = new RegExp(`^${escaped}$`).test(text);
        if (expected) fitting += 1;
        expect(matches(pattern, text)).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
    expect(fitting).toBeGreaterThan(100);
  });

  it('takes no time that grows with the number of stars', () => {
    expect(matches('*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(5_000))).toBe(false);
  });

  it('has variables that are filled in literally, and fits nothing when one has no value', () => {
    const user = new Map([
      ['aws:username', ['*']],
      ['aws:many', ['a', 'b']],
    ]);
    const home = `home/${variable('aws:UserName')}/*`;
    expect(matches(home, 'home/*/x', user)).toBe(true);
    expect(matches(home, 'home/ann/x', user)).toBe(false);
    expect(matches(variable('aws:username'), variable('aws:username'))).toBe(false);
    expect(matches(variable('aws:many'), 'a', user)).toBe(false);
    expect(matches(variable("aws:userid, 'nobody'"), 'nobody')).toBe(true);
    expect(matches(`a${variable('*')}b${variable('?')}${variable('$')}`, 'a*b?$')).toBe(true);
    expect(matches(`a${variable('*')}`, 'aa')).toBe(false);
  });

  it('of an ARN keeps its wildcards between the first colons, and after them takes all', () => {
    const arn = (pattern: string, text: string) => matchesArn(parsePattern(pattern, WILD), text);
    const role = 'arn:aws:iam::111122223333:role/team/Reader';
    expect(arn('arn:aws:iam::*:role/*', role)).toBe(true);
    expect(arn('arn:aws:iam::111122223333:*', role)).toBe(true);
    expect(arn('arn:aws:*:role/*', role)).toBe(false);
    expect(arn('arn:aws:*:111122223333:role/team/Reader', role)).toBe(false);
    expect(arn('arn:aws:sns:*:*:a:*', 'arn:aws:sns:us-east-1:111122223333:a:b:c')).toBe(true);
    expect(arn('*', role)).toBe(true);
  });
});
