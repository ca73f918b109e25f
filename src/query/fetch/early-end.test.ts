import { describe, expect, it } from 'vitest';
import type { Stop } from '../plan/paths/access-path.js';
import { EarlyEnd } from './early-end.js';

/** A page of items with these values in `rank`. */
function page(ranks: readonly (number | string)[]) {
  const items = ranks.map((rank) => ({ pk: { S: 'x' }, rank: { N: String(rank) } }));
  return { items: Buffer.from(JSON.stringify(items)), itemCount: items.length };
}

function end(stop: Partial<Stop> | undefined, isFiltered = false) {
  return new EarlyEnd(stop && { rows: 3, backward: false, ...stop }, isFiltered);
}

/** After which page the end is reached. */
function endOf(stop: Partial<Stop>, pages: readonly (readonly (number | string)[])[], isFiltered = false): number {
  const early = end(stop, isFiltered);
  const at = pages.findIndex((ranks) => {
    early.add(page(ranks));
    return early.isReached;
  });
  return at + 1;
}

describe('an early end', () => {
  it('is never reached where none is wanted, and sets no limit', () => {
    const early = end(undefined);
    early.add(page([1, 2, 3]));
    expect(early.isReached).toBe(false);
    expect(early.limit).toBeUndefined();
  });

  it('is reached with as many items as are wanted, and asks for just those that are missing', () => {
    const early = end({ rows: 3 });
    expect(early.limit).toBe(3);
    early.add(page([1, 2]));
    expect(early.isReached).toBe(false);
    expect(early.limit).toBe(1);
    early.add(page([2]));
    expect(early.isReached).toBe(true);
  });

  it('sets no limit beside a filter, because that counts what the filter drops', () => {
    const early = end({ rows: 3 }, true);
    expect(early.limit).toBeUndefined();
    early.add(page([1, 2, 3, 4]));
    expect(early.isReached).toBe(true);
  });

  it('counts what is found and not the entries, where these differ', () => {
    const early = end({ rows: 3 });
    early.add(page([1, 2, 3]), 1);
    expect(early.isReached).toBe(false);
    expect(early.limit).toBe(2);
    early.add(page([4, 5]), 2);
    expect(early.isReached).toBe(true);
  });
});

describe('an early end with ties', () => {
  const ties = 'rank';

  it('asks for one more than is wanted, and for as many again while the tie goes on', () => {
    const early = end({ ties });
    expect(early.limit).toBe(4);
    early.add(page([1, 2, 3, 3]));
    expect(early.isReached).toBe(false);
    expect(early.limit).toBe(10);
    early.add(page(Array.from({ length: 10 }, () => 3)));
    expect(early.isReached).toBe(false);
    expect(early.limit).toBe(14);
    early.add(page([3, 4]));
    expect(early.isReached).toBe(true);
  });

  it.each<[string, (number | string)[][], number]>([
    ['the value changes right after the last wanted item', [[1, 2, 3, 4]], 1],
    ['only earlier items are equal', [[1, 1, 1, 2]], 1],
    ['the last wanted item is not known to be the last of its value', [[1, 2, 3]], 0],
    ['it changes in the next page', [[1, 2, 3, 3], [3, 3], [4]], 3],
    ['it changes between two pages', [[1, 2, 3, 3], [4]], 2],
    ['all are equal, to the end of the range', [[7, 7, 7, 7], [7, 7], [7]], 0],
    ['the run began in a page that was too short to be looked at', [[7], [7, 7, 7], [7], [8]], 4],
    ['there are empty pages in between', [[1, 2], [], [3, 3], [], [3], [], [4]], 7],
    ['a value differs only in its digits far behind the point', [['1.00000000000000000001', 1, 2, '2.1']], 1],
  ])('is reached when %s', (_name, pages, at) => {
    expect(endOf({ ties }, pages)).toBe(at);
    expect(endOf({ ties }, pages, true)).toBe(at);
  });

  it('takes 38 digits for what they are', () => {
    const long = '12345678901234567890123456789012345678';
    expect(endOf({ ties, rows: 1 }, [[long, long.replace(/8$/, '9')]])).toBe(1);
    expect(endOf({ ties, rows: 1 }, [[long, long]])).toBe(0);
  });

  it('goes on while it cannot know which of the entries were found', () => {
    const early = end({ ties, rows: 2 });
    early.add(page([1, 2, 2]), 2);
    expect(early.isReached).toBe(false);
    early.add(page([2, 3]), 2);
    expect(early.isReached).toBe(true);
  });
});
