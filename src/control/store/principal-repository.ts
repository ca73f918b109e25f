import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { SCOPES } from '../../access/principal.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { PrincipalRecord, PrincipalRepository } from '../../identity/repositories.js';
import { isUuid } from './is-uuid.js';
import type { Store } from './store.js';
import { isUniqueViolation } from './store-error.js';
import type { PrincipalTable, StoreTables } from './tables.js';

/** Users and clients. A row that was revoked stays for the records that name it, and is not found any more. */
export function principalRepository(store: Store): PrincipalRepository {
  return {
    insert: (record, credential) =>
      store
        .change('identity', async (transaction) => {
          await transaction
            .insertInto('principals')
            .values({ ...record, scopes: [...record.scopes], revokedAt: null })
            .execute();
          await transaction
            .insertInto('credentials')
            .values({
              principalId: record.id,
              kind: credential.kind,
              hash: credential.hash,
              createdAt: record.createdAt,
              expiresAt: credential.expiresAt ?? null,
            })
            .execute();
        })
        .catch((error) => rethrowTaken(error, record.kind, record.name)),

    async find(id, familiesSince) {
      if (!isUuid(id)) return undefined;
      const row = await active(store.db).where('id', '=', id).executeTakeFirst();
      if (row === undefined) return undefined;
      const [memberships, families] = await Promise.all([
        store.db.selectFrom('memberships').select('groupId').where('principalId', '=', id).execute(),
        store.db
          .selectFrom('refreshFamilies')
          .select('id')
          .where('principalId', '=', id)
          .where('revokedAt', '>=', familiesSince)
          .execute(),
      ]);
      return {
        ...toRecord(row),
        tokenVersion: row.tokenVersion,
        groups: memberships.map(({ groupId }) => groupId),
        revokedFamilies: new Set(families.map((family) => family.id)),
      };
    },

    async list(kind) {
      const rows = await active(store.db).where('kind', '=', kind).orderBy('name').execute();
      return rows.map(toRecord);
    },

    update: (id, { name, scopes, isAdmin }) =>
      store.change('identity', async (transaction) => {
        const { kind, isAdmin: wasAdministrator } = await lock(transaction, id);
        const change = {
          ...(name === undefined ? {} : { name }),
          ...(scopes === undefined ? {} : { scopes: [...scopes] }),
          ...(isAdmin === undefined ? {} : { isAdmin }),
        };
        if (Object.keys(change).length > 0) {
          const query = transaction.updateTable('principals').set(change).where('id', '=', id);
          await query.execute().catch((error) => rethrowTaken(error, kind, name ?? ''));
        }
        await keepAnAdministrator(transaction, wasAdministrator);
      }),

    revoke: (id, at) =>
      store.change('identity', async (transaction) => {
        await lockAdministrators(transaction);
        const { isAdmin } = await lock(transaction, id);
        await transaction
          .updateTable('principals')
          .set({ revokedAt: at, isAdmin: false })
          .where('id', '=', id)
          .execute();
        await transaction.deleteFrom('credentials').where('principalId', '=', id).execute();
        await transaction.deleteFrom('refreshFamilies').where('principalId', '=', id).execute();
        await transaction.deleteFrom('memberships').where('principalId', '=', id).execute();
        await transaction.deleteFrom('accessKeys').where('principalId', '=', id).execute();
        await keepAnAdministrator(transaction, isAdmin);
      }),

    endSessions: (id, at) =>
      store.change('identity', async (transaction) => {
        await lock(transaction, id);
        await endSessions(transaction, id, at);
      }),

    async hasAdministrator() {
      const row = await active(store.db)
        .innerJoin('credentials', 'credentials.principalId', 'principals.id')
        .where('principals.kind', '=', 'user')
        .where('credentials.kind', '=', 'password')
        .where('isAdmin', '=', true)
        .executeTakeFirst();
      return row !== undefined;
    },

    async findUserByName(name) {
      const row = await active(store.db)
        .where('kind', '=', 'user')
        .where(sql`lower(name)`, '=', sql`lower(${name})`)
        .executeTakeFirst();
      return row === undefined ? undefined : toRecord(row);
    },
  };
}

/** Makes every token of the principal invalid. */
export async function endSessions(transaction: Transaction<StoreTables>, id: string, at: Date): Promise<void> {
  await transaction
    .updateTable('principals')
    .set((set) => ({ tokenVersion: set('tokenVersion', '+', 1) }))
    .where('id', '=', id)
    .execute();
  await transaction
    .updateTable('refreshFamilies')
    .set({ revokedAt: at })
    .where('principalId', '=', id)
    .where('revokedAt', 'is', null)
    .execute();
}

/** The principal, for as long as the transaction nobody else's to change. Throws NOT_FOUND. */
export async function lock(transaction: Transaction<StoreTables>, id: string): Promise<Selectable<PrincipalTable>> {
  const row = isUuid(id) ? await active(transaction).where('id', '=', id).forUpdate().executeTakeFirst() : undefined;
  if (row === undefined) throw new HeadgateError('NOT_FOUND', `No user or client has the id ${id}.`);
  return row;
}

function active(db: Kysely<StoreTables>) {
  return db.selectFrom('principals').selectAll('principals').where('revokedAt', 'is', null);
}

function toRecord({ id, kind, name, scopes, isAdmin, createdAt }: Selectable<PrincipalTable>): PrincipalRecord {
  // A scope of a newer Headgate means nothing here.
  return { id, kind, name, scopes: SCOPES.filter((scope) => scopes.includes(scope)), isAdmin, createdAt };
}

/** So that two administrators who remove each other at once do not both succeed. The order keeps them from a deadlock. */
async function lockAdministrators(transaction: Transaction<StoreTables>): Promise<void> {
  await active(transaction).where('isAdmin', '=', true).orderBy('id').forUpdate().execute();
}

/** Throws CONFLICT when nobody is left who can manage the gateway, but somebody was. */
async function keepAnAdministrator(transaction: Transaction<StoreTables>, wasAdministrator: boolean): Promise<void> {
  if (!wasAdministrator) return;
  const left = await active(transaction).where('isAdmin', '=', true).executeTakeFirst();
  if (left !== undefined) return;
  throw new HeadgateError('CONFLICT', 'This is the last administrator.', {
    hint: 'Make another user or client an administrator first.',
  });
}

function rethrowTaken(error: unknown, kind: string, name: string): never {
  if (!isUniqueViolation(error)) throw error;
  throw new HeadgateError('CONFLICT', `A ${kind} called ${name} exists already.`, {
    hint: 'Choose another name; case does not make a difference.',
    cause: error,
  });
}
