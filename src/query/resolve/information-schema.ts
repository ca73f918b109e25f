import { HeadgateError } from '../../base/errors/headgate-error.js';
import { inParallel } from '../../base/in-parallel.js';
import { nearest } from '../../base/nearest.js';
import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { CatalogTable, Column, SchemaTable } from '../../catalog/model.js';
import type { EditedText } from '../parse/edited-text.js';
import type { ResultValue } from '../result.js';
import type { FoundTable } from './find-tables.js';
import type { ReferenceSource } from './reference.js';
import type { ResolveContext } from './resolve-tables.js';

const TEXT: ColumnType = { kind: 'string', as: 'text' };
const INTEGER: ColumnType = { kind: 'bigint' };

/** The tables of information_schema, with the columns of the SQL standard that mean something here, and a few more. */
const TABLES: Readonly<Record<string, readonly (readonly [string, ColumnType])[]>> = {
  tables: [
    ['table_catalog', TEXT],
    ['table_schema', TEXT],
    ['table_name', TEXT],
    ['table_type', TEXT],
    ['item_count', INTEGER],
    ['size_bytes', INTEGER],
    ['billing_mode', TEXT],
  ],
  columns: [
    ['table_catalog', TEXT],
    ['table_schema', TEXT],
    ['table_name', TEXT],
    ['column_name', TEXT],
    ['ordinal_position', INTEGER],
    ['is_nullable', TEXT],
    ['data_type', TEXT],
    ['attribute_name', TEXT],
    ['key_role', TEXT],
    ['presence', { kind: 'double' }],
    ['type_reason', TEXT],
  ],
};

export function isInformationSchema(schema: string): boolean {
  return schema.toLowerCase() === 'information_schema';
}

/** One table of information_schema, its rows taken from the catalog now. Throws TABLE_NOT_FOUND. */
export async function informationSchema(
  found: FoundTable,
  text: EditedText,
  context: ResolveContext,
): Promise<{ source: ReferenceSource; columns: readonly Column[]; warnings: readonly string[] }> {
  const name = found.name.toLowerCase();
  const columns = TABLES[name];
  if (columns === undefined) {
    const near = nearest(name, Object.keys(TABLES));
    throw new HeadgateError('TABLE_NOT_FOUND', `no table ${JSON.stringify(found.name)} in information_schema`, {
      position: text.position(found.offset),
      hint: near === undefined ? 'There are tables and columns.' : `Did you mean information_schema.${near}?`,
    });
  }
  const listed = await allTables(context);
  const rows = listed.flatMap((each) => (name === 'tables' ? [tableRow(each)] : columnRows(each)));
  return {
    source: { kind: 'catalog', name, rows },
    warnings: listed.flatMap(({ schema, name: table, problem }) =>
      problem === undefined ? [] : [`${schema}.${table} could not be described: ${problem}`],
    ),
    columns: columns.map(([column, type]) => ({
      name: column,
      attribute: column,
      type,
      source: 'declared',
      presence: 1,
      reason: 'information_schema',
    })),
  };
}

/** A table by its name, with what is known of it, or why nothing is. */
interface ListedTable {
  readonly schema: string;
  readonly name: string;
  readonly table: CatalogTable | undefined;
  readonly problem?: string;
}

const CONCURRENT_DESCRIBES = 8;

async function allTables({ catalog, signal, mayDescribe = () => true }: ResolveContext): Promise<ListedTable[]> {
  const names: SchemaTable[] = [];
  for (const schema of catalog.schemas) {
    for (const table of await catalog.listTables(schema, signal)) names.push({ schema, table });
  }
  const listed = await inParallel(names, CONCURRENT_DESCRIBES, async (name): Promise<ListedTable[]> => {
    const known = { schema: name.schema, name: name.table };
    if (!mayDescribe(name)) return [{ ...known, table: undefined }];
    try {
      return [{ ...known, table: await catalog.table(name, signal) }];
    } catch (error) {
      if (!(error instanceof HeadgateError) || signal.aborted) throw error;
      // It was dropped after it was listed.
      if (error.code === 'TABLE_NOT_FOUND') return [];
      if (error.code !== 'AWS_ACCESS_DENIED') throw error;
      return [{ ...known, table: undefined, problem: error.detail ?? error.message }];
    }
  });
  return listed.flat();
}

function tableRow({ schema, name, table }: ListedTable): ResultValue[] {
  const facts = table?.description;
  const counts = facts === undefined ? [null, null] : [BigInt(facts.itemCount), BigInt(facts.sizeBytes)];
  return ['headgate', schema, name, 'BASE TABLE', ...counts, facts?.billing.mode ?? null];
}

function columnRows({ table }: ListedTable): ResultValue[][] {
  if (table === undefined) return [];
  return table.columns.map((column, i) => [
    'headgate',
    table.schema,
    table.name,
    column.name,
    BigInt(i + 1),
    keyRole(table, column) === null ? 'YES' : 'NO',
    sqlTypeName(column.type),
    column.attribute,
    keyRole(table, column),
    column.presence ?? null,
    column.reason,
  ]);
}

function keyRole({ description }: CatalogTable, { attribute }: Column): string | null {
  if (description.partitionKey.name === attribute) return 'partition key';
  return description.sortKey?.name === attribute ? 'sort key' : null;
}
