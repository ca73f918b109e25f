import { pipeline } from 'node:stream/promises';
import type { FastifyReply } from 'fastify';
import type { TableSpent } from '../../../operations/context.js';
import { totalSpent } from '../../../operations/run/batch.js';
import type { Operation } from '../../../operations/run/operation.js';
import type { Page } from '../../../operations/run/pages.js';
import type { Caller } from '../contract/http-services.js';
import { STREAM_TYPES } from '../contract/query.js';
import { operationCapacityOf } from './operation-capacity.js';
import type { RouteContext } from './route-context.js';
import { sendBody } from './send-body.js';

export interface OperationStream {
  readonly caller: Caller;
  readonly operation: Operation;
  readonly signal: AbortSignal;
  readonly reply: FastifyReply;
}

/**
 * Sends the rows of all pages, one to a line, and then what they cost; a page is asked for when the client has taken the one
 * before. What fails before the first page throws and becomes an ordinary answer; what fails later breaks the connection.
 */
export async function streamOperation(
  { services, stallTimeoutMs }: RouteContext,
  { caller, operation, signal, reply }: OperationStream,
): Promise<void> {
  const pages = services.operations.stream(caller, operation, signal)[Symbol.asyncIterator]();
  try {
    const first = await pages.next();
    reply.type(STREAM_TYPES.ndjson);
    await sendBody({ reply, stallTimeoutMs, control: { signal } }, (body) =>
      pipeline(lines(first, pages), body, { end: false, signal }),
    );
  } finally {
    await pages.return?.();
  }
}

async function* lines(first: IteratorResult<Page>, pages: AsyncIterator<Page>): AsyncGenerator<string> {
  let spent: readonly TableSpent[] = [];
  let ending: object = { warnings: [] };
  for (let step = first; step.done !== true; step = await pages.next()) {
    const page = step.value;
    yield* chunksOf(page.rows);
    spent = totalSpent([...spent, ...page.spent]);
    if (page.stoppedBy !== undefined) ending = endingOf(page);
  }
  yield `${JSON.stringify({ end: { capacity: operationCapacityOf(spent), ...ending } })}\n`;
}

/** What a client must take in time; pages may be of megabytes. */
const CHUNK_LENGTH = 65_536;

function* chunksOf(rows: Page['rows']): Generator<string> {
  let chunk = '';
  for (const row of rows) {
    chunk += `${JSON.stringify({ row })}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** A limit ended the reading: that is said, and where it can go on. */
function endingOf({ content, stoppedBy }: Page): object {
  const token = TOKENS.find((name) => Object.hasOwn(content, name));
  return {
    warnings: [`There may be more: the reading ended at ${stoppedBy}.`],
    ...(token === undefined ? {} : { next: content[token] }),
  };
}

const TOKENS = ['LastEvaluatedKey', 'NextToken', 'LastEvaluatedTableName'];
