import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { RowBatch } from '../../query/result.js';
import type { StatementRequest, StatementResult, StatementSummary } from '../../query/statement.js';
import type { RowFormat } from '../formats/row-format.js';
import type { CommandContext, Gateway } from './command-context.js';
import { costLine, type Spent, spentText } from './cost-line.js';
import { FailedStatement } from './failed-statement.js';
import { isErrno, type Output, openOutput, writeText } from './output.js';
import { type ProgressLine, progressText } from './progress-line.js';
import type { QueryFormat } from './query-options.js';
import { withGateway } from './with-gateway.js';
import { writeLines } from './write-lines.js';

export interface Query {
  readonly request: StatementRequest;
  /** Of the rows; a plan is a text tree or `json`. */
  readonly format: QueryFormat;
  readonly planOnly: boolean;
  readonly output: string | undefined;
  readonly config: string | undefined;
}

/** One statement at work. */
interface Run {
  readonly context: CommandContext;
  readonly gateway: Gateway;
  readonly query: Query;
  readonly output: Output;
  readonly progress: ProgressLine;
  /** Called whenever it is known what has been read. */
  readonly setSpent: (spent: Spent) => void;
}

/** Runs or plans a statement and writes its result. Throws FailedStatement once the gateway has been asked. */
export async function runQuery(query: Query, context: CommandContext): Promise<void> {
  const output = await openOutput(query.output, context.terminal);
  try {
    await withGateway(query.config === undefined ? {} : { config: query.config }, context, (gateway, progress) =>
      explainFailure({ context, gateway, query, output, progress }),
    );
    await output.finish();
  } finally {
    await output.discard();
  }
}

async function explainFailure(run: Omit<Run, 'setSpent'>): Promise<void> {
  let spent: Spent = { readUnits: 0, requests: 0 };
  const setSpent = (latest: Spent) => {
    spent = latest;
  };
  try {
    if (run.query.planOnly) await writePlan({ ...run, setSpent });
    else if (run.query.format === 'parquet') await writeParquet({ ...run, setSpent });
    else await writeResult({ ...run, setSpent }, run.query.format);
  } catch (error) {
    throw new FailedStatement(error, run.query.request.sql, spent.requests > 0 ? `${spentText(spent)}.` : undefined);
  }
}

async function writePlan(run: Run): Promise<void> {
  const { context, gateway, query, output, progress } = run;
  const plan = await gateway.engine.plan(requestOf(run), context.signal);
  progress.end();
  const text = query.format === 'json' ? JSON.stringify(plan, null, 2) : await context.renderPlan(plan);
  await writeText(output.stream, text.endsWith('\n') ? text : `${text}\n`);
}

async function writeParquet(run: Run): Promise<void> {
  const { context, gateway, output, progress } = run;
  const exported = await gateway.engine.exportParquet(requestOf(run), context.signal);
  run.setSpent(exported.summary);
  progress.end();
  try {
    await pipeline(createReadStream(exported.path), output.stream, { end: false, signal: context.signal });
  } catch (error) {
    if (!isErrno(error, 'EPIPE')) throw error;
  } finally {
    await rm(exported.path, { force: true });
  }
  writeSummary(exported.summary, costLine(exported.summary, exported.plan), run);
}

async function writeResult(run: Run, format: RowFormat): Promise<void> {
  const { context, gateway, output } = run;
  const { writeRows } = await import('../formats/write-rows.js');
  const result = await gateway.engine.run(requestOf(run), context.signal);
  try {
    const width = format === 'table' && output.stream.isTTY ? output.stream.columns : undefined;
    const options = width === undefined ? {} : { width };
    const isTree = format === 'table' && result.isExplained === true;
    const { ending } = isTree
      ? await writeLines(batchesOf(result, run), output.stream)
      : await writeRows(format, result.columns, batchesOf(result, run), output.stream, options);
    // Whoever has left with enough rows (`| head`) does not wait for the rest of the story either.
    if (ending !== 'reader-gone') writeSummary(result.summary(), costLine(result.summary(), result.plan), run);
  } finally {
    run.setSpent(result.summary());
    await result.close();
  }
}

/** The rows. On a terminal they take the place of the progress line, elsewhere it goes on until the last of them. */
async function* batchesOf(result: StatementResult, { output, progress }: Run): AsyncGenerator<RowBatch> {
  for await (const batch of result.batches) {
    if (output.stream.isTTY) progress.end();
    yield batch;
  }
  progress.end();
}

function requestOf({ query, progress, setSpent }: Run): StatementRequest {
  return {
    ...query.request,
    onProgress(latest) {
      setSpent({ readUnits: latest.readUnits, requests: latest.requests });
      progress.show(progressText(latest));
    },
  };
}

function writeSummary(summary: StatementSummary, cost: string, { context, progress }: Run): void {
  progress.end();
  const warnings = summary.warnings.map((warning) => `warning: ${warning}\n`);
  context.terminal.stderr.write(`${warnings.join('')}${cost}\n`);
}
