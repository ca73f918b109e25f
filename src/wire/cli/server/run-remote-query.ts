import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { StatementProgress, StatementRequest } from '../../../query/statement.js';
import type { CommandContext } from '../command-context.js';
import { type Spent, spentText } from '../cost-line.js';
import { FailedStatement } from '../failed-statement.js';
import { isErrno, type Output, openOutput, writeText } from '../output.js';
import { type ProgressLine, progressLine, progressText } from '../progress-line.js';
import type { Query } from '../run-query.js';
import { jsonArray } from './json-array.js';
import { errorIn, type ServerClient } from './server-client.js';

/** What the gateway tells of a statement by its id; a part of it. */
interface QueryState {
  readonly state: 'running' | 'finished' | 'failed';
  readonly progress?: StatementProgress;
  readonly capacity?: Spent;
  readonly warnings: readonly string[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly detail?: string;
    readonly hint?: string;
  };
}

/** Runs or plans a statement at a gateway and writes what it answers. Throws FailedStatement. */
export async function runRemoteQuery(server: ServerClient, query: Query, context: CommandContext): Promise<void> {
  const output = await openOutput(query.output, context.terminal);
  const progress = progressLine(context.terminal.stderr);
  try {
    const run = { server, query, output, progress, context, queryId: randomUUID() };
    if (query.planOnly) await writePlan(run);
    else await writeResult(run);
    await output.finish();
  } catch (error) {
    throw new FailedStatement(error, query.request.sql, undefined);
  } finally {
    progress.end();
    await output.discard();
  }
}

interface Run {
  readonly server: ServerClient;
  readonly query: Query;
  readonly output: Output;
  readonly progress: ProgressLine;
  readonly context: CommandContext;
  readonly queryId: string;
}

async function writePlan({ server, query, output, progress }: Run): Promise<void> {
  const body = { ...bodyOf(query.request), mode: 'plan' };
  const { plan, planTree } = await server.call<{ plan: string; planTree: unknown }>('POST', '/v1/query', body);
  progress.end();
  await writeText(output.stream, `${query.format === 'json' ? JSON.stringify(planTree, null, 2) : plan}\n`);
}

async function writeResult(run: Run): Promise<void> {
  const { server, query, output, progress, context, queryId } = run;
  const width = query.format === 'table' && output.stream.isTTY ? output.stream.columns : undefined;
  const { options, ...body } = bodyOf(query.request);
  // An array of JSON is made of its lines here: as a stream the gateway gives only lines.
  const format = query.format === 'json' ? 'ndjson' : query.format;
  const asked = { ...body, queryId, options: { ...options, format, ...(width === undefined ? {} : { width }) } };
  const stopWatching = watchProgress(run);
  const response = await server.stream('/v1/query', asked).finally(stopWatching);
  progress.end();
  await copy(response, run).catch(async (error) => {
    // The connection broke: the gateway knows why.
    throw (await reasonOf(run)) ?? error;
  });
  const state = await stateOf(run);
  if (state === undefined) return;
  const lines = [
    ...state.warnings.map((warning) => `warning: ${warning}`),
    ...(state.capacity ? [`${spentText(state.capacity)}.`] : []),
  ];
  await writeText(context.terminal.stderr, lines.map((line) => `${line}\n`).join(''));
}

function bodyOf({ sql, parameters, defaultSchema, consistentRead, timeoutMs, maxUnits }: StatementRequest) {
  const given = { schema: defaultSchema, consistentRead, timeoutMs, maxUnits };
  return { sql, ...(parameters === undefined ? {} : { params: parameters.values }), options: given };
}

async function copy({ body }: Response, { output, query, context }: Run): Promise<void> {
  if (body === null) throw new HeadgateError('INTERNAL', 'The gateway answered without rows.');
  const bytes = Readable.from(body);
  const rows = query.format === 'json' ? Readable.from(jsonArray(bytes)) : bytes;
  try {
    await pipeline(rows, output.stream, { end: false, signal: context.signal });
  } catch (error) {
    if (!isErrno(error, 'EPIPE')) throw error;
  }
}

/** Shows how far the statement is, on a terminal, until the function that it returns is called. */
function watchProgress(run: Run): () => void {
  const ended = new AbortController();
  if (run.context.terminal.stderr.isTTY === true) void showProgress(run, ended.signal).catch(() => undefined);
  return () => ended.abort();
}

async function showProgress(run: Run, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(PROGRESS_MS, undefined, { signal });
    const progress = (await stateOf(run))?.progress;
    if (progress !== undefined && !signal.aborted) run.progress.show(progressText(progress));
  }
}

const PROGRESS_MS = 500;

/** Undefined where the gateway does not tell: the statement is not known there yet, or not any more. */
async function stateOf({ server, queryId }: Run): Promise<QueryState | undefined> {
  return await server.call<QueryState>('GET', `/v1/query/${queryId}`).catch(() => undefined);
}

async function reasonOf(run: Run): Promise<HeadgateError | undefined> {
  return errorIn((await stateOf(run))?.error);
}
