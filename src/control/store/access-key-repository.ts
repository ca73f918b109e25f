import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { AccessKeyRepository } from '../../identity/repositories.js';
import { isUuid } from './is-uuid.js';
import { lockPrincipal } from './principal-locks.js';
import { SEALED_PLACE } from './reseal.js';
import type { Sealer } from './seal.js';
import type { Store } from './store.js';

/** Access keys; their secrets are sealed. A row that was revoked stays for the records that name it, and is not found any more. */
export function accessKeyRepository(store: Store, sealer: Sealer): AccessKeyRepository {
  return {
    insert: ({ id, principalId, createdAt }, secret) =>
      store.change('identity', async (transaction) => {
        await lockPrincipal(transaction, principalId);
        const sealedSecret = sealer.seal(secret, SEALED_PLACE.accessKey(id));
        await transaction
          .insertInto('accessKeys')
          .values({ id, principalId, sealedSecret, createdAt, revokedAt: null })
          .execute();
      }),

    async find(id) {
      const row = await store.db
        .selectFrom('accessKeys')
        .select(['principalId', 'sealedSecret'])
        .where('id', '=', id)
        .where('revokedAt', 'is', null)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { principalId, sealedSecret } = row;
      return { principalId, secret: sealer.open(sealedSecret, SEALED_PLACE.accessKey(id)) };
    },

    async list(principalId) {
      if (!isUuid(principalId)) return [];
      return await store.db
        .selectFrom('accessKeys')
        .select(['id', 'principalId', 'createdAt'])
        .where('principalId', '=', principalId)
        .where('revokedAt', 'is', null)
        .orderBy('createdAt')
        .orderBy('id')
        .execute();
    },

    revoke: ({ id, principalId }, at) =>
      store.change('identity', async (transaction) => {
        const row = isUuid(principalId)
          ? await transaction
              .updateTable('accessKeys')
              .set({ revokedAt: at })
              .where('id', '=', id)
              .where('principalId', '=', principalId)
              .where('revokedAt', 'is', null)
              .returning('id')
              .executeTakeFirst()
          : undefined;
        if (row === undefined) {
          throw new HeadgateError('NOT_FOUND', `The client has no access key ${id.slice(0, 64)}.`);
        }
      }),
  };
}
