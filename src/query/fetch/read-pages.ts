import { setTimeout as wait } from 'node:timers/promises';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { TableDescription } from '../../dynamodb/table-description.js';
import type { Key, PagedOptions, RawPage, TableReader } from '../../dynamodb/table-reader.js';
import { type AccessPath, type CommonRequest, keySchema } from '../plan/access-path.js';
import { keyCondition } from '../plan/key-condition.js';
import type { KeyRange } from '../plan/key-ranges.js';
import { parallelPages } from './parallel-pages.js';

/** Items of one request, as DynamoDB sent them, and what the request cost. */
export interface Page {
  /** A JSON array of items in DynamoDB JSON, UTF-8. */
  readonly items: Uint8Array;
  readonly itemCount: number;
  readonly scannedCount: number;
  readonly readUnits: number;
  /** The index that was read; undefined for the table itself. */
  readonly index: string | undefined;
}

/** Requests in flight at once for one reference, and pages that may wait to be staged. */
const CONCURRENCY = 8;
const PAGES_AHEAD = 4;
const BATCH_KEYS = 100;

/**
 * All pages of an access path, followed to the end: an empty page with a LastEvaluatedKey is not the end, and
 * unprocessed keys are asked for again. Throws the codes of the reader, and DYNAMODB_THROTTLED.
 */
export function readPages(
  path: AccessPath,
  description: TableDescription,
  source: { readonly reader: TableReader; readonly signal: AbortSignal },
): AsyncGenerator<Page> {
  return parallelPages(pageSources(path, description, source.reader), {
    concurrency: CONCURRENCY,
    ahead: PAGES_AHEAD,
    signal: source.signal,
  });
}

type PageSource = (stop: AbortSignal) => AsyncIterable<Page>;

function pageSources(path: AccessPath, description: TableDescription, reader: TableReader): PageSource[] {
  switch (path.kind) {
    case 'none':
    case 'catalog':
      return [];
    case 'keys':
      return keySources(path.keys, path.common, reader);
    case 'query':
      return path.ranges.map((range) => (stop) => queryPages(path, range, { description, reader, stop }));
    case 'scan':
      return [(stop) => follow((from) => reader.scan({ ...pagedOptions(path), ...from }, stop), path)];
  }
}

function keySources(keys: readonly Key[], common: CommonRequest, reader: TableReader): PageSource[] {
  const [only, ...others] = keys;
  if (only === undefined) return [];
  if (others.length === 0) {
    return [
      async function* (stop) {
        yield { ...(await reader.getItem({ ...readOptions(common), key: only }, stop)), index: undefined };
      },
    ];
  }
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH_KEYS) }, (_, i) =>
    keys.slice(i * BATCH_KEYS, (i + 1) * BATCH_KEYS),
  );
  return batches.map((batch) => (stop) => batchPages(batch, common, { reader, stop }));
}

/** Waits between attempts for keys that DynamoDB left unprocessed, and gives up when that often none was processed. */
const UNPROCESSED_WAIT_MS = 50;
const MAX_IDLE_ATTEMPTS = 10;

async function* batchPages(
  keys: readonly Key[],
  common: CommonRequest,
  { reader, stop }: { readonly reader: TableReader; readonly stop: AbortSignal },
): AsyncGenerator<Page> {
  let wanted = keys;
  let idle = 0;
  while (wanted.length > 0) {
    const batch = await reader.batchGetItem({ ...readOptions(common), keys: wanted }, stop);
    idle = batch.unprocessedKeys.length < wanted.length ? 0 : idle + 1;
    const { items, itemCount, readUnits } = batch;
    yield { items, itemCount, scannedCount: itemCount, readUnits, index: undefined };
    wanted = batch.unprocessedKeys;
    if (wanted.length === 0) return;
    if (idle >= MAX_IDLE_ATTEMPTS) throw stillUnprocessed(common.tableName, wanted.length);
    await wait(UNPROCESSED_WAIT_MS * 2 ** idle * (0.5 + Math.random() / 2), undefined, { signal: stop });
  }
}

function stillUnprocessed(table: string, count: number): HeadgateError {
  return new HeadgateError(
    'DYNAMODB_THROTTLED',
    `DynamoDB left ${count} keys of ${table} unread ${MAX_IDLE_ATTEMPTS} times over`,
    {
      detail: 'That is how it answers BatchGetItem when the throughput of the table is used up.',
      hint: 'Try again later, or raise the read capacity of the table.',
    },
  );
}

async function* queryPages(
  path: AccessPath & { readonly kind: 'query' },
  range: KeyRange,
  context: { readonly description: TableDescription; readonly reader: TableReader; readonly stop: AbortSignal },
): AsyncGenerator<Page> {
  const names = path.common.names.fork();
  const keyConditionExpression = keyCondition(range, keySchema(path, context.description), names);
  const request = {
    ...pagedOptions(path),
    ...names.request(),
    keyConditionExpression,
    ...(path.stop?.backward === true ? { scanIndexForward: false } : {}),
  };
  yield* follow((from) => context.reader.query({ ...request, ...from }, context.stop), path);
}

/**
 * Pages until there is no LastEvaluatedKey, or until the path has as many items as it wants. `Limit` counts items before
 * the filter, so it is only set where there is none.
 */
async function* follow(
  read: (from: Pick<PagedOptions, 'exclusiveStartKey' | 'limit'>) => Promise<RawPage>,
  { stop, filter, index }: AccessPath & { readonly kind: 'query' | 'scan' },
): AsyncGenerator<Page> {
  let next: Key | undefined;
  let wanted = stop?.rows ?? Number.POSITIVE_INFINITY;
  do {
    const limit = stop !== undefined && filter === undefined ? { limit: wanted } : {};
    const page: RawPage = await read({ ...limit, ...(next === undefined ? {} : { exclusiveStartKey: next }) });
    yield { ...page, index: index?.name };
    next = page.lastEvaluatedKey;
    wanted -= page.itemCount;
  } while (next !== undefined && wanted > 0);
}

function pagedOptions(path: AccessPath & { readonly kind: 'query' | 'scan' }): PagedOptions {
  const { filter, common } = path;
  return {
    ...readOptions(common),
    ...common.names.request(),
    ...(filter === undefined ? {} : { filterExpression: filter.expression }),
    ...(path.index === undefined ? {} : { indexName: path.index.name }),
    ...(path.countOnly === true ? { countOnly: true } : {}),
  };
}

function readOptions({ tableName, projectionExpression, names, consistentRead }: CommonRequest) {
  const { names: aliases } = names.request();
  return {
    tableName,
    ...(projectionExpression === undefined ? {} : { projectionExpression }),
    ...(aliases === undefined ? {} : { names: aliases }),
    ...(consistentRead ? { consistentRead: true } : {}),
  };
}
