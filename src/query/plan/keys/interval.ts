import type { AttributeValue } from '../../../dynamodb/attribute-value.js';
import { compareKeyValues } from './key-value.js';

/** A place between key values: just before or just after a value. */
export interface Cut {
  readonly value: AttributeValue;
  readonly side: 'before' | 'after';
}

/** The key values between two cuts; an absent cut is an open end. Never empty. */
export interface Interval {
  readonly lower?: Cut;
  readonly upper?: Cut;
}

/** Disjoint intervals in ascending order. The empty list is "no value", `[{}]` is "any value". */
export type Domain = readonly Interval[];

export const ANY: Domain = [{}];

export function point(value: AttributeValue): Interval {
  return { lower: { value, side: 'before' }, upper: { value, side: 'after' } };
}

/** The value of an interval that holds just one. */
export function pointValue({ lower, upper }: Interval): AttributeValue | undefined {
  if (lower?.side !== 'before' || upper?.side !== 'after') return undefined;
  return compareKeyValues(lower.value, upper.value) === 0 ? lower.value : undefined;
}

/** The values of a domain that is a list of single values. */
export function pointValues(domain: Domain): AttributeValue[] | undefined {
  const values = domain.map(pointValue);
  return values.every((value) => value !== undefined) ? values : undefined;
}

export function isAny(domain: Domain): boolean {
  return domain.length === 1 && domain[0]?.lower === undefined && domain[0]?.upper === undefined;
}

export function compareCuts(a: Cut, b: Cut): number {
  const order = compareKeyValues(a.value, b.value);
  if (order !== 0) return order;
  return a.side === b.side ? 0 : a.side === 'before' ? -1 : 1;
}

/** Values in both domains. */
export function intersect(a: Domain, b: Domain): Domain {
  const result: Interval[] = [];
  for (const x of a) {
    for (const y of b) {
      const lower = later(x.lower, y.lower);
      const upper = earlier(x.upper, y.upper);
      if (lower === undefined || upper === undefined || compareCuts(lower, upper) < 0)
        result.push(interval(lower, upper));
    }
  }
  return result.sort(byLower);
}

/** Values in any of the intervals: overlapping and touching ones become one, so that no item is read twice. */
export function unite(intervals: readonly Interval[]): Domain {
  const result: Interval[] = [];
  for (const next of [...intervals].sort(byLower)) {
    const last = result.at(-1);
    const touches =
      last !== undefined &&
      (last.upper === undefined || next.lower === undefined || compareCuts(next.lower, last.upper) <= 0);
    if (last === undefined || !touches) {
      result.push(next);
      continue;
    }
    const upper =
      last.upper === undefined || next.upper === undefined
        ? undefined
        : compareCuts(last.upper, next.upper) >= 0
          ? last.upper
          : next.upper;
    result[result.length - 1] = interval(last.lower, upper);
  }
  return result;
}

export function interval(lower: Cut | undefined, upper: Cut | undefined): Interval {
  return { ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }) };
}

function later(a: Cut | undefined, b: Cut | undefined): Cut | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareCuts(a, b) >= 0 ? a : b;
}

function earlier(a: Cut | undefined, b: Cut | undefined): Cut | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareCuts(a, b) <= 0 ? a : b;
}

function byLower(a: Interval, b: Interval): number {
  if (a.lower === undefined || b.lower === undefined) return a.lower === b.lower ? 0 : a.lower === undefined ? -1 : 1;
  return compareCuts(a.lower, b.lower);
}

/** Texts that begin with `prefix`, which are those from the prefix up to its successor. */
export function prefixInterval(prefix: string): Interval {
  if (prefix === '') return {};
  const end = successor(prefix);
  return interval(
    { value: { S: prefix }, side: 'before' },
    end === undefined ? undefined : { value: { S: end }, side: 'before' },
  );
}

/** The prefix that an interval stands for, when it is one. */
export function prefixOf({ lower, upper }: Interval): string | undefined {
  if (lower?.side !== 'before' || upper?.side !== 'before' || !('S' in lower.value) || !('S' in upper.value))
    return undefined;
  return successor(lower.value.S) === upper.value.S ? lower.value.S : undefined;
}

/** The least text above all texts that begin with `prefix`, in the order of code points, which is that of UTF-8 bytes. */
function successor(prefix: string): string | undefined {
  const points = [...prefix].map((char) => char.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    // Surrogates (U+D800 to U+DFFF) are not characters.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    if (next <= 0x10ffff) return String.fromCodePoint(...points, next);
  }
  return undefined;
}
