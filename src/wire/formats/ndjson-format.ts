import type { ResultColumn, RowBatch } from '../../query/result.js';
import { jsonObjectWriter } from './json-value.js';
import { rowChunks } from './row-chunks.js';

/** One JSON object per row, each on its own line; nothing when there are no rows. */
export async function* ndjsonRows(
  columns: readonly ResultColumn[],
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<string> {
  const rowText = jsonObjectWriter(columns);
  for await (const batch of batches) {
    yield* rowChunks(batch, (row) => `${rowText(row)}\n`);
  }
}
