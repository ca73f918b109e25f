import type { AuditContent } from '../audit/audit-record.js';
import type { UsageAmount } from '../store/usage-rows.js';

/**
 * What an event adds to the sums. The request itself, with its rows and bytes, counts once: for the table that it is about,
 * else for the schema, else for neither; units and dollars count for the table that they were spent on. What was refused
 * counts for no table, because its tables may be any words that somebody sent.
 */
export function usageOf(content: AuditContent): readonly UsageAmount[] {
  // Its end will count.
  if (content.outcome === 'begun') return [];
  const { rows, bytes } = content;
  const place = { day: content.at.slice(0, 'YYYY-MM-DD'.length), principalId: content.principalId };
  const tables = content.decision === 'allowed' ? content.tables : [];
  const request: UsageAmount = { ...place, ...targetOf(tables), ...NOTHING, requests: 1, rows, bytes };
  const spent = content.spent.map(
    ({ schema, table, readUnits, writeUnits, dollars }): UsageAmount => ({
      ...place,
      ...NOTHING,
      schemaName: schema,
      tableName: table,
      readUnits,
      writeUnits,
      dollars,
    }),
  );
  return [request, ...spent];
}

const NOTHING = { requests: 0, rows: 0, bytes: 0, readUnits: 0, writeUnits: 0, dollars: 0 };

function targetOf(tables: readonly string[]): Pick<UsageAmount, 'schemaName' | 'tableName'> {
  const targets = tables.map(splitTable);
  const schemas = new Set(targets.map(({ schemaName }) => schemaName));
  const [first] = targets;
  if (first === undefined || schemas.size > 1) return { schemaName: '', tableName: '' };
  return targets.length === 1 ? first : { schemaName: first.schemaName, tableName: '' };
}

/** Names of tables may contain dots, those of schemas may not. */
function splitTable(table: string): Pick<UsageAmount, 'schemaName' | 'tableName'> {
  const dot = table.indexOf('.');
  return dot < 0
    ? { schemaName: '', tableName: table }
    : { schemaName: table.slice(0, dot), tableName: table.slice(dot + 1) };
}
