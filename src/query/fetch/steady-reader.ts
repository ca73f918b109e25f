import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { BatchGetItemRequest, PagedOptions, RawBatch, TableReader } from '../../dynamodb/table-reader.js';
import { throttleOf } from '../../dynamodb/throttling.js';
import { type Clock, pause } from './clock.js';
import type { RateControl } from './rate-control.js';
import type { ThrottlingLog } from './throttling-log.js';

export interface SteadyOptions {
  /** The control of a table, or of one of its indexes. */
  readonly controlOf: (table: string, index: string | undefined) => RateControl;
  readonly log: ThrottlingLog;
  readonly clock: Clock;
  /** For how long one request may be refused in a row; the end of the statement's signal ends it in any case. */
  readonly patienceMs: number;
}

/** Waits between attempts: from these on twice as long each time, up to the longest; by chance up to half less. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

/**
 * The reader, at the pace of the tables' rate controls, and steadfast: what DynamoDB refuses for throughput is asked for
 * again, the same page from the same key, until it is served or patience ends with DYNAMODB_THROTTLED. This is the one
 * place where throttling is retried; the SDK retries what got no answer, a broken one or a 5xx (`dynamodb/connect.ts`).
 * An attempt that was refused costs nothing. What one cost whose answer was lost nobody can know, so it is in no sum.
 *
 * A hot partition makes only its own requests wait here, while all the others go on at the pace of the table.
 */
export function steadyReader(reader: TableReader, options: SteadyOptions): TableReader {
  const steadily =
    <R extends PagedOptions, T extends { readonly readUnits: number }>(
      read: (request: R, signal: AbortSignal) => Promise<T>,
    ) =>
    (request: R, signal: AbortSignal): Promise<T> => {
      const control = options.controlOf(request.tableName, request.indexName);
      const attempt = { ...request, throwThrottling: true };
      return untilServed(
        () => inTurn(control, () => read(attempt, signal), { log: options.log, signal }),
        options,
        signal,
      );
    };
  return {
    getItem: steadily((request, signal) => reader.getItem(request, signal)),
    batchGetItem: steadily(someServed(reader)),
    query: steadily((request, signal) => reader.query(request, signal)),
    scan: steadily((request, signal) => reader.scan(request, signal)),
  };
}

async function untilServed<T>(send: () => Promise<T>, options: SteadyOptions, signal: AbortSignal): Promise<T> {
  const { clock, log, patienceMs } = options;
  const startedAt = clock.now();
  for (let refusals = 1; ; refusals++) {
    try {
      return await send();
    } catch (error) {
      if (throttleOf(error) === undefined) throw error;
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (refusals - 1)) * (0.5 + Math.random() / 2);
      if (clock.now() + waitMs - startedAt > patienceMs) throw error;
      const waited = log.waits();
      log.refused();
      await pause(clock, waitMs, signal).finally(waited);
    }
  }
}

/** Sends by the control; the time until its turn counts as waiting. */
async function inTurn<T extends { readonly readUnits: number }>(
  control: RateControl,
  request: () => Promise<T>,
  { log, signal }: { readonly log: ThrottlingLog; readonly signal: AbortSignal },
): Promise<T> {
  const waited = log.waits();
  try {
    return await control.send(() => {
      waited();
      return request();
    }, signal);
  } finally {
    waited();
  }
}

/** BatchGetItem, but an answer that leaves every key unprocessed is the refusal that it is. */
function someServed(reader: TableReader) {
  return async (request: BatchGetItemRequest, signal: AbortSignal): Promise<RawBatch> => {
    const batch = await reader.batchGetItem(request, signal);
    if (batch.unprocessedKeys.length < request.keys.length) return batch;
    throw new HeadgateError(
      'DYNAMODB_THROTTLED',
      `DynamoDB left ${request.keys.length} keys of ${request.tableName} unread again and again`,
      {
        detail: 'That is how it answers BatchGetItem when the throughput of the table is used up.',
        hint: 'Try again later, or raise the read capacity of the table.',
      },
    );
  };
}
