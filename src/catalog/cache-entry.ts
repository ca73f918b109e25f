import type { TableDescription } from '../dynamodb/table-description.js';
import { sqlTypeName } from './column-type.js';
import type { CatalogTable, Column } from './model.js';
import { widenType } from './widen-type.js';

/** What the cache holds of one table. */
export interface CacheEntry {
  /** Its columns are widened already. */
  readonly table: CatalogTable;
  /** ItemCount of DescribeTable when the sample was taken. */
  readonly sampledItemCount: number;
  readonly widened: readonly WidenedColumn[];
}

/** A column whose number type, or one inside its type, had to be wider than the sample said. */
export type WidenedColumn = Pick<Column, 'attribute' | 'type'>;

const DESCRIPTION_MAX_AGE_MS = 10 * 60_000;
const SAMPLE_MAX_AGE_MS = 24 * 60 * 60_000;
/** A table without items may be filled at any moment, and looking again costs next to nothing. */
const EMPTY_MAX_AGE_MS = 10_000;
const MAX_COUNT_CHANGE = 0.2;
/** A whole table that took no more than this is simply read again, because small tables change the most. */
const CHEAP_TABLE_UNITS = 5;

/** Whether the table may be used as it is, without asking DynamoDB anything. */
export function isFresh({ table }: CacheEntry, now: Date): boolean {
  const maxAgeMs = table.sample?.items === 0 ? EMPTY_MAX_AGE_MS : DESCRIPTION_MAX_AGE_MS;
  return isYounger(table.describedAt, maxAgeMs, now);
}

/** Whether the sample still tells of a table that is now described so. */
export function isSampleGood(
  { table, sampledItemCount }: CacheEntry,
  description: TableDescription,
  now: Date,
): boolean {
  if (table.sample === undefined || (table.sample.complete && table.sample.readUnits <= CHEAP_TABLE_UNITS))
    return false;
  const change = Math.abs(description.itemCount - sampledItemCount);
  return isYounger(table.sample.takenAt, SAMPLE_MAX_AGE_MS, now) && change <= MAX_COUNT_CHANGE * sampledItemCount;
}

/**
 * Whether both are one table, with the same keys and those of the indexes, so that the columns of one serve the other. The
 * ARN has account and region.
 */
export function isSameTable(a: TableDescription, b: TableDescription): boolean {
  return a.arn === b.arn && keysText(a) === keysText(b);
}

/** The entry with these columns widened too, and remembered as such; the same entry when they were wide enough. */
export function widenEntry(entry: CacheEntry, columns: readonly WidenedColumn[]): CacheEntry {
  const wanted = new Map(columns.map(({ attribute, type }) => [attribute, type]));
  const widened = new Map(entry.widened.map(({ attribute, type }) => [attribute, type]));
  let changed = false;
  const widenedColumns = entry.table.columns.map((column) => {
    const wider = wanted.get(column.attribute);
    const type = wider === undefined || column.source === 'declared' ? column.type : widenType(column.type, wider);
    if (sqlTypeName(type) === sqlTypeName(column.type)) return column;
    changed = true;
    widened.set(column.attribute, type);
    return { ...column, type, reason: withoutNote(column.reason) + WIDENED_NOTE };
  });
  if (!changed) return entry;
  return {
    ...entry,
    table: { ...entry.table, columns: widenedColumns },
    widened: [...widened].map(([attribute, type]) => ({ attribute, type })),
  };
}

const WIDENED_NOTE = '; widened, because longer numbers were read since';

function withoutNote(reason: string): string {
  return reason.endsWith(WIDENED_NOTE) ? reason.slice(0, -WIDENED_NOTE.length) : reason;
}

/** A time in the future is none to rely on: the clock was wrong then or is wrong now. */
function isYounger(iso: string, maxAgeMs: number, now: Date): boolean {
  const ageMs = now.getTime() - Date.parse(iso);
  return ageMs >= 0 && ageMs < maxAgeMs;
}

function keysText({ partitionKey, sortKey, indexes }: TableDescription): string {
  const indexKeys = indexes.map((index) => JSON.stringify([index.name, index.partitionKeys, index.sortKeys]));
  return JSON.stringify([partitionKey, sortKey, indexKeys.sort()]);
}
