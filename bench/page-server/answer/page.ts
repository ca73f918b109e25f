import type { Item } from '../../../src/dynamodb/attribute-value.js';
import { type Entries, firstWhere, type Range } from '../tables/entries.js';
import { placeOf } from './key-place.js';
import { invalid } from './refusal.js';

/** Bytes of items at which a page ends, with the item that reaches them (dynamodb-numbers.md 4). */
const PAGE_BYTES = 2 ** 20;

export interface PageRange extends Range {
  readonly bytes: number;
  /** The entry after which the next page begins; undefined when the range is at its end. */
  readonly last: number | undefined;
}

export interface PageOptions {
  readonly startKey: Item | undefined;
  readonly limit: number | undefined;
  readonly forward: boolean;
  /** Names of the table's key attributes, which every start key has beside those of the index. */
  readonly tableKeys: readonly string[];
}

/** The entries of one page of a range. */
export function pageOf(entries: Entries, range: Range, options: PageOptions): PageRange {
  const { startKey, limit = Number.POSITIVE_INFINITY, forward } = options;
  let { from, to } = range;
  if (startKey !== undefined) {
    const after = placeOf(startKey, entries, options.tableKeys);
    if (after === undefined) throw invalid('The page server starts only from partitions that exist');
    if (forward) from = Math.max(from, after.to);
    else to = Math.min(to, after.from);
  }
  if (from >= to) return { from, to: from, bytes: 0, last: undefined };
  const bytes = (a: number, b: number) => entries.bytesBefore(b) - entries.bytesBefore(a);
  if (forward) {
    const full = firstWhere({ from: from + 1, to: to + 1 }, (n) => bytes(from, n) >= PAGE_BYTES);
    const end = Math.min(full, from + limit, to);
    return { from, to: end, bytes: bytes(from, end), last: end === full || end === from + limit ? end - 1 : undefined };
  }
  // The last entry from which a page is not yet full, one before that fills it.
  const full = firstWhere({ from, to }, (n) => bytes(n, to) < PAGE_BYTES) - 1;
  const start = Math.max(full, to - limit, from);
  return { from: start, to, bytes: bytes(start, to), last: start === full || start === to - limit ? start : undefined };
}

/** The entries of a segment: whole partitions, of about the same number of entries. */
export function segmentRange(entries: Entries, segment: number, total: number): Range {
  const boundary = (i: number) => {
    const n = Math.floor((entries.count * i) / total);
    const start = entries.partitionStart(n);
    // A partition belongs to the segment that its start falls into.
    return start === n || n === 0
      ? start
      : firstWhere({ from: n, to: entries.count }, (m) => entries.partitionStart(m) > start);
  };
  return { from: boundary(segment), to: boundary(segment + 1) };
}
