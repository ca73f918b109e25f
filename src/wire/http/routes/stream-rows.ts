import type { FastifyReply } from 'fastify';
import type { RowBatch } from '../../../query/result.js';
import type { StatementRequest } from '../../../query/statement.js';
import type { ExecutionControl } from '../../../results/execution.js';
import type { FormatOptions } from '../../formats/row-format.js';
import { writeRows } from '../../formats/write-rows.js';
import type { Caller, StatementService } from '../contract/http-services.js';
import type { StreamFormat } from '../contract/query.js';
import { sendBody } from './send-body.js';

/** A statement whose result is to be streamed, and whom it is streamed to. */
export interface StreamRun {
  readonly statements: StatementService;
  readonly request: StatementRequest;
  readonly caller: Caller;
  readonly control: ExecutionControl;
  readonly reply: FastifyReply;
  readonly stallTimeoutMs: number;
}

/** Runs the statement and sends its rows as they come. */
export async function streamRows(
  run: StreamRun,
  format: Exclude<StreamFormat, 'parquet'>,
  options: FormatOptions,
): Promise<void> {
  const { statements, caller, request, control } = run;
  const result = await statements.run(caller, request, control.signal);
  try {
    control.onResult(result);
    const batches = await begun(result.batches);
    await sendBody(run, async (body) => {
      await writeRows(format, result.columns, batches, body, options);
    });
  } finally {
    await result.close();
  }
}

/** The batches, of which the first is there already: most of what can fail has failed before. */
async function begun(batches: AsyncIterable<RowBatch>): Promise<AsyncIterable<RowBatch>> {
  const iterator = batches[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncGenerator<RowBatch> {
    try {
      for (let step = first; step.done !== true; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  }
  return all();
}
