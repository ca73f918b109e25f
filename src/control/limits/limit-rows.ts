import { HeadgateError } from '../../base/errors/headgate-error.js';
import { formatCount } from '../../base/format-quantity.js';
import type { ResultValue, RowBatch } from '../../query/result.js';

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
      bytes += sizeOf(batch[fitting] ?? []);
      if (bytes > maxResultBytes) break;
    }
    rows += fitting;
    if (fitting === batch.length) yield batch;
    else if (fitting > 0) yield batch.slice(0, fitting);
    if (fitting < kept) throw tooLarge(`${formatCount(maxResultBytes)} bytes`, rows);
    if (kept < batch.length) throw tooLarge(`${formatCount(maxRows)} rows`, rows);
  }
}

function sizeOf(value: ResultValue): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value);
    case 'boolean':
      return 1;
    case 'number':
      return 8;
    case 'bigint':
      return 16;
    default:
      if (value === null) return 1;
      if (value instanceof Uint8Array) return value.byteLength;
      if ('tag' in value) return sizeOf(value.tag) + sizeOf(value.value);
      return value.reduce<number>((sum, each) => sum + sizeOf(each), 0);
  }
}

function tooLarge(limit: string, rows: number): HeadgateError {
  return new HeadgateError('RESULT_TOO_LARGE', `The result is larger than the ${limit} that you may get.`, {
    detail: `It was ended after ${formatCount(rows)} rows.`,
    hint: 'Add a LIMIT, aggregate, or select fewer columns; an administrator can raise the limit.',
  });
}
