import { HeadgateError } from '../base/errors/headgate-error.js';
import { bytesOf } from '../control/limits/bytes-of.js';
import { limitRows } from '../control/limits/limit-rows.js';
import type { RowBatch } from '../query/result.js';
import type { StatementResult } from '../query/statement.js';
import type { Passage } from './passage.js';

/**
 * The result, which is recorded before its last rows are given; the iteration breaks with STORE_UNAVAILABLE when it cannot be.
 * A result of more than one batch has a record of its beginning too. Rows beyond the bounds of the principal end it with
 * RESULT_TOO_LARGE.
 */
export function recordedResult(result: StatementResult, passage: Passage): StatementResult {
  passage.planned(result.plan);
  return {
    ...result,
    batches: recordedBatches(result, passage),
    async close() {
      await result.close();
      // Without effect where the rows came to their end.
      const error = await passage.end(new HeadgateError('CANCELLED', 'the rows were not wanted to their end'));
      if (!(error instanceof HeadgateError && error.code === 'CANCELLED')) throw error;
    },
  };
}

async function* recordedBatches(result: StatementResult, passage: Passage): AsyncGenerator<RowBatch> {
  let isWhole = false;
  let last: RowBatch | undefined;
  try {
    let held: RowBatch | undefined;
    for await (const batch of limitRows(result.batches, passage.permit ?? {})) {
      for (const row of batch) passage.bytes += bytesOf(row);
      // The end is not in sight: rows that leave before it is recorded leave with a record of the beginning.
      if (held !== undefined) {
        await passage.begun();
        yield held;
      }
      held = batch;
    }
    isWhole = true;
    if (held !== undefined) last = held;
  } catch (error) {
    throw await passage.end(error);
  } finally {
    if (!isWhole) await result.close();
  }
  await passage.finish();
  if (last !== undefined) yield last;
}
