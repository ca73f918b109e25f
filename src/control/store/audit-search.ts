import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AuditRecord } from '../audit/audit-record.js';
import { readAuditRecords } from './audit-rows.js';
import type { StoreTables } from './tables.js';

/** What is not given does not matter. */
export interface AuditFilter {
  /** Began at this moment or later. */
  readonly from?: Date | undefined;
  /** Began before this moment. */
  readonly to?: Date | undefined;
  /** Id or name. */
  readonly principal?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  /** `ok`, `begun`, `failed`, `refused`, or the code of an error. */
  readonly outcome?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface SearchRange {
  /** Only records with smaller sequence numbers. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The records that fit, the newest first. */
export async function findAuditRecords(
  db: Kysely<StoreTables>,
  filter: AuditFilter,
  { before, limit }: SearchRange,
): Promise<readonly AuditRecord[]> {
  const conditions = [...conditionsOf(filter), ...(before === undefined ? [] : [sql`sequence < ${before}`])];
  const where = conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
  return await readAuditRecords(db, { where, order: 'newest-first', limit });
}

function conditionsOf(filter: AuditFilter): RawBuilder<unknown>[] {
  const { from, to, principal, schema, table, outcome, requestId } = filter;
  const conditions: (RawBuilder<unknown> | undefined)[] = [
    from && sql`at >= ${from.toISOString()}::timestamptz`,
    to && sql`at < ${to.toISOString()}::timestamptz`,
    principal === undefined ? undefined : sql`(principal_id = ${principal} or principal_name = ${principal})`,
    tableCondition(schema, table),
    outcome === undefined ? undefined : outcomeCondition(outcome),
    requestId === undefined ? undefined : sql`request_id = ${requestId}`,
  ];
  return conditions.filter((condition) => condition !== undefined);
}

/** Tables are stored as `schema.table`; names of schemas hold no dot. */
function tableCondition(schema: string | undefined, table: string | undefined): RawBuilder<unknown> | undefined {
  if (schema !== undefined && table !== undefined) return sql`tables @> array[${`${schema}.${table}`}]::text[]`;
  if (schema !== undefined) return anyTable(sql`split_part(entry, '.', 1) = ${schema}`);
  if (table !== undefined) return anyTable(sql`substr(entry, strpos(entry, '.') + 1) = ${table}`);
  return undefined;
}

function anyTable(condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`exists (select from unnest(tables) as entry where ${condition})`;
}

function outcomeCondition(outcome: string): RawBuilder<unknown> {
  if (outcome === 'refused') return sql`decision = 'refused'`;
  if (['ok', 'begun', 'failed'].includes(outcome)) return sql`outcome = ${outcome}`;
  return sql`error_code = ${outcome}`;
}
