import { type Kysely, sql } from 'kysely';
import type { StoreTables } from './tables.js';

/** What is added to the sums of one day, principal and table. */
export interface UsageAmount {
  /** `YYYY-MM-DD` in UTC. */
  readonly day: string;
  readonly principalId: string;
  /** Both empty for what belongs to no table, the table alone for what belongs to several of one schema. */
  readonly schemaName: string;
  readonly tableName: string;
  readonly requests: number;
  readonly rows: number;
  readonly bytes: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly dollars: number;
}

/** Adds the amounts; dollars are added as decimal numbers, exactly. */
export async function addUsage(db: Kysely<StoreTables>, amounts: readonly UsageAmount[]): Promise<void> {
  if (amounts.length === 0) return;
  await sql`insert into headgate.usage_sums as old ${COLUMNS}
    select day, principal_id, schema_name, table_name, ${SUMS}
    from json_populate_recordset(null::headgate.usage_sums, ${JSON.stringify(amounts.map(toRow))}::json)
    group by day, principal_id, schema_name, table_name
    ${ADD_TO_OLD}`.execute(db);
}

export interface UsageChoice {
  /** First and last day. */
  readonly startDate: string;
  readonly endDate: string;
  readonly groupBy?: UsageGroup | undefined;
  readonly principalId?: string | undefined;
}

export type UsageGroup = 'principal' | 'schema' | 'table';

/** Sums of one day (and group), or of all of them: then without a day. */
export interface UsageRow {
  readonly day: string | null;
  readonly group: string | null;
  readonly requests: number;
  readonly rowsReturned: number;
  readonly ddbReadUnits: number;
  readonly ddbWriteUnits: number;
  readonly dollars: number;
}

/** By day and group, in this order, and the sums of all as the last row. */
export async function sumUsage(db: Kysely<StoreTables>, choice: UsageChoice): Promise<readonly UsageRow[]> {
  const { startDate, endDate, groupBy, principalId } = choice;
  const group = groupBy === undefined ? sql`null::text` : GROUPS[groupBy];
  const ofPrincipal = principalId === undefined ? sql`true` : sql`principal_id = ${principalId}`;
  const { rows } = await sql<UsageRow>`select
      day,
      "group",
      coalesce(sum(requests), 0)::double precision as requests,
      coalesce(sum(rows), 0)::double precision as "rowsReturned",
      coalesce(sum(read_units), 0) as "ddbReadUnits",
      coalesce(sum(write_units), 0) as "ddbWriteUnits",
      coalesce(sum(dollars), 0)::double precision as dollars
    from (
      select *, ${group} as "group" from headgate.usage_sums
      where day between ${startDate}::date and ${endDate}::date and ${ofPrincipal}
    ) as chosen
    group by grouping sets ((day, "group"), ())
    order by grouping(day), day, "group" collate "C"`.execute(db);
  return rows;
}

/** Read and write units of a principal on one day. */
export async function sumUnits(db: Kysely<StoreTables>, principalId: string, day: string): Promise<number> {
  const { rows } = await sql<{ units: number }>`select coalesce(sum(read_units + write_units), 0) as units
    from headgate.usage_sums where principal_id = ${principalId} and day = ${day}::date`.execute(db);
  return rows[0]?.units ?? 0;
}

/** Moves up to `limit` sums of days before `day` into the first day of their month; how many there were. */
export async function moveUsageToMonth(db: Kysely<StoreTables>, day: string, limit: number): Promise<number> {
  const { rows } = await sql<{ moved: number }>`with moved as (
      delete from headgate.usage_sums
      where ctid = any(array(
        select ctid from headgate.usage_sums where day < ${day}::date and extract(day from day) > 1 limit ${limit}))
      returning *
    ), added as (
      insert into headgate.usage_sums as old ${COLUMNS}
      select date_trunc('month', day)::date, principal_id, schema_name, table_name, ${SUMS}
      from moved group by 1, 2, 3, 4
      ${ADD_TO_OLD}
    )
    select count(*) as moved from moved`.execute(db);
  return rows[0]?.moved ?? 0;
}

function toRow({ principalId, schemaName, tableName, readUnits, writeUnits, ...others }: UsageAmount): unknown {
  return {
    ...others,
    principal_id: principalId,
    schema_name: schemaName,
    table_name: tableName,
    read_units: readUnits,
    write_units: writeUnits,
  };
}

const COLUMNS = sql.raw(
  '(day, principal_id, schema_name, table_name, requests, rows, bytes, read_units, write_units, dollars)',
);

const SUMS = sql.raw('sum(requests), sum(rows), sum(bytes), sum(read_units), sum(write_units), sum(dollars)');

const ADD_TO_OLD = sql.raw(`on conflict (day, principal_id, schema_name, table_name) do update set
  requests = old.requests + excluded.requests,
  rows = old.rows + excluded.rows,
  bytes = old.bytes + excluded.bytes,
  read_units = old.read_units + excluded.read_units,
  write_units = old.write_units + excluded.write_units,
  dollars = old.dollars + excluded.dollars`);

const GROUPS = {
  principal: sql.raw('principal_id'),
  schema: sql.raw('schema_name'),
  table: sql.raw("case when table_name = '' then '' else schema_name || '.' || table_name end"),
} as const satisfies Record<UsageGroup, unknown>;
