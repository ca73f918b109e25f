import type { Identity } from '../../identity/create-identity.js';
import type { AdminService } from '../../wire/http/contract/http-services.js';
import { clientActs } from './client-acts.js';
import { type GrantParts, grantActs } from './grant-acts.js';
import { groupActs } from './group-acts.js';
import { keyActs } from './key-acts.js';
import { type LimitParts, limitActs } from './limit-acts.js';
import type { Recording } from './record-act.js';
import { userActs } from './user-acts.js';
import { whyActs } from './why.js';

export interface AdminParts {
  readonly identity: Pick<Identity, 'clients' | 'accessKeys' | 'users' | 'groups'>;
  readonly grants: Omit<GrantParts, 'schemas'>;
  readonly limits: LimitParts;
  /** Names of the schemas of this gateway. */
  readonly schemas: () => readonly string[];
  readonly recording: Recording;
}

/** What administrators do. Every change is recorded before it is made, and with how it ended before it is answered. */
export function createAdminService({ identity, grants, limits, schemas, recording }: AdminParts): AdminService {
  return {
    ...clientActs(identity.clients, recording),
    ...keyActs(identity.accessKeys, recording),
    ...userActs(identity.users, recording),
    ...groupActs(identity.groups, recording),
    ...grantActs({ ...grants, schemas }, recording),
    ...limitActs(limits, recording),
    ...whyActs({ identity, book: grants.book, schemas }),
  };
}
