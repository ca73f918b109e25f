import type { Kysely, Transaction } from 'kysely';
import { SCOPES } from '../../access/principal.js';
import type { RefreshRepository, Rotation } from '../../identity/repositories.js';
import type { Store } from './store.js';
import type { StoreTables } from './tables.js';

export function refreshRepository(store: Store): RefreshRepository {
  return {
    async begin({ id, principalId, scopes, expiresAt }, token, { at, tokenVersion }) {
      return await store.db.transaction().execute(async (transaction) => {
        const principal = await transaction
          .selectFrom('principals')
          .select('id')
          .where('id', '=', principalId)
          .where('tokenVersion', '=', tokenVersion)
          .where('revokedAt', 'is', null)
          .forShare()
          .executeTakeFirst();
        if (principal === undefined) return false;
        await transaction
          .insertInto('refreshFamilies')
          .values({ id, principalId, scopes: [...scopes], createdAt: at, expiresAt, revokedAt: null })
          .execute();
        await insertToken(transaction, id, token);
        return true;
      });
    },

    async rotate(hash, next, { at, onlyFor }) {
      const rotation = await store.db.transaction().execute(async (transaction): Promise<Rotation> => {
        // The lock on the family lets one of several uses at once through; the others then find the token spent.
        const family = await familyOf(transaction, hash).selectAll().forUpdate().executeTakeFirst();
        const token = await transaction
          .selectFrom('refreshTokens')
          .selectAll()
          .where('hash', '=', hash)
          .executeTakeFirst();
        if (family === undefined || token === undefined) return { kind: 'unknown' };
        if (onlyFor !== undefined && family.principalId !== onlyFor.toLowerCase()) return { kind: 'unknown' };
        if (family.revokedAt !== null || family.expiresAt <= at) return { kind: 'unknown' };
        if (token.spentAt !== null) return { kind: 'reused' };
        if (token.expiresAt <= at) return { kind: 'unknown' };
        await transaction.updateTable('refreshTokens').set({ spentAt: at }).where('hash', '=', hash).execute();
        const { id, principalId, expiresAt } = family;
        await insertToken(transaction, id, next);
        const scopes = SCOPES.filter((scope) => family.scopes.includes(scope));
        return { kind: 'rotated', family: { id, principalId, scopes, expiresAt } };
      });
      if (rotation.kind === 'reused') await this.revokeFamilyOf(hash, at);
      return rotation;
    },

    async revokeFamilyOf(hash, at) {
      // Strangers can send any text: what is no token must not make all gateways forget what they know.
      const family = await familyOf(store.db, hash).select('id').where('revokedAt', 'is', null).executeTakeFirst();
      if (family === undefined) return false;
      return await store.change('identity', async (transaction) => {
        const revoked = await transaction
          .updateTable('refreshFamilies')
          .set({ revokedAt: at })
          .where('revokedAt', 'is', null)
          .where('id', '=', family.id)
          .returning('id')
          .execute();
        return revoked.length > 0;
      });
    },
  };
}

function familyOf(db: Kysely<StoreTables>, hash: string) {
  return db
    .selectFrom('refreshFamilies')
    .where('id', 'in', (query) => query.selectFrom('refreshTokens').select('familyId').where('hash', '=', hash));
}

async function insertToken(
  transaction: Transaction<StoreTables>,
  familyId: string,
  { hash, expiresAt }: { readonly hash: string; readonly expiresAt: Date },
): Promise<void> {
  await transaction.insertInto('refreshTokens').values({ hash, familyId, expiresAt, spentAt: null }).execute();
}
