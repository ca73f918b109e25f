import { sql } from 'kysely';
import type { CredentialRepository } from '../../identity/repositories.js';
import { isUuid } from './is-uuid.js';
import { lockPrincipal, NOBODY } from './principal-locks.js';
import { endSessions } from './principal-repository.js';
import type { Store } from './store.js';

/** Hashes of secrets, passwords and set-up links. Those of revoked principals are gone. */
export function credentialRepository(store: Store): CredentialRepository {
  return {
    findClientSecret: (clientId) =>
      secrets(store)
        .where('principals.kind', '=', 'client')
        .where('principals.id', '=', isUuid(clientId) ? clientId : NOBODY)
        .where('credentials.kind', '=', 'client-secret')
        .executeTakeFirst(),

    findPassword: (userName) =>
      secrets(store)
        .where('principals.kind', '=', 'user')
        .where(sql`lower(name)`, '=', sql`lower(${withoutNul(userName)})`)
        .where('credentials.kind', '=', 'password')
        .executeTakeFirst(),

    replace: (principalId, { kind, hash, expiresAt = null }, at) =>
      store.change('identity', async (transaction) => {
        await lockPrincipal(transaction, principalId);
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
        const link = transaction
          .selectFrom('credentials')
          .select('principalId')
          .where('kind', '=', 'setup-link')
          .where('hash', '=', linkHash)
          .where('expiresAt', '>', at);
        const owner = await link.executeTakeFirst();
        if (owner === undefined) return undefined;
        const { principalId } = owner;
        await lockPrincipal(transaction, principalId);
        // Of several who found it, the first to get the lock uses it up.
        const used = transaction
          .deleteFrom('credentials')
          .where('kind', '=', 'setup-link')
          .where('hash', '=', linkHash);
        if ((await used.executeTakeFirst()).numDeletedRows === 0n) return undefined;
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

function secrets({ db }: Store) {
  return db
    .selectFrom('credentials')
    .innerJoin('principals', 'principals.id', 'credentials.principalId')
    .select(['credentials.principalId', 'credentials.hash', 'principals.tokenVersion'])
    .where('revokedAt', 'is', null);
}

/** PostgreSQL's text has no NUL; names have none either. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
