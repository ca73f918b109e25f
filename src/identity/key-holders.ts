import type { Principal } from '../access/principal.js';
import { KeptValues } from '../base/kept-values.js';
import { isAccessKeyId } from './access-keys.js';
import type { AccessKeyRepository, PrincipalRepository } from './repositories.js';
import { toPrincipal } from './to-principal.js';

export interface KeyHolder {
  readonly principal: Principal;
  readonly secret: string;
}

/** Who holds which access key. What it has read it keeps, secrets in plain, until it is told to forget. */
export class KeyHolders {
  private readonly holders = new KeptValues<KeyHolder | undefined>(HOLDERS_MAX);

  constructor(
    private readonly accessKeys: AccessKeyRepository,
    private readonly principals: PrincipalRepository,
    private readonly now: () => number,
  ) {}

  /** The holder of a key; undefined when there is no such key, it or its principal has been revoked, or that is disabled. */
  async find(keyId: string): Promise<KeyHolder | undefined> {
    if (!isAccessKeyId(keyId)) return undefined;
    const holder = await this.holders.get(keyId, () => this.load(keyId));
    // Anybody can make up ids; they must not push out those that are used.
    if (holder === undefined) this.holders.delete(keyId);
    return holder;
  }

  /** To be called when principals, groups or keys in the store have changed. */
  forget(): void {
    this.holders.clear();
  }

  private async load(keyId: string): Promise<KeyHolder | undefined> {
    const key = await this.accessKeys.find(keyId);
    if (key === undefined) return undefined;
    const state = await this.principals.find(key.principalId, new Date(this.now()));
    if (state?.status !== 'active') return undefined;
    return { principal: toPrincipal(state, state.scopes), secret: key.secret };
  }
}

const HOLDERS_MAX = 10_000;
