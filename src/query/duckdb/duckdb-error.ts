import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ErrorCode } from '../../base/errors/registry.js';

/** An error of DuckDB as data; the databases run with `errors_as_json`, so nothing is read out of sentences. */
export interface DuckdbError {
  /** DuckDB's exception type: Binder, Catalog, Parser, Conversion, INTERRUPT, ... */
  readonly type: string;
  readonly message: string;
  /** For example COLUMN_NOT_FOUND. */
  readonly subtype: string | undefined;
  /** The name that was not found. */
  readonly name: string | undefined;
  /** Byte offset in the text that DuckDB was given. */
  readonly offset: number | undefined;
}

/** Reads a thrown error of the DuckDB client; anything else becomes type `Unknown`. */
export function readDuckdbError(error: unknown): DuckdbError {
  const text = error instanceof Error ? error.message : String(error);
  const start = text.indexOf('{"exception_type"');
  const fields = start < 0 ? undefined : parseFields(text.slice(start));
  if (fields === undefined) return readPlainError(text);
  const offset = Number(fields['position']);
  return {
    type: fields['exception_type'] ?? 'Unknown',
    message: fields['exception_message'] ?? text,
    subtype: fields['error_subtype'],
    name: fields['name'],
    offset: fields['position'] !== undefined && Number.isSafeInteger(offset) ? offset : undefined,
  };
}

/** Errors of a running stream come as `<type> Error: <message>`, whatever the settings say. */
function readPlainError(text: string): DuckdbError {
  const [, type = 'Unknown', message = text] = /^([A-Za-z ]+) Error: ([\s\S]*)$/.exec(text) ?? [];
  return { type, message, subtype: undefined, name: undefined, offset: undefined };
}

function parseFields(json: string): Record<string, string> | undefined {
  try {
    return JSON.parse(json) as Record<string, string>; // DuckDB writes an object of strings.
  } catch {
    return undefined;
  }
}

/** DuckDB's exception types in Headgate's codes; what is not here is a bug of ours and becomes INTERNAL. */
const CODES: ReadonlyMap<string, ErrorCode> = new Map([
  ['Parser', 'SQL_SYNTAX'],
  ['Syntax', 'SQL_SYNTAX'],
  ['Binder', 'SQL_INVALID'],
  ['Catalog', 'SQL_INVALID'],
  ['Mismatch Type', 'SQL_INVALID'],
  ['Not implemented', 'SQL_UNSUPPORTED'],
  ['Permission', 'SQL_REFUSED'],
  ['Conversion', 'SQL_EXECUTION'],
  ['Out of Range', 'SQL_EXECUTION'],
  ['Invalid Input', 'SQL_EXECUTION'],
  ['Invalid type', 'SQL_EXECUTION'],
  ['Decimal', 'SQL_EXECUTION'],
  ['Divide by Zero', 'SQL_EXECUTION'],
  ['Parameter Not Resolved', 'PARAMETER_INVALID'],
  ['Parameter Not Allowed', 'PARAMETER_INVALID'],
  ['Out of Memory', 'RESOURCES_EXHAUSTED'],
  ['IO', 'RESOURCES_EXHAUSTED'],
  ['INTERRUPT', 'CANCELLED'],
  ['Interrupt', 'CANCELLED'],
]);

/** What to do next, by DuckDB's exception type. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['Out of Memory', 'Select fewer rows or columns, or raise limits.memory or limits.tempDisk.'],
  ['IO', 'Select fewer rows or columns, or raise limits.memory or limits.tempDisk.'],
  [
    'Out of Range',
    'A number that is too large fits a wider type: sum(x::BIGNUM) adds whole numbers of any length exactly, x::DOUBLE rounds.',
  ],
  ['Conversion', 'TRY_CAST gives NULL instead of an error.'],
]);

/** A HeadgateError for what DuckDB threw; `position` turns a byte offset into a place, where it is one in the user's text. */
export function wrapDuckdbError(
  error: unknown,
  position?: (offset: number) => { line: number; column: number },
): HeadgateError {
  if (error instanceof HeadgateError) return error;
  const duckdb = readDuckdbError(error);
  const code = CODES.get(duckdb.type) ?? 'INTERNAL';
  const hint = HINTS.get(duckdb.type);
  // Errors of a running stream quote the text that DuckDB was given, which is not what the user wrote.
  const [message = duckdb.message, ...rest] = duckdb.message.replace(/\n+LINE \d+: [\s\S]*$/, '').split('\n');
  // DuckDB advises settings that nobody may change here; the hint has what can be done.
  const detail = code === 'RESOURCES_EXHAUSTED' ? '' : rest.join('\n').replaceAll('\t', '  ').trim();
  return new HeadgateError(code, lowerFirst(message), {
    ...(detail === '' ? {} : { detail }),
    ...(duckdb.offset === undefined || position === undefined ? {} : { position: position(duckdb.offset) }),
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]?.toLowerCase() + text.slice(1) : text;
}
