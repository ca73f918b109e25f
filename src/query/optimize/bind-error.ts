import { HeadgateError, type Position } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import { type DuckdbError, wrapDuckdbError } from '../duckdb/duckdb-error.js';
import { displayName, type Reference } from '../resolve/reference.js';

export interface BindFailure {
  readonly duckdb: DuckdbError;
  readonly error: unknown;
  /** The place in the user's text of a byte of the text that DuckDB was given. */
  readonly position: (offset: number) => Position;
  /** The parts of the column name at the place of the error, where one stands there. */
  readonly columnName: readonly string[];
}

/** The error for what DuckDB's binder refused. An unknown column gets the nearest name and the ways to reach any attribute. */
export function bindError(failure: BindFailure, references: readonly Reference[]): HeadgateError {
  const { duckdb, error, position } = failure;
  if (duckdb.subtype === 'COLUMN_NOT_FOUND' && duckdb.name !== undefined)
    return unknownColumn(duckdb.name, references, failure);
  const qualified = unknownQualified(failure, references);
  if (qualified !== undefined) return unknownColumn(qualified.name, [qualified.reference], failure);
  const wrapped = wrapDuckdbError(error, position);
  if (wrapped.code !== 'SQL_INVALID' || duckdb.subtype !== 'NO_MATCHING_FUNCTION') return wrapped;
  const [first = wrapped.message] = wrapped.message.split('. ');
  return new HeadgateError('SQL_INVALID', first, {
    ...(wrapped.position === undefined ? {} : { position: wrapped.position }),
    hint: 'Cast the argument to a type that the function takes, for example CAST(x AS DOUBLE).',
    cause: error,
  });
}

/** `t.x` of a table without a column x, for which DuckDB has a sentence and no code. */
function unknownQualified(
  { duckdb, columnName }: BindFailure,
  references: readonly Reference[],
): { readonly reference: Reference; readonly name: string } | undefined {
  if (duckdb.type !== 'Binder') return undefined;
  for (const [i, part] of columnName.entries()) {
    const reference = references.find(({ alias }) => same(alias, part));
    const name = columnName[i + 1];
    if (reference === undefined || name === undefined || reference.found.renamesColumns) continue;
    return reference.columns.some((column) => same(column.name, name)) ? undefined : { reference, name };
  }
  return undefined;
}

function unknownColumn(
  name: string,
  references: readonly Reference[],
  { duckdb, error, position }: BindFailure,
): HeadgateError {
  const tables = references.filter(({ source }) => source.kind === 'table');
  const near = nearest(
    name,
    references.flatMap(({ columns, expiry }) =>
      columns.filter((column) => !(expiry?.isHidden && column === expiry.column)).map((column) => column.name),
    ),
  );
  const where = tables.length === 1 && tables[0] !== undefined ? ` in ${displayName(tables[0])}` : '';
  const ways = `DESCRIBE lists the columns. An attribute that the catalog has not seen is reached by _item->>'${name.replaceAll("'", "''")}'.`;
  return new HeadgateError('COLUMN_NOT_FOUND', `no column ${JSON.stringify(name)}${where}`, {
    ...(duckdb.offset === undefined ? {} : { position: position(duckdb.offset) }),
    hint: near === undefined ? ways : `Did you mean ${near}? ${ways}`,
    cause: error,
  });
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
