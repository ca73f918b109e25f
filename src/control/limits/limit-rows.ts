import { HeadgateError } from '../../base/errors/headgate-error.js';
import { formatCount } from '../../base/format-quantity.js';
import type { RowBatch } from '../../query/result.js';
import { bytesOf } from './bytes-of.js';

export interface ResultBounds {
  readonly maxRows?: number | undefined;
  /** Bytes of the values: text and binary as long as they are, others as wide as they are kept. */
  readonly maxResultBytes?: number | undefined;
}

/**
 * The same rows, as long as they stay within the bounds: those within are passed on, and the first one beyond ends the stream
 * with RESULT_TOO_LARGE. Ending the iteration early ends that of `batches`.
 */
export async function* limitRows(batches: AsyncIterable<RowBatch>, bounds: ResultBounds): AsyncGenerator<RowBatch> {
  const { maxRows = Infinity, maxResultBytes = Infinity } = bounds;
  let rows = 0;
  let bytes = 0;
  for await (const batch of batches) {
    const kept = Math.min(batch.length, maxRows - rows);
    let fitting = 0;
    if (maxResultBytes === Infinity) fitting = kept;
    for (; fitting < kept; fitting++) {
      bytes += bytesOf(batch[fitting] ?? []);
      if (bytes > maxResultBytes) break;
    }
    rows += fitting;
    if (fitting === batch.length) yield batch;
    else if (fitting > 0) yield batch.slice(0, fitting);
    if (fitting < kept) throw resultTooLarge({ bytes: maxResultBytes }, rows);
    if (kept < batch.length) throw resultTooLarge({ rows: maxRows }, rows);
  }
}

/** RESULT_TOO_LARGE; `rows` were given out before. */
export function resultTooLarge(
  most: { readonly rows: number } | { readonly bytes: number },
  rows: number,
): HeadgateError {
  const limit = 'rows' in most ? `${formatCount(most.rows)} rows` : `${formatCount(most.bytes)} bytes`;
  return new HeadgateError('RESULT_TOO_LARGE', `The result is larger than the ${limit} that you may get.`, {
    detail: `It was ended after ${formatCount(rows)} rows.`,
    hint: 'Add a LIMIT, aggregate, or select fewer columns; an administrator can raise the limit.',
  });
}
