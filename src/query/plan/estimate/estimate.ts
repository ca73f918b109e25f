import type { CatalogTable } from '../../../catalog/model.js';
import type { IndexDescription } from '../../../dynamodb/table-description.js';
import type { KeyRange, KeySchema } from '../keys/key-ranges.js';
import { type AccessPath, keySchema } from '../paths/access-path.js';
import { shareOfInterval, shareOfValue, shareWith } from './selectivity.js';
import { itemBytes, itemCount } from './table-size.js';

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

/** Share of a partition that one value of a sort attribute is taken to have, before the last attribute with a condition. */
const UNKNOWN_EQUAL_SHARE = 0.1;

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

/** One query for each range: of all entries each key attribute leaves the share that the sample tells of. */
export function estimateQuery(
  table: CatalogTable,
  index: IndexDescription | undefined,
  ranges: readonly KeyRange[],
  { consistentRead }: { readonly consistentRead: boolean },
): PathEstimate {
  const bytesEach = entryBytes(table, index);
  const entries = entryCount(table, index);
  const schema = keySchema({ index }, table.description);
  let estimate = NOTHING;
  for (const range of ranges) {
    const perPartition = Math.max(1, entries * partitionShare(range, { table, schema, entries }));
    const items = Math.max(1, perPartition * sortShare(range, { table, schema }));
    const bytes = items * bytesEach;
    estimate = plus(estimate, { readUnits: pagedUnits(bytes, consistentRead), requests: pages(bytes), items });
  }
  return estimate;
}

/** Reading keys from an index, and then the items of those that its filter lets through: `kept`, a share, 0 to 1. */
export function withFillIn(
  keys: PathEstimate,
  { table, consistentRead }: { readonly table: CatalogTable; readonly consistentRead: boolean },
  { kept }: { readonly kept: number },
): PathEstimate {
  const items = Math.max(1, keys.items * kept);
  return { ...plus(keys, estimateKeys(table, items, consistentRead)), items };
}

function plus(a: PathEstimate, b: PathEstimate): PathEstimate {
  return { readUnits: a.readUnits + b.readUnits, requests: a.requests + b.requests, items: a.items + b.items };
}

/**
 * An index that DescribeTable gives no size for may still have entries: it is taken to have all items of the table that have
 * its rarest key attribute.
 */
function entryCount(table: CatalogTable, index: IndexDescription | undefined): number {
  if (index === undefined) return itemCount(table);
  if (index.itemCount > 0) return index.itemCount;
  const shares = [...index.partitionKeys, ...index.sortKeys].map(({ name }) => shareWith(table, name));
  return itemCount(table) * Math.min(...shares);
}

function entryBytes(table: CatalogTable, index: IndexDescription | undefined): number {
  return index !== undefined && index.itemCount > 0 ? index.sizeBytes / index.itemCount : itemBytes(table);
}

/**
 * Where nothing tells how many entries share a partition key, it is taken to be the square root of all: right for neither
 * extreme and wrong by little.
 */
function partitionShare(
  { partition }: KeyRange,
  { table, schema, entries }: { readonly table: CatalogTable; readonly schema: KeySchema; readonly entries: number },
): number {
  const unknown = Math.max(1, entries) ** (-1 / (2 * partition.length));
  return partition.reduce(
    (product, value, i) => product * (shareOfValue(table, schema.partition[i] ?? '', value) ?? unknown),
    1,
  );
}

/** Share of a partition that a range of it holds. */
function sortShare(
  { sortEquals, interval }: KeyRange,
  { table, schema }: { readonly table: CatalogTable; readonly schema: KeySchema },
): number {
  const attribute = (i: number) => schema.sort[i] ?? '';
  const equal = sortEquals.reduce(
    (product, value, i) => product * (shareOfValue(table, attribute(i), value) ?? UNKNOWN_EQUAL_SHARE),
    1,
  );
  return equal * shareOfInterval(table, attribute(sortEquals.length), interval);
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
