import { columnsOf } from '../../src/catalog/columns.js';
import type { Column } from '../../src/catalog/model.js';
import { addItem, emptyProfile } from '../../src/catalog/profile.js';
import { widenType } from '../../src/catalog/widen-type.js';
import type { Item } from '../../src/dynamodb/attribute-value.js';
import type { TableDescription } from '../../src/dynamodb/table-description.js';
import type { RandomTable } from './random-tables.js';

/**
 * The columns that the gateway should report of the table. Statements are made from these before any gateway is asked, so
 * that a seed alone tells them; what answers are compared with comes from the gateway's own columns.
 */
export function expectedColumns(table: RandomTable): Column[] {
  const sampled = columnsOfItems(table, table.items.slice(0, table.sampledItems));
  const whole = new Map(columnsOfItems(table, table.items).map(({ attribute, type }) => [attribute, type]));
  return sampled.map((column) => ({
    ...column,
    type: widenType(column.type, whole.get(column.attribute) ?? column.type),
  }));
}

function columnsOfItems(table: RandomTable, items: readonly Item[]): Column[] {
  const profile = emptyProfile();
  for (const item of items) addItem(profile, item);
  return columnsOf({ description: descriptionOf(table), profile, declarations: {} });
}

function descriptionOf({ partitionKey, sortKey, indexes = [], items }: RandomTable): TableDescription {
  return {
    name: 'random',
    arn: undefined,
    status: 'ACTIVE',
    partitionKey,
    sortKey,
    indexes: indexes.map((index) => ({ ...index, usable: true, itemCount: 0, sizeBytes: 0 })),
    itemCount: items.length,
    sizeBytes: 0,
    billing: { mode: 'on-demand', maxReadUnits: undefined },
    warmReadUnits: undefined,
    tableClass: 'STANDARD',
  };
}
