import type { IdentityRepositories } from '../../identity/repositories.js';
import { accessKeyRepository } from './access-key-repository.js';
import { credentialRepository } from './credential-repository.js';
import { failureRepository } from './failure-repository.js';
import { groupRepository } from './group-repository.js';
import { principalRepository } from './principal-repository.js';
import { refreshRepository } from './refresh-repository.js';
import type { Sealer } from './seal.js';
import { signingKeyRepository } from './signing-key-repository.js';
import type { Store } from './store.js';

/** What identity needs, over a store. Private signing keys and secrets of access keys are sealed. */
export function identityRepositories(store: Store, sealer: Sealer): IdentityRepositories {
  return {
    principals: principalRepository(store),
    credentials: credentialRepository(store),
    groups: groupRepository(store),
    refreshTokens: refreshRepository(store),
    signingKeys: signingKeyRepository(store, sealer),
    accessKeys: accessKeyRepository(store, sealer),
    failures: failureRepository(store),
    onChange: (listener) =>
      store.onChange((topic) => {
        if (topic === 'identity') listener('principals');
        if (topic === 'signing-keys' || topic === 'everything') listener(topic);
      }),
  };
}
