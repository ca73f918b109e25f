import type { FastifyReply } from 'fastify';
import type { FormatOptions } from '../../formats/row-format.js';
import type { Caller } from '../contract/http-services.js';
import { type QueryOptions, STREAM_TYPES, type StreamFormat } from '../contract/query.js';
import type { RouteContext } from './route-context.js';
import type { Statement } from './statement-of.js';
import { streamParquet } from './stream-parquet.js';
import { streamRows } from './stream-rows.js';

/** How the rows are to be written. */
export interface StreamForm extends Pick<FormatOptions, 'width'> {
  readonly format: StreamFormat;
  readonly numbers: QueryOptions['numbers'];
}

export interface StreamOrder {
  readonly statement: Statement;
  /** The id that the statement is to have. */
  readonly queryId: string | undefined;
  readonly form: StreamForm;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly reply: FastifyReply;
}

/**
 * Sends the whole result of a statement, at the pace of the client. What fails before the first row throws and becomes an
 * ordinary answer; what fails later breaks the connection, and throws too.
 */
export async function streamResult(context: RouteContext, order: StreamOrder): Promise<void> {
  const { statement, queryId, form, caller, signal, reply } = order;
  const { format, ...options } = form;
  const { stallTimeoutMs, services, results } = context;
  const execution = { owner: caller.principal.id, key: statement.key, ...(queryId === undefined ? {} : { queryId }) };
  await results.follow(execution, signal, async (control) => {
    reply.header('x-query-id', control.queryId).type(STREAM_TYPES[format]);
    const request = { ...statement.request, onProgress: control.onProgress };
    const run = { control, request, caller, reply, stallTimeoutMs, statements: services.statements };
    await (format === 'parquet' ? streamParquet(run) : streamRows(run, format, options));
  });
}
