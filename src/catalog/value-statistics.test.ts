import { describe, expect, it } from 'vitest';
import { statisticsOf, values } from './testing/statistics-of.js';
import { ValueTally, valueHash } from './value-statistics.js';

describe('the values of a sample', () => {
  it('are counted by attribute, where they are of the types that can be keys', () => {
    const tally = new ValueTally();
    for (let i = 0; i < 1000; i++) {
      tally.add(
        {
          id: { S: `item-${i}` },
          status: { S: ['open', 'paid', 'shut'][i % 3] ?? '' },
          total: { N: String(i % 50) },
          flag: { BOOL: i % 2 === 0 },
          list: { L: [{ S: 'x' }] },
          ...(i % 10 === 0 ? { note: { S: 'x'.repeat(3000) } } : {}),
        },
        i,
      );
    }
    const counted = [...tally.statistics(true)].map(([name, { count, distinct }]) => [name, count, distinct]);
    expect(counted).toEqual([
      ['id', 1000, 1000],
      ['status', 1000, 3],
      ['total', 1000, 50],
    ]);
  });

  it('of an empty sample are none', () => {
    expect(new ValueTally().statistics(true).size).toBe(0);
  });

  it('are the same number however it is written, and never the same as its text', () => {
    expect(valueHash({ N: '1.0' })).toBe(valueHash({ N: '1' }));
    expect(valueHash({ N: '1' })).not.toBe(valueHash({ S: '1' }));
    expect(valueHash({ B: 'eA==' })).not.toBe(valueHash({ S: 'eA==' }));
    expect(valueHash({ BOOL: true })).toBeUndefined();
  });
});

describe('common values', () => {
  it('are those of one item in a hundred and at least three, the most frequent first, without their text', () => {
    // Half are a, 48 % b, 1 % c; d and e are rarer.
    const found = statisticsOf(
      values(1000, (i) => ({ S: i < 500 ? 'a' : i < 980 ? 'b' : i < 990 ? 'c' : i < 995 ? 'd' : 'e' })),
    );
    expect(found.common).toEqual([
      [valueHash({ S: 'a' }), 0.5],
      [valueHash({ S: 'b' }), 0.48],
      [valueHash({ S: 'c' }), 0.01],
    ]);
    expect(statisticsOf(values(4, (i) => ({ S: i < 2 ? 'a' : 'b' }))).common).toEqual([]);
  });

  it('are twelve at most', () => {
    expect(statisticsOf(values(1000, (i) => ({ N: String(i % 20) }))).common).toHaveLength(12);
  });

  it('are not those that the neighbours of one partition share, unless the sample was all of the table', () => {
    const shape = { partition: (at: number) => Math.floor(at / 50) };
    const byPartition = values(1000, (i) => ({ S: String(Math.floor(i / 50)) }));
    expect(statisticsOf(byPartition, shape)).toMatchObject({ distinct: 20, sightings: 20, once: 20, common: [] });
    expect(statisticsOf(byPartition, { ...shape, isComplete: true }).common[0]?.[1]).toBe(0.05);
  });
});

describe('boundaries', () => {
  const boundariesOf = (count: number, valueAt: (at: number) => { S: string } | { N: string }) =>
    statisticsOf(values(count, valueAt)).boundaries;

  it('part numbers into 32 of the same size, from the least to the greatest', () => {
    const found = boundariesOf(961, (i) => ({ N: String((i * 7) % 961) }));
    expect(found).toEqual(Array.from({ length: 33 }, (_, i) => i * 30));
    expect(boundariesOf(3, (i) => ({ N: `-${i}.5` }))).toEqual([-2.5, -1.5, -0.5]);
  });

  it('part dates and times, without what is finer than a second', () => {
    expect(boundariesOf(2, (i) => ({ S: `2026-0${i + 1}-31` }))).toEqual(['2026-01-31', '2026-02-31']);
    const times = ['2026-01-31T10:20:30.123Z', '2026-01-31 10:20:30+02:00', '2026-01-31T10:20'];
    expect(boundariesOf(3, (i) => ({ S: times[i] ?? '' }))).toEqual([
      '2026-01-31 10:20:30',
      '2026-01-31T10:20',
      '2026-01-31T10:20:30',
    ]);
  });

  it.each(['open', '2026', '2026-01-31#order-1', '2026-01-31T10:20 Jo', '2026-01-31x'])(
    'hold no other text: %s',
    (text) => {
      expect(boundariesOf(100, () => ({ S: text }))).toBeUndefined();
    },
  );

  it('leave out the few values of another form, and are absent where these are more', () => {
    const withOdd = (odd: number) => boundariesOf(100, (i) => (i < odd ? { S: 'none' } : { N: String(i) }));
    expect(withOdd(5)?.[0]).toBe(5);
    expect(withOdd(6)).toBeUndefined();
  });

  it('need two values', () => {
    expect(boundariesOf(1, () => ({ N: '1' }))).toBeUndefined();
    expect(boundariesOf(2, () => ({ N: '1' }))).toEqual([1, 1]);
  });
});
