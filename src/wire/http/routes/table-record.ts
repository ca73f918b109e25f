import { sqlTypeName } from '../../../catalog/column-type.js';
import type { CatalogTable, Column } from '../../../catalog/model.js';
import type { TableRecord } from '../contract/catalog.js';

type ColumnRecord = TableRecord['columns'][number];
type IndexRecord = TableRecord['indexes'][number];
type Index = CatalogTable['description']['indexes'][number];

/** What is known of a table, in the words of the API. Sampled values themselves are not told. */
export function tableRecordOf({ schema, name, description, columns, sample, describedAt }: CatalogTable): TableRecord {
  const { status, itemCount, sizeBytes, billing, partitionKey, sortKey } = description;
  const keys = [partitionKey.name, sortKey?.name];
  return {
    schemaName: schema,
    tableName: name,
    qualifiedName: `${schema}.${name}`,
    status,
    itemCount,
    sizeBytes,
    billingMode: billing.mode,
    partitionKey,
    ...(sortKey === undefined ? {} : { sortKey }),
    columns: columns.map((column) => columnRecordOf(column, keys)),
    indexes: description.indexes.map(indexRecordOf),
    ...(sample === undefined ? {} : { sample }),
    describedAt,
  };
}

function columnRecordOf(column: Column, keys: readonly (string | undefined)[]): ColumnRecord {
  const { name, attribute, type, source, presence, statistics, reason } = column;
  return {
    name,
    attribute,
    type: sqlTypeName(type),
    // The keys of the table are in every item; any other attribute, keys of indexes too, may be missing.
    nullable: !keys.includes(attribute),
    source,
    ...(presence === undefined ? {} : { presence }),
    ...(statistics === undefined ? {} : { distinctValues: statistics.distinct }),
    reason,
  };
}

function indexRecordOf({ kind, projection, partitionKeys, sortKeys, ...index }: Index): IndexRecord {
  return {
    ...index,
    type: kind,
    partitionKeys: [...partitionKeys],
    sortKeys: [...sortKeys],
    projection: projection.kind,
    ...(projection.kind === 'include' ? { includedAttributes: [...projection.attributes] } : {}),
  };
}
