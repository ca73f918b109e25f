import type { Transaction } from 'kysely';
import { SCOPES } from '../../access/principal.js';
import type { RefreshRepository, Rotation } from '../../identity/repositories.js';
import type { Store } from './store.js';
import type { StoreTables } from './tables.js';

export function refreshRepository(store: Store): RefreshRepository {
  return {
    async begin({ id, principalId, scopes, expiresAt }, token, at) {
      await store.db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('refreshFamilies')
          .values({ id, principalId, scopes: [...scopes], createdAt: at, expiresAt, revokedAt: null })
          .execute();
        await insertToken(transaction, id, token);
      });
    },

    async rotate(hash, next, at) {
      const rotation = await store.db.transaction().execute(async (transaction): Promise<Rotation> => {
        // The lock on the family lets one of several uses at once through; the others find the token spent.
        const row = await transaction
          .selectFrom('refreshTokens')
          .innerJoin('refreshFamilies', 'refreshFamilies.id', 'refreshTokens.familyId')
          .select(['refreshFamilies.id', 'principalId', 'scopes', 'refreshFamilies.expiresAt', 'revokedAt'])
          .select(['spentAt', 'refreshTokens.expiresAt as tokenExpiresAt'])
          .where('hash', '=', hash)
          .forUpdate()
          .executeTakeFirst();
        if (row === undefined || row.revokedAt !== null || row.expiresAt <= at) return { kind: 'unknown' };
        if (row.spentAt !== null) return { kind: 'reused' };
        if (row.tokenExpiresAt <= at) return { kind: 'unknown' };
        await transaction.updateTable('refreshTokens').set({ spentAt: at }).where('hash', '=', hash).execute();
        await insertToken(transaction, row.id, next);
        const { id, principalId, scopes, expiresAt } = row;
        const known = SCOPES.filter((scope) => scopes.includes(scope));
        return { kind: 'rotated', family: { id, principalId, scopes: known, expiresAt } };
      });
      if (rotation.kind === 'reused') await this.revokeFamilyOf(hash, at);
      return rotation;
    },

    revokeFamilyOf: (hash, at) =>
      store.change('identity', async (transaction) => {
        const revoked = await transaction
          .updateTable('refreshFamilies')
          .set({ revokedAt: at })
          .where('revokedAt', 'is', null)
          .where('id', 'in', (query) => query.selectFrom('refreshTokens').select('familyId').where('hash', '=', hash))
          .returning('id')
          .execute();
        return revoked.length > 0;
      }),
  };
}

async function insertToken(
  transaction: Transaction<StoreTables>,
  familyId: string,
  { hash, expiresAt }: { readonly hash: string; readonly expiresAt: Date },
): Promise<void> {
  await transaction.insertInto('refreshTokens').values({ hash, familyId, expiresAt, spentAt: null }).execute();
}
