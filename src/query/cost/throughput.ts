import type { IndexDescription, TableDescription } from '../../dynamodb/table-description.js';

/** Read units that one partition serves in a second (dynamodb-numbers.md 7). */
export const PARTITION_UNITS_PER_SECOND = 3000;

/** What an on-demand table serves from its first second (dynamodb-numbers.md 7). */
const NEW_TABLE_UNITS_PER_SECOND = 12_000;

/**
 * Read units per second that a table, or the index, can serve right now; undefined where DescribeTable does not tell: a global
 * index has a throughput of its own, and on demand only the cap is the table's.
 */
export function unitsPerSecond(
  { billing, warmReadUnits }: Pick<TableDescription, 'billing' | 'warmReadUnits'>,
  index?: Pick<IndexDescription, 'kind'>,
): number | undefined {
  const isOwn = index?.kind === 'global';
  if (billing.mode === 'provisioned') return isOwn || billing.readUnits === 0 ? undefined : billing.readUnits;
  const warm = isOwn ? NEW_TABLE_UNITS_PER_SECOND : (warmReadUnits ?? NEW_TABLE_UNITS_PER_SECOND);
  return Math.min(billing.maxReadUnits ?? Number.POSITIVE_INFINITY, warm);
}
