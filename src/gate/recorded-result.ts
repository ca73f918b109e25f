import { HeadgateError } from '../base/errors/headgate-error.js';
import type { ResultValue, RowBatch } from '../query/result.js';
import type { StatementResult } from '../query/statement.js';
import type { EnteredStatement } from './limits.js';
import type { Passage } from './passage.js';

/**
 * The result, which is recorded before its last rows are given; the iteration breaks with STORE_UNAVAILABLE when it cannot be.
 * A result of more than one batch has a record of its beginning too. Rows beyond the limits of the principal end it with RESOURCES_EXHAUSTED.
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
  let rows = 0;
  let isWhole = false;
  let last: RowBatch | undefined;
  try {
    let held: RowBatch | undefined;
    for await (const batch of result.batches) {
      rows += batch.length;
      passage.bytes += sizeOf(batch);
      checkLimits(passage.entered, rows, passage.bytes);
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

function checkLimits(entered: EnteredStatement | undefined, rows: number, bytes: number): void {
  const { maxRows = Number.POSITIVE_INFINITY, maxResultBytes = Number.POSITIVE_INFINITY } = entered ?? {};
  if (rows <= maxRows && bytes <= maxResultBytes) return;
  const [what, limit] = rows > maxRows ? ['rows', maxRows] : ['bytes', maxResultBytes];
  throw new HeadgateError('RESOURCES_EXHAUSTED', `The result has more than ${limit} ${what}.`, {
    detail: 'That is the limit for a result of yours.',
    hint: 'Ask for fewer rows or columns, or ask an administrator for a higher limit.',
  });
}

/** About the bytes of the values as JSON. */
function sizeOf(value: ResultValue | RowBatch): number {
  if (typeof value === 'string') return value.length + 2;
  if (value === null || typeof value !== 'object') return 8;
  if (value instanceof Uint8Array) return value.length;
  if ('tag' in value) return value.tag.length + sizeOf(value.value);
  let size = 2;
  for (const each of value) size += sizeOf(each) + 1;
  return size;
}
