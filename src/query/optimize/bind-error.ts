import { HeadgateError, type Position } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import { type DuckdbError, wrapDuckdbError } from '../duckdb/duckdb-error.js';
import { displayName, type Reference } from '../resolve/reference.js';

/** The error for what DuckDB's binder refused. An unknown column gets the nearest name and the ways to reach any attribute. */
export function bindError(
  duckdb: DuckdbError,
  references: readonly Reference[],
  source: { readonly error: unknown; readonly position: (offset: number) => Position },
): HeadgateError {
  if (duckdb.subtype === 'COLUMN_NOT_FOUND' && duckdb.name !== undefined)
    return unknownColumn(duckdb, duckdb.name, references, source);
  const wrapped = wrapDuckdbError(source.error, source.position);
  if (wrapped.code !== 'SQL_INVALID' || duckdb.subtype !== 'NO_MATCHING_FUNCTION') return wrapped;
  const [first = wrapped.message] = wrapped.message.split('. ');
  return new HeadgateError('SQL_INVALID', first, {
    ...(wrapped.position === undefined ? {} : { position: wrapped.position }),
    hint: 'Cast the argument to a type that the function takes, for example CAST(x AS DOUBLE).',
    cause: source.error,
  });
}

function unknownColumn(
  duckdb: DuckdbError,
  name: string,
  references: readonly Reference[],
  { error, position }: { readonly error: unknown; readonly position: (offset: number) => Position },
): HeadgateError {
  const tables = references.filter(({ source }) => source.kind === 'table');
  const near = nearest(
    name,
    references.flatMap(({ columns }) => columns.map((column) => column.name)),
  );
  const where = tables.length === 1 && tables[0] !== undefined ? ` in ${displayName(tables[0])}` : '';
  const ways = `DESCRIBE lists the columns. An attribute that the catalog has not seen is reached by _item->>'${name.replaceAll("'", "''")}'.`;
  return new HeadgateError('COLUMN_NOT_FOUND', `no column ${JSON.stringify(name)}${where}`, {
    ...(duckdb.offset === undefined ? {} : { position: position(duckdb.offset) }),
    hint: near === undefined ? ways : `Did you mean ${near}? ${ways}`,
    cause: error,
  });
}
