import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ANY,
  type Cut,
  type Domain,
  type Interval,
  intersect,
  interval,
  isAny,
  point,
  pointValue,
  pointValues,
  prefixInterval,
  prefixOf,
  unite,
} from './interval.js';
import { compareKeyValues } from './key-value.js';

const UNIVERSE = ['-3', '-2', '-1.5', '-1', '0', '0.5', '1', '2', '3'];

/** Whether a value lies in an interval: the model that the algebra is held to. */
function holds({ lower, upper }: Interval, N: string): boolean {
  const isAbove = lower === undefined || compareKeyValues({ N }, lower.value) > (lower.side === 'before' ? -1 : 0);
  const isBelow = upper === undefined || compareKeyValues({ N }, upper.value) < (upper.side === 'after' ? 1 : 0);
  return isAbove && isBelow;
}

function members(domain: Domain): string[] {
  return UNIVERSE.filter((value) => domain.some((each) => holds(each, value)));
}

const cuts = fc.record<Cut>({
  value: fc.constantFrom(...UNIVERSE).map((N) => ({ N })),
  side: fc.constantFrom('before', 'after'),
});
const intervals = fc
  .tuple(fc.option(cuts, { nil: undefined }), fc.option(cuts, { nil: undefined }))
  .map(([lower, upper]) => intersect([interval(lower, undefined)], [interval(undefined, upper)]))
  .filter((domain) => domain.length === 1)
  .map(([only]) => only as Interval); // One, by the filter.
const domains = fc.array(intervals, { maxLength: 5 }).map(unite);

describe('domains', () => {
  test('unite holds just the values of its intervals, ascending, and no value twice', () => {
    fc.assert(
      fc.property(fc.array(intervals, { maxLength: 6 }), (list) => {
        const united = unite(list);
        for (const value of UNIVERSE) {
          const expected = list.some((each) => holds(each, value)) ? 1 : 0;
          expect(united.filter((each) => holds(each, value))).toHaveLength(expected);
        }
        for (const [i, each] of united.entries()) {
          const next = united[i + 1];
          // An open end between two intervals would be a hole that is none.
          if (next !== undefined) expect(each.upper !== undefined && next.lower !== undefined).toBe(true);
        }
      }),
    );
  });

  test('intersect holds just the values of both', () => {
    fc.assert(
      fc.property(domains, domains, (a, b) => {
        const inB = new Set(members(b));
        expect(members(intersect(a, b))).toEqual(members(a).filter((value) => inB.has(value)));
      }),
    );
  });

  test('touching intervals become one, and a hole of one value stays', () => {
    const below = interval(undefined, { value: { N: '1' }, side: 'before' });
    const above = interval({ value: { N: '1' }, side: 'after' }, undefined);
    expect(unite([above, point({ N: '1' }), below])).toEqual(ANY);
    expect(unite([above, below])).toEqual([below, above]);
  });

  test('the empty domain and the full one are neutral', () => {
    expect(intersect(ANY, [])).toEqual([]);
    expect(intersect(ANY, [point({ S: 'a' })])).toEqual([point({ S: 'a' })]);
    expect(unite([])).toEqual([]);
    expect(isAny(ANY)).toBe(true);
    expect(isAny([point({ S: 'a' })])).toBe(false);
    expect(isAny([])).toBe(false);
  });
});

describe('points', () => {
  test('an interval of one value is a point, whatever the spelling of its ends', () => {
    const same = {
      lower: { value: { N: '1' }, side: 'before' },
      upper: { value: { N: '1.0' }, side: 'after' },
    } as const;
    expect(pointValue(same)).toEqual({ N: '1' });
    expect(pointValue({ ...same, upper: { value: { N: '2' }, side: 'after' } })).toBeUndefined();
    expect(pointValue({ lower: same.lower })).toBeUndefined();
  });

  test('a domain is a list of values only when all its intervals are points', () => {
    expect(pointValues([point({ N: '1' }), point({ N: '2' })])).toEqual([{ N: '1' }, { N: '2' }]);
    expect(pointValues([point({ N: '1' }), { lower: { value: { N: '2' }, side: 'before' } }])).toBeUndefined();
    expect(pointValues([])).toEqual([]);
  });
});

describe('prefixes', () => {
  const inText = ({ lower, upper }: Interval, S: string) =>
    (lower === undefined || compareKeyValues({ S }, lower.value) >= 0) &&
    (upper === undefined || compareKeyValues({ S }, upper.value) < 0);

  test('the interval of a prefix holds just the texts that begin with it, by UTF-8 bytes', () => {
    const characters = fc.constantFrom('a', 'b', 'z', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}');
    const texts = fc.array(characters, { maxLength: 4 }).map((list) => list.join(''));
    fc.assert(
      fc.property(texts, texts, (prefix, text) => {
        expect(inText(prefixInterval(prefix), text)).toBe(text.startsWith(prefix));
      }),
      { numRuns: 1000 },
    );
  });

  test('a prefix is found again in its interval', () => {
    for (const prefix of ['2024-02', 'é', '\ud7ff', 'a\u{10ffff}']) {
      expect(prefixOf(prefixInterval(prefix))).toBe(prefix);
    }
  });

  test('a prefix with no text above it has an open end', () => {
    expect(prefixInterval('\u{10ffff}')).toEqual({ lower: { value: { S: '\u{10ffff}' }, side: 'before' } });
    expect(prefixInterval('')).toEqual({});
    expect(prefixOf({})).toBeUndefined();
  });
});
