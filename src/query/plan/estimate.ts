import type { CatalogTable } from '../../catalog/model.js';
import type { IndexDescription } from '../../dynamodb/table-description.js';
import { isAny, pointValue, prefixOf } from './interval.js';
import type { KeyRange } from './key-ranges.js';

/** What a path is expected to cost. Read units as DynamoDB meters them (dynamodb-numbers.md 1). */
export interface PathEstimate {
  readonly readUnits: number;
  readonly requests: number;
  readonly items: number;
}

const UNIT_BYTES = 4096;
const PAGE_BYTES = 2 ** 20;
const BATCH_KEYS = 100;

/** On-demand price of a million read units, US East (N. Virginia), August 2026 (dynamodb-numbers.md 8). */
const DOLLARS_PER_MILLION_UNITS = 0.125;

export function dollarsOf(readUnits: number): number {
  return (readUnits * DOLLARS_PER_MILLION_UNITS) / 1e6;
}

/** GetItem and BatchGetItem round up every item by itself, and charge for missing ones. */
export function estimateKeys(table: CatalogTable, keyCount: number, consistentRead: boolean): PathEstimate {
  const units = Math.max(1, Math.ceil(itemBytes(table) / UNIT_BYTES)) * rate(consistentRead);
  return { readUnits: keyCount * units, requests: Math.ceil(keyCount / BATCH_KEYS), items: keyCount };
}

export function estimateScan(table: CatalogTable, consistentRead: boolean): PathEstimate {
  const items = itemCount(table);
  const bytes = Math.max(table.description.sizeBytes, items * itemBytes(table));
  return { readUnits: pagedUnits(bytes, consistentRead), requests: pages(bytes), items };
}

/** The first items of a table or partition, when reading ends with them. */
export function estimateFirstItems(table: CatalogTable, items: number, consistentRead: boolean): PathEstimate {
  const bytes = items * itemBytes(table);
  return { readUnits: pagedUnits(bytes, consistentRead), requests: pages(bytes), items };
}

export function estimateQuery(
  table: CatalogTable,
  index: IndexDescription | undefined,
  ranges: readonly KeyRange[],
  { consistentRead }: { readonly consistentRead: boolean },
): PathEstimate {
  const entryBytes = index !== undefined && index.itemCount > 0 ? index.sizeBytes / index.itemCount : itemBytes(table);
  const entries = index !== undefined && index.itemCount > 0 ? index.itemCount : itemCount(table);
  let readUnits = 0;
  let requests = 0;
  let items = 0;
  for (const range of ranges) {
    const rangeItems = Math.max(1, itemsPerPartition(entries) * shareOf(range));
    const bytes = rangeItems * entryBytes;
    readUnits += pagedUnits(bytes, consistentRead);
    requests += pages(bytes);
    items += rangeItems;
  }
  return { readUnits, requests, items };
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

function pagedUnits(bytes: number, consistentRead: boolean): number {
  return Math.max(1, Math.ceil(bytes / UNIT_BYTES)) * rate(consistentRead);
}

function pages(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PAGE_BYTES));
}

function rate(consistentRead: boolean): number {
  return consistentRead ? 1 : 0.5;
}

/** DescribeTable's count is up to six hours old, and some emulators leave it at zero: the sample knows at least its own. */
function itemCount({ description, sample }: CatalogTable): number {
  return Math.max(description.itemCount, sample?.items ?? 0);
}

function itemBytes({ description, sample }: CatalogTable): number {
  if (description.sizeBytes > 0 && description.itemCount > 0) return description.sizeBytes / description.itemCount;
  return sample?.averageItemBytes ?? 400;
}
