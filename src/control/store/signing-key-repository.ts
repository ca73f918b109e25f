import type { SigningKeyRepository } from '../../identity/repositories.js';
import { SEALED_PLACE } from './reseal.js';
import type { Sealer } from './seal.js';
import type { Store } from './store.js';

/** Signing keys; the private halves are sealed. */
export function signingKeyRepository(store: Store, sealer: Sealer): SigningKeyRepository {
  return {
    async list(at) {
      const rows = await store.db
        .selectFrom('signingKeys')
        .selectAll()
        .where((where) => where.or([where('expiresAt', 'is', null), where('expiresAt', '>', at)]))
        .orderBy('createdAt', 'desc')
        .execute();
      return rows.map(({ id, publicKey, sealedPrivateKey, createdAt, expiresAt }) => ({
        id,
        publicKey,
        privateKey: sealer.open(sealedPrivateKey, SEALED_PLACE.signingKey(id)),
        createdAt,
        expiresAt: expiresAt ?? undefined,
      }));
    },

    async add({ id, publicKey, privateKey, createdAt }, { newest, expireOthersAt }) {
      await store.inTurn('signing-keys', async (transaction) => {
        const current = await transaction
          .selectFrom('signingKeys')
          .select('id')
          .where('expiresAt', 'is', null)
          .executeTakeFirst();
        if (current?.id !== newest) return;
        await transaction
          .updateTable('signingKeys')
          .set({ expiresAt: expireOthersAt })
          .where('expiresAt', 'is', null)
          .execute();
        const sealedPrivateKey = sealer.seal(privateKey, SEALED_PLACE.signingKey(id));
        await transaction
          .insertInto('signingKeys')
          .values({ id, publicKey, sealedPrivateKey, createdAt, expiresAt: null })
          .execute();
      });
      await store.announce('signing-keys');
    },
  };
}
