import type { ResultColumn, RowBatch } from '../../query/result.js';
import { rowChunks } from './row-chunks.js';
import { textWriter } from './value-text.js';

/** Also quoted: space at either end, which some readers trim, and U+FEFF at the start, which some take for a mark. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/**
 * CSV of RFC 4180 with a header line, in UTF-8, lines ended by `\n`. NULL is an empty field and the empty text is `""`, so
 * that a reader can tell them apart. Columns keep their names even when two are the same.
 */
export async function* csvRows(
  columns: readonly ResultColumn[],
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<string> {
  const writers = columns.map((column) => textWriter(column.type));
  yield `${columns.map((column) => csvField(column.name)).join(',')}\n`;
  for await (const batch of batches) {
    yield* rowChunks(batch, (row) => `${writers.map((write, i) => csvField(write(row[i] ?? null))).join(',')}\n`);
  }
}

function csvField(text: string | null): string {
  if (text === null) return '';
  return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
