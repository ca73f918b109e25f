import { HeadgateError } from '../base/errors/headgate-error.js';
import { fromBytes, quoteIdentifier, quoteString, scanSql, textOf } from './parse/scan-sql.js';
import type { ResultColumn } from './result.js';

/** A query of one statement without what may not stand inside parentheses: semicolons and comments at its end. */
export function bareQuery(bytes: string): string {
  const last = scanSql(bytes).findLast((token) => textOf(bytes, token) !== ';');
  return fromBytes(bytes.slice(0, last?.end ?? 0));
}

/**
 * The text before and after a query that make it a COPY of its rows to a Parquet file. Parquet has no integers of 128
 * bits, and DuckDB would write them as doubles: they become decimals of 38 digits. Throws SQL_UNSUPPORTED for such
 * integers in a struct without field names.
 */
export function parquetCopy(columns: readonly ResultColumn[], path: string): { before: string; after: string } {
  const list = columns.map((column, i) => {
    const exact = exactType(column);
    const value = exact === column.type.sql ? `#${i + 1}` : `CAST(#${i + 1} AS ${exact})`;
    return `${value} AS ${quoteIdentifier(column.name || `column${i + 1}`)}`;
  });
  return {
    before: `COPY (SELECT ${list.join(', ')} FROM (\n`,
    after: `\n)) TO ${quoteString(path)} (FORMAT parquet)`,
  };
}

function exactType({ name, type: { sql } }: ResultColumn): string {
  const exact = sql.replace(QUOTED_OR_WIDE, (part) => (part.endsWith('HUGEINT') ? 'DECIMAL(38,0)' : part));
  if (exact !== sql && sql.includes('"" ')) {
    throw new HeadgateError(
      'SQL_UNSUPPORTED',
      `the column ${JSON.stringify(name)} cannot be written to Parquet exactly`,
      {
        detail: `Its type ${sql} has 128-bit integers in a struct without field names.`,
        hint: "Name the fields: {'a': 1, 'b': 2} in place of row(1, 2).",
      },
    );
  }
  return exact;
}

/** Names and enum values in a type's text are quoted, and may contain the word. */
const QUOTED_OR_WIDE = /"(?:[^"]|"")*"|'(?:[^']|'')*'|\bU?HUGEINT\b/g;
