import { createHash } from 'node:crypto';
import type { Principal } from '../access/principal.js';
import { KeptValues } from '../base/kept-values.js';
import { ACCESS_TOKEN_SECONDS, type AccessTokens, type VerifiedToken } from './access-tokens.js';
import type { PrincipalRepository, PrincipalState } from './repositories.js';
import { toPrincipal } from './to-principal.js';
import { unauthenticated } from './unauthenticated.js';

interface KeptToken {
  readonly token: VerifiedToken;
  /** The principal that was made of this state; made anew when the state is another one. */
  state?: PrincipalState;
  principal?: Principal;
}

/** Turns access tokens into principals. What it keeps: signatures that held, and the state of principals until it changes. */
export class Authenticator {
  private readonly tokens = new KeptValues<KeptToken>(TOKENS_MAX);
  private readonly states = new KeptValues<PrincipalState>(PRINCIPALS_MAX);

  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly principals: PrincipalRepository,
    private readonly now: () => number,
  ) {}

  /** Who sent this access token, with the scopes that both the token and the principal have. Throws UNAUTHENTICATED. */
  async authenticate(bearer: string): Promise<Principal> {
    // Only the hash is kept: a dump of the memory gives no tokens away.
    const key = createHash('sha256').update(bearer).digest('base64');
    const kept = await this.tokens.get(key, async () => ({ token: await this.accessTokens.verify(bearer) }));
    const { token } = kept;
    if (token.expiresAt <= this.now()) {
      this.tokens.delete(key);
      throw unauthenticated('The access token has expired.', 'Get a new one with the refresh token, or sign in again.');
    }
    const state = await this.states.get(token.principalId, () => this.load(token.principalId));
    if (kept.state === state && kept.principal !== undefined) return kept.principal;
    if (state.tokenVersion !== token.tokenVersion || state.revokedFamilies.has(token.familyId ?? '')) throw revoked();
    kept.principal = toPrincipal(state, token.scopes);
    kept.state = state;
    return kept.principal;
  }

  /** To be called when principals, groups or sessions in the store have changed. */
  forgetPrincipals(): void {
    this.states.clear();
  }

  /** To be called when signing keys in the store have changed: one may have been withdrawn. */
  forgetTokens(): void {
    this.tokens.clear();
  }

  private async load(id: string): Promise<PrincipalState> {
    // Tokens of families that were revoked earlier have run out.
    const familiesSince = new Date(this.now() - 2 * ACCESS_TOKEN_SECONDS * 1000);
    const state = await this.principals.find(id, familiesSince);
    if (state === undefined || state.status === 'disabled') throw revoked();
    return state;
  }
}

const TOKENS_MAX = 20_000;
const PRINCIPALS_MAX = 10_000;

function revoked(): Error {
  return unauthenticated('The access token was revoked.', 'Sign in again, or ask an administrator.');
}
