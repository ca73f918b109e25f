import type { CatalogTable, Column } from '../../catalog/model.js';
import { quoteIdentifier } from '../parse/scan-sql.js';
import type { Reference } from './reference.js';

/** Which items of a reference are hidden: those whose second lies before `now`, which is one instant for the whole statement. */
export interface ReferenceExpiry {
  /** A column of numbers; NULL where the attribute is missing or no number, and then the item never expires. */
  readonly column: Column;
  /** The statement cannot name the column: the catalog's own column of the attribute reads something else. */
  readonly isHidden: boolean;
  readonly now: Date;
}

/** How the statement is to hide the table's expired items; undefined where it does not. */
export function referenceExpiry({ expiry, columns }: CatalogTable, now: Date): ReferenceExpiry | undefined {
  if (expiry?.kind !== 'attribute') return undefined;
  const { attribute } = expiry;
  const own = columns.find((column) => column.attribute === attribute && isNumber(column));
  return { column: own ?? hiddenColumn(attribute, columns), isHidden: own === undefined, now };
}

/**
 * What stands for the reference in the FROM clause: `source`, which has all of its columns, without the expired items and
 * without a column that the statement cannot name. DuckDB sees a condition like any other, pushes it and applies it.
 */
export function withoutExpired({ expiry }: Reference, source: string): string {
  if (expiry === undefined) return source;
  const column = quoteIdentifier(expiry.column.name);
  const list = expiry.isHidden ? `* EXCLUDE (${column})` : '*';
  return `(SELECT ${list} FROM ${source} WHERE ${conditionOf(column, expiry.now)})`;
}

/** For people, for example in a plan. */
export function describeExpiry({ column, now }: ReferenceExpiry): string {
  return `items whose ${column.attribute} lies before ${now.toISOString().slice(0, 19)}Z are hidden (hideExpired)`;
}

/** DynamoDB deletes no item whose time lies more than five years back: such a number is taken for a mistake. */
function conditionOf(column: string, now: Date): string {
  const fiveYearsAgo = new Date(now);
  fiveYearsAgo.setUTCFullYear(now.getUTCFullYear() - 5);
  return `${column} IS NULL OR ${column} > ${seconds(now)} OR ${column} < ${seconds(fiveYearsAgo)}`;
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function isNumber({ type }: Column): boolean {
  return ['bigint', 'hugeint', 'decimal', 'double'].includes(type.kind);
}

function hiddenColumn(attribute: string, columns: readonly Column[]): Column {
  const names = new Set(columns.map((column) => column.name.toLowerCase()));
  let name = `${attribute} as a number`;
  while (names.has(name.toLowerCase())) name += '_';
  return {
    name,
    attribute,
    type: { kind: 'bigint' },
    source: 'declared',
    presence: undefined,
    reason: 'the time to live of the item',
  };
}
