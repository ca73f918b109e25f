import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareNumbers } from '../../dynamodb/numbers.js';
import type { CompareOp, Predicate } from '../plan/conditions/predicate.js';
import { looseRange } from './double-range.js';

function isTrue(predicate: Predicate, N: string): boolean {
  if (predicate.kind === 'and') return predicate.terms.every((term) => isTrue(term, N));
  if (predicate.kind === 'present') return true;
  if (predicate.kind !== 'compare' || !('N' in predicate.value)) throw new Error('not of this range');
  const order = compareNumbers(N, predicate.value.N);
  return predicate.op === '<=' ? order <= 0 : order >= 0;
}

const HOLDS: Record<CompareOp, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

describe('the range that a comparison of doubles is widened to', () => {
  /** Numbers as DynamoDB stores them: up to 38 digits, near the constant, so that rounding decides. */
  const cases = fc.record({
    constant: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e60, max: 1e60 }),
    tail: fc.bigInt({ min: 0n, max: 10n ** 18n }),
    steps: fc.integer({ min: -3, max: 3 }),
    op: fc.constantFrom<CompareOp>('=', '<>', '<', '<=', '>', '>='),
  });

  test('holds every number that SQL finds true once it has rounded it', () => {
    fc.assert(
      fc.property(cases, ({ constant, tail, steps, op }) => {
        const range = looseRange(['x'], op, String(constant));
        if (range === undefined) return;
        // The constant's seventeen digits, a few units of the last one aside, and then digits that a double cannot hold.
        const [digits = '', exponent = '0'] = constant.toPrecision(17).includes('e')
          ? constant.toPrecision(17).split('e')
          : [constant.toPrecision(17)];
        const near = Number(`${digits}e${exponent}`) * (1 + steps * 2 ** -52);
        const [whole = '', power = '0'] = near.toExponential(16).split('e');
        const stored = `${whole}${tail.toString().padStart(18, '0')}E${power}`;
        if (HOLDS[op](Number(stored), constant)) expect(isTrue(range.predicate, stored)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('is never called exact', () => {
    for (const op of Object.keys(HOLDS) as CompareOp[]) expect(looseRange(['x'], op, '1.5')?.exact).toBe(false);
  });

  test('of zero is zero', () => {
    expect(looseRange(['x'], '=', '0')?.predicate).toMatchObject({
      terms: [
        { op: '>=', value: { N: expect.stringMatching(/^-?0\.0+$/) } },
        { op: '<=', value: { N: expect.stringMatching(/^0\.0+$/) } },
      ],
    });
  });

  test('is none where its bounds would be no numbers of DynamoDB', () => {
    expect(looseRange(['x'], '=', '1e120')).toBeUndefined();
    expect(looseRange(['x'], '=', '-1e-120')).toBeUndefined();
    expect(looseRange(['x'], '<', 'NaN')).toBeUndefined();
    expect(looseRange(['x'], '<', '1e400')).toBeUndefined();
  });
});
