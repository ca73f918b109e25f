import type { FastifyInstance } from 'fastify';
import { deleteQuery, getQuery, postQuery } from '../contract/query.js';
import { addEndpoint, type Input } from '../server/add-endpoint.js';
import { firstPage, keptPage } from './query-pages.js';
import { planOf } from './query-plan.js';
import { queryStateOf } from './query-state.js';
import type { RouteContext } from './route-context.js';
import { sendPage } from './send-page.js';
import { statementOf } from './statement-of.js';
import { streamResult } from './stream-result.js';

/** Statements: run and planned, their pages and streams, how they stand, and their end. */
export function addQueryRoutes(server: FastifyInstance, context: RouteContext): void {
  const { services, results } = context;
  addEndpoint(server, services, { endpoint: postQuery, handle: (input) => answerQuery(context, input) });
  addEndpoint(server, services, {
    endpoint: getQuery,
    handle: async ({ caller, params: { queryId }, query, signal, reply }) => {
      const { resumeIdx: firstRow, maxRows } = query;
      if (firstRow === undefined) {
        return queryStateOf(results.status(caller.principal.id, queryId), caller.requestId);
      }
      const page = await keptPage(context, { caller, queryId, range: { firstRow, maxRows }, signal });
      await sendPage(page, query, reply);
      return undefined;
    },
  });
  addEndpoint(server, services, {
    endpoint: deleteQuery,
    handle: async ({ caller, params: { queryId } }) => {
      await results.cancel(caller.principal.id, queryId);
      return { queryId };
    },
  });
}

async function answerQuery(context: RouteContext, input: Input<typeof postQuery>) {
  const { body, caller, signal, reply } = input;
  const { mode, options, sql, queryId } = body;
  if (mode === 'plan') return await planOf(context, { statement: statementOf(body), caller, signal });
  const { format, numbers, width } = options;
  if (format !== 'json') {
    const form = { format, numbers, ...(width === undefined ? {} : { width }) };
    await streamResult(context, { statement: statementOf(body), queryId, form, caller, signal, reply });
    return undefined;
  }
  const range = { firstRow: options.resumeIdx, maxRows: options.maxRows };
  const page =
    queryId !== undefined && (sql === undefined || range.firstRow > 0)
      ? await keptPage(context, { caller, queryId, range, signal })
      : await firstPage(context, { statement: statementOf(body), queryId, caller, range, signal });
  await sendPage(page, options, reply);
  return undefined;
}
