import type { ResultColumn, RowBatch } from '../../query/result.js';
import { jsonObjectWriter } from './json-value.js';
import { rowChunks } from './row-chunks.js';
import type { FormatOptions } from './row-format.js';

/** One JSON array with one object per row and line; `[]` when there are no rows. */
export async function* jsonRows(
  columns: readonly ResultColumn[],
  batches: AsyncIterable<RowBatch>,
  { numbers }: FormatOptions = {},
): AsyncGenerator<string> {
  const rowText = jsonObjectWriter(columns, numbers);
  let isFirst = true;
  for await (const batch of batches) {
    yield* rowChunks(batch, (row) => {
      const lead = isFirst ? '[\n' : ',\n';
      isFirst = false;
      return lead + rowText(row);
    });
  }
  yield isFirst ? '[]\n' : '\n]\n';
}
