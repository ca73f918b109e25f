import type { ResultColumn, RowBatch } from '../../query/result.js';
import type { JsonNumbers } from './json-value.js';

/** Every format that rows can be written in, in the order in which help texts list them. */
export const ROW_FORMATS = ['table', 'json', 'ndjson', 'csv', 'arrow'] as const;

export type RowFormat = (typeof ROW_FORMATS)[number];

export interface FormatOptions {
  /** Columns of the terminal, for `table`; without it nothing is cut to fit. */
  readonly width?: number;
  /** For `json` and `ndjson`; by default `exact`. */
  readonly numbers?: JsonNumbers;
}

/**
 * Turns rows into output, in order. A chunk holds many rows (about 64 KiB) or a few milliseconds of work, whichever comes
 * first, so that the caller can write it whole and let the event loop run before it asks for the next one.
 */
export type FormatRows = (
  columns: readonly ResultColumn[],
  batches: AsyncIterable<RowBatch>,
  options: FormatOptions,
) => AsyncIterable<string | Uint8Array>;
