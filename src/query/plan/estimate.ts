import type { CatalogTable } from '../../catalog/model.js';
import type { IndexDescription } from '../../dynamodb/table-description.js';
import type { AccessPath } from './access-path.js';
import { isAny, pointValue, prefixOf } from './interval.js';
import type { KeyRange } from './key-ranges.js';

/** What a path is expected to cost. Read units as DynamoDB meters them (dynamodb-numbers.md 1). */
export interface PathEstimate {
  readonly readUnits: number;
  readonly requests: number;
  readonly items: number;
}

export const NOTHING: PathEstimate = { readUnits: 0, requests: 0, items: 0 };

const UNIT_BYTES = 4096;
const PAGE_BYTES = 2 ** 20;
const BATCH_KEYS = 100;

/** GetItem and BatchGetItem round up every item by itself, and charge for missing ones. */
export function estimateKeys(table: CatalogTable, keyCount: number, consistentRead: boolean): PathEstimate {
  const units = Math.max(1, Math.ceil(itemBytes(table) / UNIT_BYTES)) * rate(consistentRead);
  return { readUnits: keyCount * units, requests: Math.ceil(keyCount / BATCH_KEYS), items: keyCount };
}

/** All of the table or of an index. */
export function estimateScan(
  table: CatalogTable,
  index: IndexDescription | undefined,
  consistentRead: boolean,
): PathEstimate {
  const items = entryCount(table, index);
  const described = index === undefined ? table.description.sizeBytes : index.sizeBytes;
  const bytes = Math.max(described, items * entryBytes(table, index));
  return { readUnits: pagedUnits(bytes, consistentRead), requests: pages(bytes), items };
}

/** The first items of each range of a path, when reading ends with them. */
export function estimateFirstItems(
  { table, consistentRead }: { readonly table: CatalogTable; readonly consistentRead: boolean },
  path: AccessPath & { readonly kind: 'query' | 'scan' },
  { items, ranges }: { readonly items: number; readonly ranges: number },
): PathEstimate {
  const bytes = items * entryBytes(table, path.index);
  const read = {
    readUnits: ranges * pagedUnits(bytes, consistentRead),
    requests: ranges * pages(bytes),
    items: ranges * items,
  };
  return path.fillIn === undefined ? read : plus(read, estimateKeys(table, read.items, consistentRead));
}

export function estimateQuery(
  table: CatalogTable,
  index: IndexDescription | undefined,
  ranges: readonly KeyRange[],
  { consistentRead }: { readonly consistentRead: boolean },
): PathEstimate {
  const bytesEach = entryBytes(table, index);
  const entries = entryCount(table, index);
  let estimate = NOTHING;
  for (const range of ranges) {
    const items = Math.max(1, itemsPerPartition(entries) * shareOf(range));
    const bytes = items * bytesEach;
    estimate = plus(estimate, { readUnits: pagedUnits(bytes, consistentRead), requests: pages(bytes), items });
  }
  return estimate;
}

/** Share of entries that a filter is taken to let through. */
const FILTERED = 1 / 3;

/** Reading keys from an index, and then the items from the table. */
export function withFillIn(
  keys: PathEstimate,
  { table, consistentRead }: { readonly table: CatalogTable; readonly consistentRead: boolean },
  { isFiltered }: { readonly isFiltered: boolean },
): PathEstimate {
  const items = Math.max(1, keys.items * (isFiltered ? FILTERED : 1));
  return { ...plus(keys, estimateKeys(table, items, consistentRead)), items };
}

function plus(a: PathEstimate, b: PathEstimate): PathEstimate {
  return { readUnits: a.readUnits + b.readUnits, requests: a.requests + b.requests, items: a.items + b.items };
}

/** An index that DescribeTable gives no size for may still have entries: it is taken to be like the table. */
function entryCount(table: CatalogTable, index: IndexDescription | undefined): number {
  return index !== undefined && index.itemCount > 0 ? index.itemCount : itemCount(table);
}

function entryBytes(table: CatalogTable, index: IndexDescription | undefined): number {
  return index !== undefined && index.itemCount > 0 ? index.sizeBytes / index.itemCount : itemBytes(table);
}

/** Nothing tells how many items share a partition key; the square root is right for neither extreme and wrong by little. */
function itemsPerPartition(entries: number): number {
  return Math.max(1, Math.sqrt(entries));
}

/** Share of a partition that a sort-key range holds, by its form. */
function shareOf({ interval, sortEquals }: KeyRange): number {
  const fixed = 0.1 ** sortEquals.length;
  if (isAny([interval])) return fixed;
  if (pointValue(interval) !== undefined) return fixed * 0.02;
  if (prefixOf(interval) !== undefined) return fixed * 0.1;
  return fixed * (interval.lower === undefined || interval.upper === undefined ? 1 / 3 : 1 / 8);
}

/** Units of reading so many bytes that lie side by side. */
export function pagedUnits(bytes: number, consistentRead: boolean): number {
  return Math.max(1, Math.ceil(bytes / UNIT_BYTES)) * rate(consistentRead);
}

function pages(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PAGE_BYTES));
}

function rate(consistentRead: boolean): number {
  return consistentRead ? 1 : 0.5;
}

/** DescribeTable's count is up to six hours old, and some emulators leave it at zero: the sample knows at least its own. */
export function itemCount({ description, sample }: CatalogTable): number {
  return Math.max(description.itemCount, sample?.items ?? 0);
}

/** The average, or a guess where neither DescribeTable nor a sample tells. */
export function itemBytes({ description, sample }: CatalogTable): number {
  if (description.sizeBytes > 0 && description.itemCount > 0) return description.sizeBytes / description.itemCount;
  return sample?.averageItemBytes ?? 400;
}
