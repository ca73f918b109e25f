import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Groups } from '../../identity/groups.js';
import type { Group } from '../../identity/repositories.js';
import type { GroupRecord } from '../../wire/http/contract/accounts.js';
import type { AdminService } from '../../wire/http/contract/http-services.js';
import { changeInWords } from './change-in-words.js';
import { pageOf } from './page-of.js';
import { type Recording, recordChange } from './record-act.js';

type GroupActs = Pick<AdminService, 'listGroups' | 'createGroup' | 'changeGroup' | 'removeGroup'>;

export function groupActs(groups: Groups, recording: Recording): GroupActs {
  return {
    async listGroups(_caller, paging) {
      const page = pageOf(await groups.list(), ({ name, id }) => [name.toLowerCase(), id], paging);
      return { ...page, items: page.items.map(toGroup) };
    },

    async createGroup(caller, group) {
      const made = await recordChange(recording, caller, {
        kind: 'group.create',
        subject: `group ${group.name}: ${changeInWords({ members: group.members })}`,
        work: () => groups.create(group.name, group.members),
        subjectOf: ({ id }) => `group ${group.name} (${id}): ${changeInWords({ members: group.members })}`,
      });
      return toGroup(made);
    },

    async changeGroup(caller, id, { members }) {
      const changed = await recordChange(recording, caller, {
        kind: 'group.change',
        subject: `group ${id}: ${changeInWords({ members })}`,
        work: async () => {
          await groups.setMembers(id, members);
          return (await groups.list()).find((each) => each.id === id.toLowerCase());
        },
      });
      if (changed === undefined) throw new HeadgateError('NOT_FOUND', `No group has the id ${id} any more.`);
      return toGroup(changed);
    },

    removeGroup: (caller, id) =>
      recordChange(recording, caller, { kind: 'group.remove', subject: `group ${id}`, work: () => groups.remove(id) }),
  };
}

function toGroup({ id, name, members, createdAt }: Group): GroupRecord {
  return { id, name, members: [...members], createdAt: createdAt.toISOString() };
}
