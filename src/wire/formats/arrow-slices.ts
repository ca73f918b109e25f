import type { ResultValue, RowBatch } from '../../query/result.js';

const MOST_ROWS = 2048;
/** About what can be encoded in a few milliseconds, even when it is all in one nested column. */
const MOST_BYTES = 256 * 1024;

/** A batch in slices for one record batch each: at most 2048 rows, and no further row once 256 KiB are reached. */
export function* recordBatchSlices(batch: RowBatch): Generator<RowBatch> {
  let start = 0;
  let bytes = 0;
  for (const [index, row] of batch.entries()) {
    bytes += roughBytes(row);
    const rows = index + 1 - start;
    if (bytes < MOST_BYTES && rows < MOST_ROWS) continue;
    yield batch.slice(start, index + 1);
    start = index + 1;
    bytes = 0;
  }
  if (start < batch.length) yield batch.slice(start);
}

/** Near enough to the size of the value's buffers: 16 bytes for what has a fixed width, and for each nested value. */
function roughBytes(value: ResultValue): number {
  if (typeof value === 'string') return 16 + value.length;
  if (typeof value !== 'object' || value === null) return 16;
  if (value instanceof Uint8Array) return 16 + value.byteLength;
  if ('tag' in value) return 16 + roughBytes(value.value);
  return value.reduce<number>((total, element) => total + roughBytes(element), 16);
}
