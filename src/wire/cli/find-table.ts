import { HeadgateError } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import type { Catalog, SchemaTable } from '../../catalog/model.js';

export interface FindTableOptions {
  /** The schema to look in; all of them when it is undefined. */
  readonly schema: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The table that a person means by `schema.table` or `table`: the very name, else the one that differs in case alone.
 * Throws TABLE_NOT_FOUND with the nearest name, SCHEMA_NOT_FOUND, or USAGE when several schemas have it.
 */
export async function findTable(written: string, catalog: Catalog, options: FindTableOptions): Promise<SchemaTable> {
  const { schema, table } = splitName(written, catalog, options.schema);
  const places = await Promise.all(
    (schema === undefined ? catalog.schemas : [schema]).map(async (place) => ({
      schema: place,
      tables: await catalog.listTables(place, options.signal),
    })),
  );
  const all = places.flatMap((place) => place.tables.map((name) => ({ schema: place.schema, table: name })));
  const sameLetters = all.filter((one) => one.table.toLowerCase() === table.toLowerCase());
  const same = sameLetters.filter((one) => one.table === table);
  const found = same.length > 0 ? same : sameLetters;
  const [first, second] = found;
  if (first === undefined) throw tableNotFound(written, all);
  if (second === undefined) return first;
  throw new HeadgateError('USAGE', `Several tables are called "${written}".`, {
    hint: `Say which one: ${found.map(fullName).join(' or ')}`,
  });
}

/** Names of tables may have dots, so only a first part that is a schema is taken for one. */
function splitName(written: string, catalog: Catalog, schema: string | undefined) {
  const dot = written.indexOf('.');
  if (schema !== undefined || dot < 0) return { schema, table: written };
  const first = written.slice(0, dot).toLowerCase();
  const known = catalog.schemas.find((name) => name.toLowerCase() === first);
  return known === undefined ? { schema: undefined, table: written } : { schema: known, table: written.slice(dot + 1) };
}

function tableNotFound(written: string, all: readonly SchemaTable[]): HeadgateError {
  const near = nearest(
    written,
    all.flatMap((one) => [one.table, fullName(one)]),
  );
  return new HeadgateError('TABLE_NOT_FOUND', `There is no table "${written}".`, {
    hint: near === undefined ? '`headgate tables` lists all tables.' : `Did you mean ${near}?`,
  });
}

function fullName({ schema, table }: SchemaTable): string {
  return `${schema}.${table}`;
}
