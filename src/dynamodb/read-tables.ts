import { HeadgateError } from '../base/errors/headgate-error.js';
import type { DynamodbCalls } from './calls.js';
import { type JsonSlice, jsonMembers, parseSlice } from './json-slices.js';
import { BatchGetItemCommand, GetItemCommand, QueryCommand, ScanCommand } from './sdk.js';
import { toSdkItem } from './sdk-values.js';
import type { Key, PagedOptions, RawBatch, RawPage, ReadOptions, TableReader } from './table-reader.js';

/** Reads items over the given client; every method throws the codes of `wrapError`. */
export function tableReader(calls: DynamodbCalls): TableReader {
  return {
    getItem(request, signal) {
      const input = { ...readInput(request), TableName: request.tableName, Key: toSdkItem(request.key), ...METERED };
      return calls.sendAndRead(new GetItemCommand(input), { ...callOf(request, signal), read: itemPage });
    },
    batchGetItem(request, signal) {
      const input = {
        RequestItems: { [request.tableName]: { ...readInput(request), Keys: request.keys.map(toSdkItem) } },
        ...METERED,
      };
      const read = (bytes: Uint8Array) => batchPage(bytes, request.tableName);
      return calls.sendAndRead(new BatchGetItemCommand(input), { ...callOf(request, signal), read });
    },
    query(request, signal) {
      const input = {
        ...pagedInput(request),
        KeyConditionExpression: request.keyConditionExpression,
        ...(request.scanIndexForward === false && { ScanIndexForward: false }),
      };
      return calls.sendAndRead(new QueryCommand(input), { ...callOf(request, signal), read: itemsPage });
    },
    scan(request, signal) {
      const input = {
        ...pagedInput(request),
        ...(request.totalSegments !== undefined && {
          TotalSegments: request.totalSegments,
          Segment: request.segment ?? 0,
        }),
      };
      return calls.sendAndRead(new ScanCommand(input), { ...callOf(request, signal), read: itemsPage });
    },
  };
}

function callOf({ tableName, throwThrottling = false }: ReadOptions, signal: AbortSignal) {
  return { tableName, throwThrottling, signal };
}

const METERED = { ReturnConsumedCapacity: 'INDEXES' } as const;

/** Options that GetItem, BatchGetItem, Query and Scan share. DynamoDB refuses empty maps of names, so they are left out. */
function readInput(options: ReadOptions) {
  return {
    ...(options.projectionExpression !== undefined && { ProjectionExpression: options.projectionExpression }),
    ...(hasMembers(options.names) && { ExpressionAttributeNames: { ...options.names } }),
    ...(options.consistentRead && { ConsistentRead: true }),
  };
}

function pagedInput(options: PagedOptions) {
  return {
    ...readInput(options),
    ...METERED,
    TableName: options.tableName,
    ...(options.indexName !== undefined && { IndexName: options.indexName }),
    ...(options.filterExpression !== undefined && { FilterExpression: options.filterExpression }),
    ...(hasMembers(options.values) && { ExpressionAttributeValues: toSdkItem(options.values) }),
    ...(options.exclusiveStartKey && { ExclusiveStartKey: toSdkItem(options.exclusiveStartKey) }),
    ...(options.limit !== undefined && { Limit: options.limit }),
    ...(options.countOnly && { Select: 'COUNT' as const }),
  };
}

function hasMembers<T>(members: Readonly<Record<string, T>> | undefined): members is Readonly<Record<string, T>> {
  return members !== undefined && Object.keys(members).length > 0;
}

const NO_ITEMS = Buffer.from('[]');

async function itemPage(bytes: Uint8Array): Promise<RawPage> {
  const members = await jsonMembers(bytes);
  const item = members.get('Item');
  const itemCount = item === undefined ? 0 : 1;
  return {
    items: item === undefined ? NO_ITEMS : Buffer.concat([Buffer.from('['), bytesOf(bytes, item), Buffer.from(']')]),
    itemCount,
    scannedCount: itemCount,
    lastEvaluatedKey: undefined,
    readUnits: readUnits(bytes, members),
  };
}

async function itemsPage(bytes: Uint8Array): Promise<RawPage> {
  const members = await jsonMembers(bytes, { list: 'Items' });
  const items = members.get('Items');
  const count = members.get('Count');
  const scanned = members.get('ScannedCount');
  const lastKey = members.get('LastEvaluatedKey');
  if (count === undefined || scanned === undefined) throw notAnAnswer('Count and ScannedCount');
  return {
    items: items === undefined ? NO_ITEMS : bytesOf(bytes, items),
    itemCount: Number(parseSlice(bytes, count)),
    scannedCount: Number(parseSlice(bytes, scanned)),
    // DynamoDB's own key in DynamoDB JSON, which is the form of Key.
    lastEvaluatedKey: lastKey && (parseSlice(bytes, lastKey) as Key),
    readUnits: readUnits(bytes, members),
  };
}

async function batchPage(bytes: Uint8Array, tableName: string): Promise<RawBatch> {
  const members = await jsonMembers(bytes);
  const responses = members.get('Responses');
  if (responses === undefined) throw notAnAnswer('Responses');
  const items = (await jsonMembers(bytes, { start: responses.start })).get(tableName);
  const unprocessed = members.get('UnprocessedKeys');
  // Same form as the request: per table, the keys that are still to be asked for.
  const left = unprocessed && (parseSlice(bytes, unprocessed) as Record<string, { Keys?: Key[] }>);
  return {
    items: items === undefined ? NO_ITEMS : bytesOf(bytes, items),
    itemCount: items?.objects ?? 0,
    unprocessedKeys: left?.[tableName]?.Keys ?? [],
    readUnits: readUnits(bytes, members),
  };
}

function bytesOf(bytes: Uint8Array, slice: JsonSlice): Uint8Array {
  return bytes.subarray(slice.start, slice.end);
}

/** ConsumedCapacity is one object, or for BatchGetItem an array with one per table. */
function readUnits(bytes: Uint8Array, members: ReadonlyMap<string, JsonSlice>): number {
  const slice = members.get('ConsumedCapacity');
  if (slice === undefined) return 0;
  const parsed = parseSlice(bytes, slice);
  const entries: { CapacityUnits?: number }[] = Array.isArray(parsed) ? parsed : [parsed];
  return entries.reduce((sum, entry) => sum + (entry.CapacityUnits ?? 0), 0);
}

function notAnAnswer(missing: string): HeadgateError {
  return new HeadgateError('DYNAMODB_FAILED', 'The endpoint sent an answer that is not one of DynamoDB.', {
    detail: `${missing} is missing in it.`,
    hint: 'Is the endpoint really DynamoDB?',
  });
}
