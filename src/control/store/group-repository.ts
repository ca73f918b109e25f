import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { GroupRepository } from '../../identity/repositories.js';
import { isUuid } from './is-uuid.js';
import { insertMemberships, lockGroup, NOBODY, noGroup } from './principal-locks.js';
import type { Store } from './store.js';
import { isUniqueViolation } from './store-error.js';

export function groupRepository(store: Store): GroupRepository {
  return {
    async insert({ id, name, createdAt, members }) {
      await store
        .change('identity', async (transaction) => {
          await transaction.insertInto('groups').values({ id, name, createdAt }).execute();
          await insertMemberships(transaction, { principals: members, groups: [id] });
        })
        .catch((error) => rethrowTaken(error, name));
    },

    async list() {
      // Members first: a group that is made meanwhile is then without some of them, but no member is without its group.
      const memberships = await store.db.selectFrom('memberships').selectAll().orderBy('principalId').execute();
      const groups = await store.db.selectFrom('groups').selectAll().orderBy('name').execute();
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

    async setMembers(id, members) {
      await store.change('identity', async (transaction) => {
        await insertMemberships(transaction, { principals: members, groups: [known(id)] });
        await lockGroup(transaction, id);
        await transaction
          .deleteFrom('memberships')
          .where('groupId', '=', id)
          .where('principalId', 'not in', members.length === 0 ? [NOBODY] : members)
          .execute();
      });
    },

    async remove(id) {
      // Its memberships and grants go with it.
      await store.change('identity', async (transaction) => {
        const query = transaction.deleteFrom('groups').where('id', '=', known(id)).returning('id');
        if ((await query.execute()).length === 0) throw noGroup(id);
      });
    },

    async addMember(id, principalId) {
      await store.change('identity', (transaction) =>
        insertMemberships(transaction, { principals: [principalId], groups: [id] }),
      );
    },

    async removeMember(id, principalId) {
      await store.change('identity', async (transaction) => {
        const query = transaction
          .deleteFrom('memberships')
          .where('groupId', '=', known(id))
          .where('principalId', '=', isUuid(principalId) ? principalId : NOBODY)
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

function rethrowTaken(error: unknown, name: string): never {
  if (!isUniqueViolation(error)) throw error;
  throw new HeadgateError('CONFLICT', `A group called ${name} exists already.`, {
    hint: 'Choose another name; case does not make a difference.',
    cause: error,
  });
}
