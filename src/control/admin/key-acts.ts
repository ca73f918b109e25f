import type { AccessKeys } from '../../identity/access-keys.js';
import type { AdminService } from '../../wire/http/contract/http-services.js';
import { type Recording, recordChange } from './record-act.js';

type KeyActs = Pick<AdminService, 'listKeys' | 'createKey' | 'revokeKey'>;

/** Access keys of clients. Secrets stand in the one answer that makes them, and in no record. */
export function keyActs(keys: AccessKeys, recording: Recording): KeyActs {
  return {
    async listKeys(_caller, clientId) {
      const found = await keys.list(clientId);
      return { items: found.map(({ id, createdAt }) => ({ keyId: id, createdAt: createdAt.toISOString() })) };
    },

    async createKey(caller, clientId) {
      const { accessKeyId, secretAccessKey } = await recordChange(recording, caller, {
        kind: 'client.create-key',
        subject: `client ${clientId}`,
        work: () => keys.create(clientId),
        subjectOf: (made) => `client ${clientId}: key ${made.accessKeyId}`,
      });
      return { keyId: accessKeyId, secretAccessKey };
    },

    revokeKey: (caller, clientId, keyId) =>
      recordChange(recording, caller, {
        kind: 'client.revoke-key',
        subject: `client ${clientId}: key ${keyId}`,
        work: () => keys.revoke(clientId, keyId),
      }),
  };
}
