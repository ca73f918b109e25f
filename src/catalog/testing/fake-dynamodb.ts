import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Item } from '../../dynamodb/attribute-value.js';
import type { TableDescription } from '../../dynamodb/table-description.js';
import type { RawPage, ScanRequest, TableDirectory, TableReader } from '../../dynamodb/table-reader.js';

export interface FakeTable {
  description: TableDescription;
  items: Item[];
}

/** DynamoDB in memory, as far as the catalog uses it: it can list, describe and scan in segments, and be told to fail. */
export class FakeDynamodb {
  readonly tables = new Map<string, FakeTable>();
  readonly scans: ScanRequest[] = [];
  /** What DescribeTimeToLive tells, or throws. */
  timeToLive: string | Error | undefined;
  describes = 0;
  lists = 0;
  /** Thrown by every scan while it is set. */
  scanError: Error | undefined;
  /** Awaited by every DescribeTable, so that a test can act while one is under way. */
  beforeDescribe: () => Promise<void> = async () => {};

  readonly directory: TableDirectory = {
    listTables: async () => {
      this.lists += 1;
      return [...this.tables.keys()].sort();
    },
    describeTable: async (name, signal) => {
      this.describes += 1;
      await this.beforeDescribe();
      if (signal.aborted) throw new HeadgateError('CANCELLED', 'The request to DynamoDB was cancelled.');
      return this.tableOf(name).description;
    },
    timeToLiveAttribute: async () => {
      if (this.timeToLive instanceof Error) throw this.timeToLive;
      return this.timeToLive;
    },
  };

  readonly reader: TableReader = {
    getItem: refused,
    batchGetItem: refused,
    query: refused,
    scan: async (request, signal) => {
      this.scans.push(request);
      if (signal.aborted) throw new HeadgateError('CANCELLED', 'The request to DynamoDB was cancelled.');
      if (this.scanError !== undefined) throw this.scanError;
      return scanPage(this.tableOf(request.tableName), request);
    },
  };

  add(description: TableDescription, items: readonly Item[]): FakeTable {
    const table = { description, items: [...items] };
    this.tables.set(description.name, table);
    return table;
  }

  private tableOf(name: string): FakeTable {
    const table = this.tables.get(name);
    if (table === undefined) throw new HeadgateError('TABLE_NOT_FOUND', `Table "${name}" does not exist in the fake.`);
    return table;
  }
}

/** A description with the partition key `id` (S) and no more, changed as told. */
export function describedAs(changes: Partial<TableDescription> = {}): TableDescription {
  return {
    name: 'orders',
    arn: undefined,
    status: 'ACTIVE',
    partitionKey: { name: 'id', type: 'S' },
    sortKey: undefined,
    indexes: [],
    itemCount: 0,
    sizeBytes: 0,
    billing: { mode: 'on-demand', maxReadUnits: undefined },
    warmReadUnits: undefined,
    tableClass: 'STANDARD',
    ...changes,
  };
}

const PAGE_BYTES = 1024 * 1024;

function scanPage({ description, items }: FakeTable, request: ScanRequest): RawPage {
  const { partitionKey, sortKey } = description;
  const { segment = 0, totalSegments = 1, limit = Number.POSITIVE_INFINITY, exclusiveStartKey } = request;
  const keyOf = (item: Item) =>
    Object.fromEntries(
      [partitionKey, sortKey].flatMap((key) => (key ? [[key.name, item[key.name] ?? { S: '' }]] : [])),
    );
  const inSegment = items
    .map((item) => ({ item, hash: hashOf(JSON.stringify(item[partitionKey.name])) }))
    .filter(({ hash }) => Math.floor(hash * totalSegments) === segment)
    .sort((a, b) => a.hash - b.hash)
    .map(({ item }) => item);
  const start = JSON.stringify(exclusiveStartKey);
  const first = exclusiveStartKey ? inSegment.findIndex((item) => JSON.stringify(keyOf(item)) === start) + 1 : 0;
  const page: Item[] = [];
  let bytes = 0;
  for (const item of inSegment.slice(first)) {
    if (page.length >= limit || bytes >= PAGE_BYTES) break;
    page.push(item);
    bytes += JSON.stringify(item).length;
  }
  const last = page.at(-1);
  // Like DynamoDB, a page that reached its limit does not know whether it was the last.
  const ended = last === undefined || (page.length < limit && first + page.length === inSegment.length);
  return {
    items: new TextEncoder().encode(JSON.stringify(page)),
    itemCount: page.length,
    scannedCount: page.length,
    lastEvaluatedKey: ended ? undefined : keyOf(last),
    readUnits: Math.max(1, Math.ceil(bytes / 4096)) / 2,
  };
}

/** From 0 up to, not including, 1 (FNV-1a, and one more mixing step so that similar texts lie apart). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

async function refused(): Promise<never> {
  throw new Error('The catalog only scans.');
}
