import { sql } from 'kysely';
import type { CredentialRepository } from '../../identity/repositories.js';
import { isUuid } from './is-uuid.js';
import { endSessions, lock } from './principal-repository.js';
import type { Store } from './store.js';

/** A text that is no uuid is looked for as this one, which no principal has, so that the work is the same. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Hashes of secrets, passwords and set-up links. Those of revoked principals are gone. */
export function credentialRepository(store: Store): CredentialRepository {
  return {
    findClientSecret: (clientId) =>
      store.db
        .selectFrom('credentials')
        .select(['principalId', 'hash'])
        .where('principalId', '=', isUuid(clientId) ? clientId : NO_ID)
        .where('kind', '=', 'client-secret')
        .executeTakeFirst(),

    findPassword: (userName) =>
      store.db
        .selectFrom('credentials')
        .innerJoin('principals', 'principals.id', 'credentials.principalId')
        .select(['credentials.principalId', 'credentials.hash'])
        .where('principals.kind', '=', 'user')
        .where(sql`lower(name)`, '=', sql`lower(${withoutNul(userName)})`)
        .where('revokedAt', 'is', null)
        .where('credentials.kind', '=', 'password')
        .executeTakeFirst(),

    replace: (principalId, { kind, hash, expiresAt = null }, at) =>
      store.change('identity', async (transaction) => {
        await lock(transaction, principalId);
        await transaction
          .insertInto('credentials')
          .values({ principalId, kind, hash, createdAt: at, expiresAt })
          .onConflict((conflict) =>
            conflict.columns(['principalId', 'kind']).doUpdateSet({ hash, createdAt: at, expiresAt }),
          )
          .execute();
        if (kind !== 'setup-link') await endSessions(transaction, principalId, at);
      }),

    redeemSetupLink: (linkHash, passwordHash, at) =>
      store.change('identity', async (transaction) => {
        const link = await transaction
          .deleteFrom('credentials')
          .where('kind', '=', 'setup-link')
          .where('hash', '=', linkHash)
          .where('expiresAt', '>', at)
          .returning('principalId')
          .executeTakeFirst();
        if (link === undefined) return undefined;
        const { principalId } = link;
        const password = { hash: passwordHash, createdAt: at, expiresAt: null };
        await transaction
          .insertInto('credentials')
          .values({ principalId, kind: 'password', ...password })
          .onConflict((conflict) => conflict.columns(['principalId', 'kind']).doUpdateSet(password))
          .execute();
        await endSessions(transaction, principalId, at);
        return principalId;
      }),
  };
}

/** PostgreSQL's text has no NUL; names have none either. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
