import { HeadgateError } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { CatalogTable, Column } from '../../catalog/model.js';
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
): Promise<{ source: ReferenceSource; columns: readonly Column[] }> {
  const name = found.name.toLowerCase();
  const columns = TABLES[name];
  if (columns === undefined) {
    const near = nearest(name, Object.keys(TABLES));
    throw new HeadgateError('TABLE_NOT_FOUND', `no table ${JSON.stringify(found.name)} in information_schema`, {
      position: text.position(found.offset),
      hint: near === undefined ? 'There are tables and columns.' : `Did you mean information_schema.${near}?`,
    });
  }
  const tables = await allTables(context);
  const rows = name === 'tables' ? tables.map(tableRow) : tables.flatMap(columnRows);
  return {
    source: { kind: 'catalog', name, rows },
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

async function allTables(context: ResolveContext): Promise<CatalogTable[]> {
  const tables: CatalogTable[] = [];
  for (const schema of context.catalog.schemas) {
    for (const table of await context.catalog.listTables(schema, context.signal)) {
      tables.push(await context.catalog.table({ schema, table }, context.signal));
    }
  }
  return tables;
}

function tableRow({ schema, name, description }: CatalogTable): ResultValue[] {
  const { itemCount, sizeBytes, billing } = description;
  return ['headgate', schema, name, 'BASE TABLE', BigInt(itemCount), BigInt(sizeBytes), billing.mode];
}

function columnRows(table: CatalogTable): ResultValue[][] {
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
