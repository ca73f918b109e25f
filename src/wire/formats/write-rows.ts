import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { ResultColumn, RowBatch } from '../../query/result.js';
import { csvRows } from './csv-format.js';
import { jsonRows } from './json-format.js';
import { ndjsonRows } from './ndjson-format.js';
import { Outlet, ReaderGone } from './outlet.js';
import type { FormatOptions, FormatRows, RowFormat } from './row-format.js';
import { RowSource } from './row-source.js';
import { tableRows } from './table-format.js';

export interface WriteOptions extends FormatOptions {
  /** Rows to write at most; all of them when it is not given. */
  readonly maxRows?: number;
}

export interface WrittenRows {
  /** Rows written; after `reader-gone` also those that were on their way. */
  readonly rows: number;
  /** `max-rows` only when there were more; `reader-gone` when the stream closed first (a closed pipe or connection). */
  readonly ending: 'all-rows' | 'max-rows' | 'reader-gone';
}

/**
 * Writes the rows to the stream, which stays open, and resolves when the stream has passed on the last chunk. Waits for a
 * slow stream, lets the event loop run between chunks, and always ends the iteration of `batches`.
 * Throws FILE_ERROR when the stream fails, SQL_EXECUTION for a value that the arrow format cannot hold, and whatever
 * `batches` throws; the output is then incomplete, which JSON and Arrow readers notice by the missing end.
 */
export async function writeRows(
  format: RowFormat,
  columns: readonly ResultColumn[],
  batches: AsyncIterable<RowBatch>,
  stream: Writable,
  options: WriteOptions = {},
): Promise<WrittenRows> {
  const outlet = new Outlet(stream);
  const source = new RowSource(batches, outlet, options.maxRows);
  try {
    const formatRows = await loadFormat(format);
    for await (const chunk of formatRows(columns, source.batches(), options)) {
      await outlet.write(chunk);
      await setImmediate();
    }
    return { rows: source.rows, ending: source.hasMore ? 'max-rows' : 'all-rows' };
  } catch (error) {
    if (error instanceof ReaderGone) return { rows: source.rows, ending: 'reader-gone' };
    throw error;
  } finally {
    outlet.release();
    await source.end();
  }
}

async function loadFormat(format: RowFormat): Promise<FormatRows> {
  switch (format) {
    case 'table':
      return tableRows;
    case 'json':
      return jsonRows;
    case 'ndjson':
      return ndjsonRows;
    case 'csv':
      return csvRows;
    case 'arrow':
      // The library behind it is large and most runs never need it.
      return (await import('./arrow-format.js')).arrowRows;
  }
}
