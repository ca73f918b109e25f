import { setTimeout as delay } from 'node:timers/promises';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { Item } from './attribute-value.js';
import type { DynamodbCalls } from './calls.js';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type Projection as SdkProjection,
  TransactWriteItemsCommand,
  type WriteRequest,
} from './sdk.js';
import { toSdkItem } from './sdk-values.js';
import type { IndexDescription, KeyAttribute, Projection } from './table-description.js';

/** A table to make. On demand, because sample tables should cost nothing while nobody reads them. */
export interface TableDefinition {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute | undefined;
  readonly indexes?: readonly Pick<IndexDescription, 'name' | 'kind' | 'partitionKeys' | 'sortKeys' | 'projection'>[];
}

export interface PutItemsOptions {
  readonly signal: AbortSignal;
  /** Told after each batch how many items are written so far. */
  readonly onProgress?: (items: number) => void;
  /**
   * Each batch is a transaction: an embedded DynamoDB then waits for its disk once per batch and not for every item, ten
   * times less. For items of a few kilobytes, because a transaction holds 4 MB. Amazon DynamoDB would charge double.
   */
  readonly asTransactions?: boolean;
}

/** Loads sample and test data; not a way for users to write. Throws the codes of `wrapError`. */
export interface TableWriter {
  /** Makes the table and waits until it and its indexes can be used. */
  createTable(definition: TableDefinition, signal: AbortSignal): Promise<void>;
  /** Writes all items, over those with the same key, and returns their number. Two items of a batch must not share a key. */
  putItems(tableName: string, items: Items, options: PutItemsOptions): Promise<number>;
}

export type Items = Iterable<Item> | AsyncIterable<Item>;

/** Items per BatchWriteItem (dynamodb-numbers 4). */
const BATCH_ITEMS = 25;
/** Items per TransactWriteItems (dynamodb-numbers 4). */
const TRANSACTION_ITEMS = 100;
const CALLS_IN_FLIGHT = 4;

/** A writer over the given client. */
export function tableWriter(calls: DynamodbCalls): TableWriter {
  return {
    async createTable(definition, signal) {
      const tableName = definition.name;
      await calls.send(new CreateTableCommand(createTableInput(definition)), { signal, tableName });
      await untilUsable(calls, tableName, signal);
    },
    async putItems(tableName, items, { signal, onProgress, asTransactions = false }) {
      const failed = new AbortController();
      const either = AbortSignal.any([signal, failed.signal]);
      const batches = inBatches(items, asTransactions ? TRANSACTION_ITEMS : BATCH_ITEMS);
      const write = asTransactions ? writeTransaction : writeBatch;
      let written = 0;
      const worker = async () => {
        for (let next = await batches.next(); !next.done; next = await batches.next()) {
          await write(calls, tableName, { items: next.value, signal: either });
          written += next.value.length;
          onProgress?.(written);
        }
      };
      try {
        await Promise.all(Array.from({ length: CALLS_IN_FLIGHT }, worker));
      } finally {
        failed.abort();
        await batches.return();
      }
      return written;
    },
  };
}

async function* inBatches(items: Items, size: number): AsyncGenerator<readonly Item[], void, undefined> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** DynamoDB leaves items unprocessed when it throttles; the SDK does not retry those, so that is done here. */
async function writeBatch(
  calls: DynamodbCalls,
  tableName: string,
  { items, signal }: { readonly items: readonly Item[]; readonly signal: AbortSignal },
): Promise<void> {
  let requests: WriteRequest[] = items.map((item) => ({ PutRequest: { Item: toSdkItem(item) } }));
  for (let round = 0; requests.length > 0; round++) {
    if (round === 10) throw stillUnprocessed(tableName, requests.length);
    if (round > 0) await pause(50 * 2 ** round, signal);
    const command = new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } });
    const answer = await calls.send(command, { signal, tableName });
    requests = answer.UnprocessedItems?.[tableName] ?? [];
  }
}

async function writeTransaction(
  calls: DynamodbCalls,
  tableName: string,
  { items, signal }: { readonly items: readonly Item[]; readonly signal: AbortSignal },
): Promise<void> {
  const command = new TransactWriteItemsCommand({
    TransactItems: items.map((item) => ({ Put: { TableName: tableName, Item: toSdkItem(item) } })),
  });
  await calls.send(command, { signal, tableName });
}

async function untilUsable(calls: DynamodbCalls, tableName: string, signal: AbortSignal): Promise<void> {
  // Amazon DynamoDB takes seconds, and minutes with indexes; a local one is ready at once.
  for (let round = 0; round < 600; round++) {
    const { Table: table } = await calls.send(new DescribeTableCommand({ TableName: tableName }), {
      signal,
      tableName,
    });
    const indexes = table?.GlobalSecondaryIndexes ?? [];
    if (table?.TableStatus === 'ACTIVE' && indexes.every((index) => index.IndexStatus === 'ACTIVE')) return;
    await pause(500, signal);
  }
  throw new HeadgateError('DYNAMODB_FAILED', `Table "${tableName}" was created but does not become active.`);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((cause: unknown) => {
    throw new HeadgateError('CANCELLED', 'Writing to DynamoDB was cancelled.', { cause });
  });
}

function createTableInput({ name, partitionKey, sortKey, indexes = [] }: TableDefinition): CreateTableCommandInput {
  const keys = [partitionKey, sortKey ?? [], indexes.flatMap((index) => [...index.partitionKeys, ...index.sortKeys])];
  const attributes = new Map(keys.flat().map((key) => [key.name, key.type]));
  const indexInput = (kind: 'global' | 'local') =>
    indexes
      .filter((index) => index.kind === kind)
      .map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index.partitionKeys, index.sortKeys),
        Projection: sdkProjection(index.projection),
      }));
  const globals = indexInput('global');
  const locals = indexInput('local');
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema([partitionKey], sortKey === undefined ? [] : [sortKey]),
    AttributeDefinitions: [...attributes].map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
    ...(locals.length > 0 && { LocalSecondaryIndexes: locals }),
  };
}

function keySchema(partitionKeys: readonly KeyAttribute[], sortKeys: readonly KeyAttribute[]) {
  return [
    ...partitionKeys.map((key) => ({ AttributeName: key.name, KeyType: 'HASH' as const })),
    ...sortKeys.map((key) => ({ AttributeName: key.name, KeyType: 'RANGE' as const })),
  ];
}

function sdkProjection(projection: Projection): SdkProjection {
  if (projection.kind === 'all') return { ProjectionType: 'ALL' };
  if (projection.kind === 'keys-only') return { ProjectionType: 'KEYS_ONLY' };
  return { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection.attributes] };
}

function stillUnprocessed(tableName: string, count: number): HeadgateError {
  return new HeadgateError('DYNAMODB_THROTTLED', `Table "${tableName}" kept refusing ${count} items of a batch.`, {
    hint: 'Try again later, or raise the write capacity of the table.',
  });
}
