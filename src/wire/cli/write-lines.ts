import type { RowBatch } from '../../query/result.js';
import { visibleText } from '../formats/visible-text.js';
import { writeText } from './output.js';
import type { OutputStream } from './terminal.js';

/** Writes the lines of a plan, one to a row, as they are: a table around them would cut them. */
export async function writeLines(
  batches: AsyncIterable<RowBatch>,
  stream: OutputStream,
): Promise<{ readonly ending: 'all-rows' }> {
  for await (const batch of batches) {
    await writeText(stream, batch.map(([line]) => `${visibleText(String(line))}\n`).join(''));
  }
  return { ending: 'all-rows' };
}
