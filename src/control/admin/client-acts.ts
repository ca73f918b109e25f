import type { Clients } from '../../identity/clients.js';
import type { PrincipalRecord } from '../../identity/repositories.js';
import type { ClientRecord } from '../../wire/http/contract/accounts.js';
import type { AdminService } from '../../wire/http/contract/http-services.js';
import { changeInWords } from './change-in-words.js';
import { pageOf } from './page-of.js';
import { type Recording, recordChange } from './record-act.js';

type ClientActs = Pick<AdminService, 'listClients' | 'createClient' | 'changeClient' | 'rotateSecret' | 'removeClient'>;

export function clientActs(clients: Clients, recording: Recording): ClientActs {
  return {
    async listClients(_caller, paging) {
      const page = pageOf(await clients.list(), ({ name, id }) => [name.toLowerCase(), id], paging);
      return { ...page, items: page.items.map(toClient) };
    },

    async createClient(caller, client) {
      const made = await recordChange(recording, caller, {
        kind: 'client.create',
        subject: `client ${client.name}: ${changeInWords(client)}`,
        work: () => clients.create(client),
        subjectOf: ({ client: { id } }) => `client ${client.name} (${id}): ${changeInWords(client)}`,
      });
      return { ...toClient(made.client), clientSecret: made.clientSecret };
    },

    async changeClient(caller, id, change) {
      const changed = await recordChange(recording, caller, {
        kind: 'client.change',
        subject: `client ${id}: ${changeInWords(change)}`,
        work: () => clients.update(id, change),
      });
      return toClient(changed);
    },

    async rotateSecret(caller, id) {
      const { client, clientSecret } = await recordChange(recording, caller, {
        kind: 'client.rotate-secret',
        subject: `client ${id}`,
        work: () => clients.replaceSecret(id),
      });
      return { ...toClient(client), clientSecret };
    },

    removeClient: (caller, id) =>
      recordChange(recording, caller, {
        kind: 'client.remove',
        subject: `client ${id}`,
        work: () => clients.revoke(id),
      }),
  };
}

function toClient({ id, name, scopes, groups, status, createdAt, lastUsedAt }: PrincipalRecord): ClientRecord {
  return {
    clientId: id,
    name,
    scopes: [...scopes],
    groups: [...groups],
    status: status === 'disabled' ? 'disabled' : 'active',
    createdAt: createdAt.toISOString(),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
  };
}
