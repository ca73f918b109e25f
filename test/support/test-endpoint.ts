import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityRepositories } from '../../src/control/store/identity-repositories.js';
import { openStore } from '../../src/control/store/open-store.js';
import { createSealer } from '../../src/control/store/seal.js';
import { newSealingKey } from '../../src/control/store/sealing-keys.js';
import type { AccessKeyWithSecret } from '../../src/identity/access-keys.js';
import { createIdentity, type Identity } from '../../src/identity/create-identity.js';
import type { EndpointOptions, Forward } from '../../src/wire/dynamodb/endpoint.js';
import { openDynamodbEndpoint } from '../../src/wire/dynamodb/open-endpoint.js';

export interface TestEndpoint {
  readonly url: string;
  readonly identity: Identity;
  readonly clientId: string;
  /** Of a client with the scope `operations`. */
  readonly keys: AccessKeyWithSecret;
  close(): Promise<void>;
}

/** The DynamoDB endpoint with real identity over an embedded store, and one client. */
export async function openTestEndpoint(
  forward: Forward,
  options: Partial<Omit<EndpointOptions, 'forward' | 'signatures'>> = {},
): Promise<TestEndpoint> {
  const directory = await mkdtemp(join(tmpdir(), 'headgate-endpoint-'));
  const store = await openStore({ directory });
  const repositories = identityRepositories(store, createSealer([newSealingKey()]));
  const identity = await createIdentity({ repositories, issuer: () => 'http://127.0.0.1' });
  const { client } = await identity.clients.create({ name: 'tour', scopes: ['operations'] });
  const clientId = client.id;
  const keys = await identity.accessKeys.create(clientId);
  const endpoint = await openDynamodbEndpoint({ port: 0, signatures: identity.signatures, forward, ...options });
  return {
    url: endpoint.url,
    identity,
    clientId,
    keys,
    async close() {
      await endpoint.close();
      identity.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
