import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AuditRecord } from '../audit/audit-record.js';
import type { StoreTables } from './tables.js';

/**
 * Audit records travel as JSON in both directions: one parameter and one column instead of 26 for each, which is several
 * times as fast, and a value that cannot be right (an infinite time, an integer beyond 2^53) can still be read.
 */
export async function insertAuditRecords(db: Kysely<StoreTables>, records: readonly AuditRecord[]): Promise<void> {
  const rows = JSON.stringify(records.map(toRow));
  await sql`insert into headgate.audit_records
    select * from json_populate_recordset(null::headgate.audit_records, ${rows}::json)`.execute(db);
}

/** Records as they are stored, which is not always as they were written: `verifyAudit` judges that. In the given order. */
export async function readAuditRecords(db: Kysely<StoreTables>, which: RecordChoice): Promise<readonly AuditRecord[]> {
  const { where = sql`true`, order = 'oldest-first', limit } = which;
  const direction = sql.raw(order === 'oldest-first' ? 'asc' : 'desc');
  const { rows } = await sql<{ record: string }>`select row_to_json(records)::text as record
    from headgate.audit_records as records where ${where} order by sequence ${direction} limit ${limit}`.execute(db);
  return rows.map(({ record }) => toRecord(JSON.parse(record)));
}

export interface RecordChoice {
  /** Every record unless given. */
  readonly where?: RawBuilder<unknown>;
  readonly order?: 'oldest-first' | 'newest-first';
  readonly limit: number;
}

/** The records that follow a sequence number, the oldest first. */
export async function readAuditRecordsAfter(
  db: Kysely<StoreTables>,
  sequence: number,
  limit: number,
): Promise<readonly AuditRecord[]> {
  return await readAuditRecords(db, { where: sql`sequence > ${sequence}`, limit });
}

/** The records of these sequence numbers that are there, the oldest first. */
export async function readAuditRecordsOf(
  db: Kysely<StoreTables>,
  sequences: readonly number[],
): Promise<readonly AuditRecord[]> {
  const where = sql`sequence = any(${[...sequences]}::bigint[])`;
  return await readAuditRecords(db, { where, limit: sequences.length });
}

/** The sealed ends of the chain and the last record, all at the same moment. */
export interface ChainState {
  readonly base: string | undefined;
  readonly head: string | undefined;
  /** 0 when there are no records. */
  readonly last: number;
}

export async function readChainState(db: Kysely<StoreTables>): Promise<ChainState> {
  const { rows } = await sql<{ base: string | null; head: string | null; last: number | null }>`select
    (select value from headgate.settings where name = 'audit-base') as base,
    (select value from headgate.settings where name = 'audit-head') as head,
    (select max(sequence) from headgate.audit_records)::double precision as last`.execute(db);
  const [row] = rows;
  return { base: row?.base ?? undefined, head: row?.head ?? undefined, last: row?.last ?? 0 };
}

export async function hasAuditRecords(db: Kysely<StoreTables>): Promise<boolean> {
  const row = await db.selectFrom('auditRecords').select('sequence').limit(1).executeTakeFirst();
  return row !== undefined;
}

export async function deleteAuditRecordsThrough(db: Kysely<StoreTables>, sequence: number): Promise<void> {
  await db.deleteFrom('auditRecords').where('sequence', '<=', sequence).execute();
}

const COLUMNS = {
  sequence: 'sequence',
  at: 'at',
  requestId: 'request_id',
  principalKind: 'principal_kind',
  principalId: 'principal_id',
  principalName: 'principal_name',
  frontEnd: 'front_end',
  kind: 'kind',
  statement: 'statement',
  subject: 'subject',
  tables: 'tables',
  verbs: 'verbs',
  decision: 'decision',
  decidedBy: 'decided_by',
  accessPaths: 'access_paths',
  spent: 'spent',
  readUnits: 'read_units',
  writeUnits: 'write_units',
  rows: 'rows',
  bytes: 'bytes',
  durationMs: 'duration_ms',
  outcome: 'outcome',
  errorCode: 'error_code',
  roleSession: 'role_session',
  previousHash: 'previous_hash',
  hash: 'hash',
} as const satisfies Record<keyof AuditRecord, string>;

const FIELDS = Object.entries(COLUMNS);

function toRow(record: AuditRecord): Record<string, unknown> {
  const values: Record<string, unknown> = { ...record };
  return Object.fromEntries(FIELDS.map(([field, column]) => [column, values[field]]));
}

function toRecord(row: Readonly<Record<string, unknown>>): AuditRecord {
  const values = Object.fromEntries(FIELDS.map(([field, column]) => [field, row[column]]));
  // The columns have these types; whoever changed a value to what its type does not say is found by the hash.
  return { ...values, at: timeText(row['at']) } as unknown as AuditRecord;
}

/** PostgreSQL writes times in the zone of the session; what is no time of JavaScript stays as it is. */
function timeText(value: unknown): string {
  const text = String(value);
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}
