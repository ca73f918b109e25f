import type { ResultColumn, RowBatch } from '../../query/result.js';
import { jsonObjectWriter } from './json-value.js';
import { rowChunks } from './row-chunks.js';

/** One JSON array with one object per row and line; `[]` when there are no rows. */
export async function* jsonRows(
  columns: readonly ResultColumn[],
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<string> {
  const rowText = jsonObjectWriter(columns);
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
