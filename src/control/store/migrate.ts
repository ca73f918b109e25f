import { type Kysely, sql } from 'kysely';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { MIGRATIONS, type Migration } from './migrations/migrations.js';

/**
 * Runs the migrations that the store has not seen, all in one transaction: either the store is up to date afterwards or
 * nothing has changed. Several processes may start at once: one migrates, the others wait. Throws STORE_FAILED when the
 * store has migrations that this Headgate does not know.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK}::bigint)`.execute(transaction);
    await makeSchema(transaction);
    const done = await latestNumber(transaction);
    const known = migrations.at(-1)?.number ?? 0;
    if (done > known) throw tooNew(done, known);
    for (const { number, name, statements } of migrations) {
      if (number <= done) continue;
      await sql.raw(statements).execute(transaction);
      await sql`insert into headgate.migrations (number, name) values (${number}, ${name})`.execute(transaction);
    }
  });
}

/** Any number will do, as long as all versions of Headgate use the same. */
const MIGRATION_LOCK = '7236412975';

/** `if not exists` wants the right to create even where nothing is to be made, so it is looked for first. */
async function makeSchema<Tables>(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ schemaThere: boolean; tableThere: boolean }>`select
    exists (select from pg_namespace where nspname = 'headgate') as "schemaThere",
    exists (select from pg_tables where schemaname = 'headgate' and tablename = 'migrations') as "tableThere"`.execute(
    db,
  );
  if (rows[0]?.schemaThere !== true) await sql`create schema headgate`.execute(db);
  if (rows[0]?.tableThere === true) return;
  await sql`create table headgate.migrations (
    number integer primary key,
    name text not null,
    applied_at timestamptz not null default now()
  )`.execute(db);
}

async function latestNumber<Tables>(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ latest: number | null }>`select max(number) as latest from headgate.migrations`.execute(
    db,
  );
  return rows[0]?.latest ?? 0;
}

function tooNew(done: number, known: number): HeadgateError {
  return new HeadgateError('STORE_FAILED', 'The control-plane store was made by a newer Headgate.', {
    detail: `Its tables are at migration ${done}; this Headgate knows ${known}.`,
    hint: 'Install the version of Headgate that the other gateways run.',
  });
}
