import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { GroupRepository } from '../../identity/repositories.js';
import { isUuid } from './is-uuid.js';
import { lock } from './principal-repository.js';
import type { Store } from './store.js';
import { isUniqueViolation } from './store-error.js';

export function groupRepository(store: Store): GroupRepository {
  return {
    async insert(group) {
      await store
        .change('identity', (transaction) => transaction.insertInto('groups').values(group).execute())
        .catch((error) => rethrowTaken(error, group.name));
    },

    async list() {
      const [groups, memberships] = await Promise.all([
        store.db.selectFrom('groups').selectAll().orderBy('name').execute(),
        store.db.selectFrom('memberships').selectAll().execute(),
      ]);
      const members = new Map<string, string[]>(groups.map(({ id }) => [id, []]));
      for (const { groupId, principalId } of memberships) members.get(groupId)?.push(principalId);
      return groups.map((group) => ({ ...group, members: members.get(group.id) ?? [] }));
    },

    async rename(id, name) {
      await store
        .change('identity', async (transaction) => {
          const query = transaction.updateTable('groups').set({ name }).where('id', '=', known(id)).returning('id');
          if ((await query.execute()).length === 0) throw noGroup(id);
        })
        .catch((error) => rethrowTaken(error, name));
    },

    async remove(id) {
      await store.change('identity', async (transaction) => {
        const query = transaction.deleteFrom('groups').where('id', '=', known(id)).returning('id');
        if ((await query.execute()).length === 0) throw noGroup(id);
      });
      // Its grants went with it.
      await store.announce('grants');
    },

    async addMember(id, principalId) {
      await store.change('identity', async (transaction) => {
        await lock(transaction, principalId);
        const group = transaction.selectFrom('groups').select('id').where('id', '=', known(id)).forShare();
        if ((await group.executeTakeFirst()) === undefined) throw noGroup(id);
        await transaction
          .insertInto('memberships')
          .values({ principalId, groupId: id })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
    },

    async removeMember(id, principalId) {
      await store.change('identity', async (transaction) => {
        const query = transaction
          .deleteFrom('memberships')
          .where('groupId', '=', known(id))
          .where('principalId', '=', isUuid(principalId) ? principalId : null)
          .returning('groupId');
        if ((await query.execute()).length > 0) return;
        throw new HeadgateError('NOT_FOUND', `${principalId} is no member of the group ${id}.`);
      });
    },
  };
}

/** Throws NOT_FOUND for what cannot be an id. */
function known(id: string): string {
  if (!isUuid(id)) throw noGroup(id);
  return id;
}

function noGroup(id: string): HeadgateError {
  return new HeadgateError('NOT_FOUND', `No group has the id ${id}.`);
}

function rethrowTaken(error: unknown, name: string): never {
  if (!isUniqueViolation(error)) throw error;
  throw new HeadgateError('CONFLICT', `A group called ${name} exists already.`, {
    hint: 'Choose another name; case does not make a difference.',
    cause: error,
  });
}
