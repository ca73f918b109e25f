import type { ColumnType } from '../../catalog/column-type.js';
import type { CatalogTable, Column } from '../../catalog/model.js';
import type { IndexDescription, KeyAttribute, TableDescription } from '../../dynamodb/table-description.js';
import type { Reference } from '../resolve/reference.js';

export const TEXT: ColumnType = { kind: 'string', as: 'text' };
export const BIGINT: ColumnType = { kind: 'bigint' };

/** `pk S`, as in `key('pk S')`. */
export function key(text: string): KeyAttribute {
  const [name = '', type = 'S'] = text.split(' ');
  return { name, type: type as KeyAttribute['type'] }; // Tests write S, N or B.
}

/** A usable index with everything projected, unless said otherwise. */
export function index(
  name: string,
  partitionKeys: readonly string[],
  sortKeys: readonly string[] = [],
  options: Partial<IndexDescription> = {},
): IndexDescription {
  return {
    name,
    kind: 'global',
    partitionKeys: partitionKeys.map(key),
    sortKeys: sortKeys.map(key),
    projection: { kind: 'all' },
    usable: true,
    itemCount: 10_000,
    sizeBytes: 4_000_000,
    ...options,
  };
}

export interface TestTableOptions {
  readonly name?: string;
  readonly partitionKey?: string;
  readonly sortKey?: string;
  readonly indexes?: readonly IndexDescription[];
  readonly columns?: Readonly<Record<string, ColumnType>>;
  readonly itemCount?: number;
  readonly sizeBytes?: number;
}

/** A table of the schema `test`: 10 000 items of 400 bytes unless said otherwise. */
export function catalogTable(options: TestTableOptions = {}): CatalogTable {
  const { name = 't', partitionKey = 'pk S', sortKey, indexes = [], columns = {} } = options;
  const { itemCount = 10_000, sizeBytes = 4_000_000 } = options;
  const description: TableDescription = {
    name,
    arn: undefined,
    status: 'ACTIVE',
    partitionKey: key(partitionKey),
    sortKey: sortKey === undefined ? undefined : key(sortKey),
    indexes,
    itemCount,
    sizeBytes,
    billing: { mode: 'on-demand', maxReadUnits: undefined },
    warmReadUnits: undefined,
    tableClass: 'STANDARD',
  };
  return {
    schema: 'test',
    name,
    description,
    columns: Object.entries(columns).map(([column, type]) => testColumn(column, type)),
    sample: undefined,
    describedAt: '2026-01-01T00:00:00.000Z',
  };
}

export function testColumn(name: string, type: ColumnType): Column {
  return { name, attribute: name, type, source: 'sampled', presence: 1, reason: '' };
}

/** A reference to the table as `FROM <table>` makes it. */
export function tableReference(table: CatalogTable, slot = 0): Reference {
  return {
    slot,
    found: { schema: '', name: table.name, offset: 0, alias: '', renamesColumns: false, bare: false },
    alias: table.name,
    source: { kind: 'table', table },
    columns: table.columns,
  };
}
