import type { AttributeValue } from './attribute-value.js';
import type { TableDescription } from './table-description.js';

/**
 * Reading one account's tables as raw bytes. Requests are in DynamoDB's own terms; answers keep the items as the bytes
 * that DynamoDB sent, because decoding them is the job of the stage, off the event loop.
 */
export interface TableReader {
  getItem(request: GetItemRequest, signal: AbortSignal): Promise<RawPage>;
  /** One call of at most 100 keys. What DynamoDB left unprocessed is in `unprocessedKeys`; the caller asks again. */
  batchGetItem(request: BatchGetItemRequest, signal: AbortSignal): Promise<RawBatch>;
  query(request: QueryRequest, signal: AbortSignal): Promise<RawPage>;
  scan(request: ScanRequest, signal: AbortSignal): Promise<RawPage>;
}

/** An item's key: its partition-key attribute and, where the table has one, its sort-key attribute. */
export type Key = Readonly<Record<string, AttributeValue>>;

export interface ReadOptions {
  readonly tableName: string;
  readonly projectionExpression?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly consistentRead?: boolean;
  /**
   * The first refusal for throughput is thrown as DYNAMODB_THROTTLED, for a caller that slows down and asks again by
   * itself; without it the SDK asks again a few times.
   */
  readonly throwThrottling?: boolean;
}

export interface GetItemRequest extends ReadOptions {
  readonly key: Key;
}

export interface BatchGetItemRequest extends ReadOptions {
  readonly keys: readonly Key[];
}

export interface PagedOptions extends ReadOptions {
  readonly indexName?: string;
  readonly filterExpression?: string;
  readonly values?: Readonly<Record<string, AttributeValue>>;
  readonly exclusiveStartKey?: Key;
  /** Items evaluated, not items returned: never set it beside a filter to get that many rows. */
  readonly limit?: number;
  /** Ask only for the count (`Select=COUNT`). */
  readonly countOnly?: boolean;
}

export interface QueryRequest extends PagedOptions {
  readonly keyConditionExpression: string;
  /** Ascending sort-key order unless false. */
  readonly scanIndexForward?: boolean;
}

export interface ScanRequest extends PagedOptions {
  readonly segment?: number;
  readonly totalSegments?: number;
}

/** One answer of GetItem, Query or Scan. */
export interface RawPage {
  /** A JSON array of items in DynamoDB JSON, as UTF-8 bytes: `[{"id":{"S":"x"}},...]`; `[]` when there are none. */
  readonly items: Uint8Array;
  readonly itemCount: number;
  /** Items evaluated before the filter. */
  readonly scannedCount: number;
  /** Present when there may be more; an empty page can have one. */
  readonly lastEvaluatedKey: Key | undefined;
  /** Read units consumed by this call: table and index arms together. */
  readonly readUnits: number;
}

export interface RawBatch {
  readonly items: Uint8Array;
  readonly itemCount: number;
  readonly unprocessedKeys: readonly Key[];
  readonly readUnits: number;
}

/** Facts about tables; no items are read. */
export interface TableDirectory {
  /** All tables of the account and region, sorted; follows every page. */
  listTables(signal: AbortSignal): Promise<readonly string[]>;
  /** Throws TABLE_NOT_FOUND. */
  describeTable(tableName: string, signal: AbortSignal): Promise<TableDescription>;
  /** The attribute that says when an item expires; undefined where nothing does. Throws TABLE_NOT_FOUND. */
  timeToLiveAttribute(tableName: string, signal: AbortSignal): Promise<string | undefined>;
}
