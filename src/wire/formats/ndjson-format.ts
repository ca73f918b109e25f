import type { ResultColumn, RowBatch } from '../../query/result.js';
import { jsonObjectWriter } from './json-value.js';
import { rowChunks } from './row-chunks.js';
import type { FormatOptions } from './row-format.js';

/** One JSON object per row, each on its own line; nothing when there are no rows. */
export async function* ndjsonRows(
  columns: readonly ResultColumn[],
  batches: AsyncIterable<RowBatch>,
  { numbers }: FormatOptions = {},
): AsyncGenerator<string> {
  const rowText = jsonObjectWriter(columns, numbers);
  for await (const batch of batches) {
    yield* rowChunks(batch, (row) => `${rowText(row)}\n`);
  }
}
