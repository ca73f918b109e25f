import { HeadgateError } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import type { Catalog, CatalogTable, SchemaTable } from '../../catalog/model.js';
import { MAX_REFERENCES } from '../duckdb/planner-database.js';
import type { EditedText } from '../parse/edited-text.js';
import { referenceExpiry } from './expiry.js';
import type { FoundNames, FoundTable } from './find-tables.js';
import { informationSchema, isInformationSchema } from './information-schema.js';
import { ITEM_COLUMN, type Reference, type ReferenceSource } from './reference.js';

export interface ResolveContext {
  readonly catalog: Catalog;
  readonly defaultSchema: string | undefined;
  readonly signal: AbortSignal;
  /** When the statement began. */
  readonly now: Date;
  /** Decides about all tables before any of them is looked at. Throws ACCESS_DENIED. */
  readonly authorize?: (tables: readonly SchemaTable[]) => Promise<void>;
  /** Whether the columns and sizes of a table may be shown; all may where this is absent. */
  readonly mayDescribe?: (table: SchemaTable) => boolean;
}

/**
 * Binds every table of the statement to the catalog. Names match exactly or, where that is unambiguous, without regard
 * to case. Throws SCHEMA_NOT_FOUND or TABLE_NOT_FOUND with the nearest name.
 */
export async function resolveTables(
  names: FoundNames,
  text: EditedText,
  context: ResolveContext,
): Promise<Reference[]> {
  if (names.tables.length > MAX_REFERENCES) {
    throw new HeadgateError(
      'SQL_UNSUPPORTED',
      `a statement can name at most ${MAX_REFERENCES} tables, this one names ${names.tables.length}`,
    );
  }
  const withItem = names.columns.some(namesItem);
  const tables = await Promise.all(names.tables.map((found) => tableOf(found, text, context)));
  await context.authorize?.(tables.filter((table) => table !== undefined));
  return Promise.all(
    names.tables.map(async (found, slot): Promise<Reference> => {
      const { source, columns, warnings } = await bind({ found, table: tables[slot] }, text, context);
      const expiry = source.kind === 'table' ? referenceExpiry(source.table, context.now) : undefined;
      return {
        slot,
        found,
        alias: found.alias === '' ? found.name : found.alias,
        source,
        columns: [
          ...columns,
          ...(withItem && source.kind === 'table' ? [ITEM_COLUMN] : []),
          ...(expiry?.isHidden ? [expiry.column] : []),
        ],
        expiry,
        warnings,
      };
    }),
  );
}

function namesItem(column: { readonly [member: string]: unknown }): boolean {
  const parts = column['column_names'];
  return Array.isArray(parts) && parts.some((part) => String(part).toLowerCase() === ITEM_COLUMN.name);
}

/** The table that is meant; undefined for one of information_schema. */
async function tableOf(found: FoundTable, text: EditedText, context: ResolveContext): Promise<SchemaTable | undefined> {
  return isInformationSchema(found.schema) ? undefined : findTable(found, text, context);
}

async function bind(
  { found, table: name }: { readonly found: FoundTable; readonly table: SchemaTable | undefined },
  text: EditedText,
  context: ResolveContext,
): Promise<{ source: ReferenceSource; columns: Reference['columns']; warnings: readonly string[] }> {
  if (name === undefined) return informationSchema(found, text, context);
  try {
    const table = await context.catalog.table(name, context.signal);
    return { source: { kind: 'table', table }, columns: table.columns, warnings: expiryWarnings(table) };
  } catch (error) {
    throw at(error, found, text);
  }
}

function expiryWarnings({ schema, name, expiry }: CatalogTable): string[] {
  if (expiry?.kind !== 'unknown') return [];
  return [
    `${schema}.${name}: expired items are not hidden, because their attribute could not be asked for (${expiry.reason}); name it under hideExpired, or allow dynamodb:DescribeTimeToLive`,
  ];
}

async function findTable(found: FoundTable, text: EditedText, context: ResolveContext): Promise<SchemaTable> {
  const schemas = candidateSchemas(found, text, context);
  const lists = await listAll(schemas, found, context, false);
  const known = matchesIn(lists, found.name);
  // The lists may be older than the table.
  const [match, second] =
    known.length > 0 ? known : matchesIn(await listAll(schemas, found, context, true), found.name);
  if (match === undefined) throw unknownTable(found, text, lists);
  if (second !== undefined) {
    throw new HeadgateError('SQL_INVALID', `the table ${found.name} is in more than one schema`, {
      position: text.position(found.offset),
      hint: `Write ${known.map((each) => `${each.schema}.${each.table}`).join(' or ')}, or choose a default schema.`,
    });
  }
  return match;
}

interface SchemaTables {
  readonly schema: string;
  readonly tables: readonly string[];
}

async function listAll(
  schemas: readonly string[],
  found: FoundTable,
  { catalog, signal }: ResolveContext,
  fresh: boolean,
): Promise<SchemaTables[]> {
  const lists: SchemaTables[] = [];
  for (const schema of schemas) {
    try {
      lists.push({ schema, tables: await catalog.listTables(schema, signal, { fresh }) });
    } catch (error) {
      // Who may not list the tables may still describe the one that was named.
      if (!(error instanceof HeadgateError) || error.code !== 'AWS_ACCESS_DENIED' || schemas.length > 1) throw error;
      lists.push({ schema, tables: [found.name] });
    }
  }
  return lists;
}

function matchesIn(lists: readonly SchemaTables[], wanted: string): SchemaTable[] {
  return lists.flatMap(({ schema, tables }) => {
    const table = matchName(wanted, tables);
    return table === undefined ? [] : [{ schema, table }];
  });
}

function unknownTable(found: FoundTable, text: EditedText, lists: readonly SchemaTables[]): HeadgateError {
  const isOpen = found.schema === '' && lists.length > 1;
  const shown = lists.flatMap(({ schema, tables }) =>
    tables.map((table) => ({ table, name: isOpen ? `${schema}.${table}` : table })),
  );
  const near = nearest(
    found.name,
    shown.map(({ table }) => table),
  );
  const where = isOpen
    ? `any schema (${lists.map(({ schema }) => schema).join(', ')})`
    : `the schema ${lists[0]?.schema}`;
  const suggestion = shown.find(({ table }) => table === near)?.name;
  return new HeadgateError('TABLE_NOT_FOUND', `no table ${JSON.stringify(found.name)} in ${where}`, {
    position: text.position(found.offset),
    hint: suggestion === undefined ? 'SHOW TABLES lists what there is.' : `Did you mean ${suggestion}?`,
  });
}

function candidateSchemas(found: FoundTable, text: EditedText, context: ResolveContext): readonly string[] {
  const wanted = found.schema !== '' ? found.schema : context.defaultSchema;
  if (wanted === undefined) return context.catalog.schemas;
  const schema = matchName(wanted, context.catalog.schemas);
  if (schema !== undefined) return [schema];
  const reason = context.catalog.unavailable?.(wanted);
  if (reason !== undefined) throw reason;
  const near = nearest(wanted, context.catalog.schemas);
  throw new HeadgateError('SCHEMA_NOT_FOUND', `no schema ${JSON.stringify(wanted)}`, {
    ...(found.schema === '' ? {} : { position: text.position(found.offset) }),
    hint: near === undefined ? `Configured: ${context.catalog.schemas.join(', ')}.` : `Did you mean ${near}?`,
  });
}

/** The exact name, else the only one that differs in case alone. */
function matchName(wanted: string, names: readonly string[]): string | undefined {
  if (names.includes(wanted)) return wanted;
  const [only, another] = names.filter((name) => name.toLowerCase() === wanted.toLowerCase());
  return another === undefined ? only : undefined;
}

function at(error: unknown, found: FoundTable, text: EditedText): unknown {
  if (!(error instanceof HeadgateError) || error.position !== undefined) return error;
  const { code, message, detail, hint, cause } = error;
  return new HeadgateError(code, message, {
    position: text.position(found.offset),
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}
