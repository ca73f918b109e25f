import { SCOPES, type Scope } from '../../access/principal.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { PrincipalRecord } from '../../identity/repositories.js';
import type { Users } from '../../identity/users.js';
import type { UserChange, UserRecord } from '../../wire/http/contract/accounts.js';
import type { AdminService } from '../../wire/http/contract/http-services.js';
import { changeInWords } from './change-in-words.js';
import { pageOf } from './page-of.js';
import { type Recording, recordChange } from './record-act.js';

type UserActs = Pick<AdminService, 'listUsers' | 'createUser' | 'changeUser' | 'removeUser'>;

export function userActs(users: Users, recording: Recording): UserActs {
  return {
    async listUsers(_caller, paging) {
      const page = pageOf(await users.list(), ({ name, id }) => [name.toLowerCase(), id], paging);
      return { ...page, items: page.items.map(toUser) };
    },

    async createUser(caller, { name, groups, isAdmin, scopes: asked }) {
      const wanted = { name, groups, scopes: isAdmin ? withAdmin(asked) : asked };
      const { user, token } = await recordChange(recording, caller, {
        kind: 'user.create',
        subject: `user ${name}: ${changeInWords(wanted)}`,
        work: () => users.create(wanted),
        subjectOf: (made) => `user ${name} (${made.user.id}): ${changeInWords(wanted)}`,
      });
      return { ...toUser(user), setupToken: token };
    },

    async changeUser(caller, id, { groups, status, ...rights }) {
      const scopes = await scopesAfter(rights, async () => (await users.find(id)).scopes);
      const change = { groups, status, scopes };
      const changed = await recordChange(recording, caller, {
        kind: 'user.change',
        subject: `user ${id}: ${changeInWords(change)}`,
        work: () => users.update(id, change),
      });
      return toUser(changed);
    },

    removeUser: (caller, id) =>
      recordChange(recording, caller, { kind: 'user.remove', subject: `user ${id}`, work: () => users.revoke(id) }),
  };
}

function toUser({ id, name, scopes, groups, status, createdAt }: PrincipalRecord): UserRecord {
  return {
    id,
    name,
    isAdmin: scopes.includes('admin'),
    scopes: [...scopes],
    groups: [...groups],
    status,
    createdAt: createdAt.toISOString(),
  };
}

/** Being an administrator is having the scope `admin`; `isAdmin` is another way to say so. Throws REQUEST_INVALID. */
async function scopesAfter(
  { isAdmin, scopes }: Pick<UserChange, 'isAdmin' | 'scopes'>,
  before: () => Promise<readonly Scope[]>,
): Promise<readonly Scope[] | undefined> {
  if (isAdmin === undefined) return scopes;
  if (!isAdmin && scopes?.includes('admin') === true) {
    throw new HeadgateError('REQUEST_INVALID', 'The scopes contain admin, while isAdmin is false.', {
      hint: 'Give one of the two.',
    });
  }
  const others = scopes ?? (await before());
  return isAdmin ? withAdmin(others) : others.filter((scope) => scope !== 'admin');
}

function withAdmin(scopes: readonly Scope[]): readonly Scope[] {
  return SCOPES.filter((scope) => scope === 'admin' || scopes.includes(scope));
}
