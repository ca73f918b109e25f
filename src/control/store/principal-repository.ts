import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { SCOPES } from '../../access/principal.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type {
  NewPrincipal,
  PrincipalChange,
  PrincipalRecord,
  PrincipalRepository,
} from '../../identity/repositories.js';
import { isUuid } from './is-uuid.js';
import { insertMemberships, lockPrincipal, lockPrincipals, NOBODY } from './principal-locks.js';
import type { Store } from './store.js';
import { isUniqueViolation } from './store-error.js';
import type { PrincipalTable, StoreTables } from './tables.js';

/** Users and clients. A row that was revoked stays for the records that name it, and is not found any more. */
export function principalRepository(store: Store): PrincipalRepository {
  return {
    insert: (record, credential) =>
      store
        .change('identity', async (transaction) => {
          const { id, kind, name, scopes, groups, createdAt } = record;
          const { hash, expiresAt = null } = credential;
          await transaction
            .insertInto('principals')
            .values({ id, kind, name, scopes: [...scopes], createdAt })
            .execute();
          await transaction
            .insertInto('credentials')
            .values({ principalId: id, kind: credential.kind, hash, createdAt, expiresAt })
            .execute();
          await insertMemberships(transaction, { principals: [id], groups });
        })
        .catch((error) => rethrowTaken(error, record)),

    async find(id, familiesSince) {
      if (!isUuid(id)) return undefined;
      const row = await records(store.db).where('id', '=', id).executeTakeFirst();
      if (row === undefined) return undefined;
      const families = await store.db
        .selectFrom('refreshFamilies')
        .select('id')
        .where('principalId', '=', id)
        .where('revokedAt', '>=', familiesSince)
        .execute();
      return {
        ...toRecord(row),
        tokenVersion: row.tokenVersion,
        revokedFamilies: new Set(families.map((family) => family.id)),
      };
    },

    async list(kind) {
      const rows = await records(store.db).where('kind', '=', kind).orderBy('name').execute();
      return rows.map(toRecord);
    },

    update: (id, change, at) =>
      store.change('identity', async (transaction) => {
        const before = await administratorsAnd(transaction, id);
        const set = columnsOf(change, at);
        if (Object.keys(set).length > 0) {
          const query = transaction.updateTable('principals').set(set).where('id', '=', id);
          await query
            .execute()
            .catch((error) => rethrowTaken(error, { kind: before.principal.kind, name: change.name ?? '' }));
        }
        if (change.groups !== undefined) {
          await transaction.deleteFrom('memberships').where('principalId', '=', id).execute();
          await insertMemberships(transaction, { principals: [id], groups: change.groups });
        }
        if (change.status === 'disabled') await endSessions(transaction, id, at);
        await keepAnAdministrator(transaction, before);
      }),

    revoke: (id, at) =>
      store.change('identity', async (transaction) => {
        const before = await administratorsAnd(transaction, id);
        await transaction.updateTable('principals').set({ revokedAt: at }).where('id', '=', id).execute();
        for (const table of OF_A_PRINCIPAL) {
          await transaction.deleteFrom(table).where('principalId', '=', id).execute();
        }
        await keepAnAdministrator(transaction, before);
      }),

    endSessions: (id, at) =>
      store.change('identity', async (transaction) => {
        await lockPrincipal(transaction, id);
        await endSessions(transaction, id, at);
      }),

    hasAdministrator: () => hasAdministrator(store.db),

    async findUserByName(name) {
      const row = await records(store.db)
        .where('kind', '=', 'user')
        .where(sql`lower(name)`, '=', sql`lower(${name})`)
        .executeTakeFirst();
      return row === undefined ? undefined : toRecord(row);
    },

    async noteUse(id, at) {
      const aMinuteAgo = new Date(at.getTime() - 60_000);
      await store.db
        .updateTable('principals')
        .set({ lastUsedAt: at })
        .where('id', '=', id)
        .where((where) => where.or([where('lastUsedAt', 'is', null), where('lastUsedAt', '<', aMinuteAgo)]))
        .execute();
    },
  };
}

/** What goes with a principal that is revoked. */
const OF_A_PRINCIPAL = ['credentials', 'refreshFamilies', 'memberships', 'accessKeys', 'grants', 'limits'] as const;

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

function records(db: Kysely<StoreTables>) {
  return db
    .selectFrom('principals')
    .selectAll('principals')
    .select((select) => [
      sql<string[]>`array(select group_id::text from headgate.memberships where principal_id = principals.id)`.as(
        'groups',
      ),
      select
        .exists(
          select
            .selectFrom('credentials')
            .whereRef('credentials.principalId', '=', 'principals.id')
            .where('credentials.kind', '=', 'password'),
        )
        .as('hasPassword'),
    ])
    .where('revokedAt', 'is', null);
}

function toRecord(
  row: Selectable<PrincipalTable> & { readonly groups: string[]; readonly hasPassword: unknown },
): PrincipalRecord {
  const { id, kind, name, scopes, groups, createdAt, disabledAt, lastUsedAt, hasPassword } = row;
  const status = kind === 'user' && hasPassword !== true ? 'invited' : 'active';
  return {
    id,
    kind,
    name,
    // A scope of a newer Headgate means nothing here.
    scopes: SCOPES.filter((scope) => scopes.includes(scope)),
    groups,
    status: disabledAt === null ? status : 'disabled',
    createdAt,
    lastUsedAt: lastUsedAt ?? undefined,
  };
}

function columnsOf({ name, scopes, status }: PrincipalChange, at: Date) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(scopes === undefined ? {} : { scopes: [...scopes] }),
    ...(status === undefined ? {} : { disabledAt: status === 'disabled' ? at : null }),
  };
}

interface Before {
  readonly principal: Selectable<PrincipalTable>;
  readonly hasAdministrator: boolean;
}

/**
 * Locks the principal and all administrators, so that two who remove each other at once do not both succeed. Throws NOT_FOUND.
 */
async function administratorsAnd(transaction: Transaction<StoreTables>, id: string): Promise<Before> {
  const uuid = isUuid(id) ? id : NOBODY;
  const locked = await lockPrincipals(transaction, (where) =>
    where.or([where('id', '=', uuid), sql<boolean>`'admin' = any(scopes)`]),
  );
  const principal = locked.find((row) => row.id === uuid.toLowerCase());
  if (principal === undefined) throw new HeadgateError('NOT_FOUND', `No user or client has the id ${id}.`);
  return { principal, hasAdministrator: await hasAdministrator(transaction) };
}

/** Throws CONFLICT when nobody is left who can manage the gateway, but somebody was. */
async function keepAnAdministrator(transaction: Transaction<StoreTables>, before: Before): Promise<void> {
  if (!before.hasAdministrator || (await hasAdministrator(transaction))) return;
  throw new HeadgateError('CONFLICT', 'This is the last administrator that can sign in.', {
    hint: 'Make another user or client an administrator first; an invited user counts once it has a password.',
  });
}

async function hasAdministrator(db: Kysely<StoreTables>): Promise<boolean> {
  const row = await db
    .selectFrom('principals')
    .innerJoin('credentials', 'credentials.principalId', 'principals.id')
    .select('principals.id')
    .where('revokedAt', 'is', null)
    .where('disabledAt', 'is', null)
    .where(sql<boolean>`'admin' = any(scopes)`)
    .where('credentials.kind', 'in', ['password', 'client-secret'])
    .executeTakeFirst();
  return row !== undefined;
}

function rethrowTaken(error: unknown, { kind, name }: Pick<NewPrincipal, 'kind' | 'name'>): never {
  if (!isUniqueViolation(error)) throw error;
  throw new HeadgateError('CONFLICT', `A ${kind} called ${name} exists already.`, {
    hint: 'Choose another name; case does not make a difference.',
    cause: error,
  });
}
