import { randomUUID } from 'node:crypto';
import { checkName } from './names.js';
import type { Group, GroupRepository } from './repositories.js';

/** Groups of users and clients, which grants can be given to. */
export class Groups {
  constructor(
    private readonly groups: GroupRepository,
    private readonly now: () => number,
  ) {}

  /** Throws CONFLICT when another group has the name, REQUEST_INVALID when it is no name, NOT_FOUND for a member. */
  async create(name: string, members: readonly string[] = []): Promise<Group> {
    checkName(name);
    const group = { id: randomUUID(), name, createdAt: new Date(this.now()), members };
    await this.groups.insert(group);
    return group;
  }

  async list(): Promise<Group[]> {
    return await this.groups.list();
  }

  /** Throws NOT_FOUND, CONFLICT, REQUEST_INVALID. */
  async rename(id: string, name: string): Promise<void> {
    checkName(name);
    await this.groups.rename(id, name);
  }

  /** Puts these members, by id, in the place of all before. Throws NOT_FOUND when group or principal is missing. */
  async setMembers(id: string, members: readonly string[]): Promise<void> {
    await this.groups.setMembers(id, members);
  }

  /** Removes the group with its memberships and grants. Throws NOT_FOUND. */
  async remove(id: string): Promise<void> {
    await this.groups.remove(id);
  }

  /** Throws NOT_FOUND when group or principal is missing. */
  async addMember(id: string, principalId: string): Promise<void> {
    await this.groups.addMember(id, principalId);
  }

  /** Throws NOT_FOUND when it is no member. */
  async removeMember(id: string, principalId: string): Promise<void> {
    await this.groups.removeMember(id, principalId);
  }
}
