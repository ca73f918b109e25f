import type { JWK } from 'jose';
import type { Principal } from '../access/principal.js';
import { AccessKeys } from './access-keys.js';
import { AccessTokens } from './access-tokens.js';
import { Authenticator } from './authenticator.js';
import { Clients } from './clients.js';
import { Groups } from './groups.js';
import { KeyHolders } from './key-holders.js';
import type { IdentityRepositories } from './repositories.js';
import { createSecrets } from './secrets.js';
import { Sessions, type Tokens } from './sessions.js';
import { SignIn } from './sign-in.js';
import { SignInGuard } from './sign-in-guard.js';
import { SignatureVerifier } from './signature/signature-verifier.js';
import { SigningKeys } from './signing-keys.js';
import { Users } from './users.js';

export interface Identity {
  /** Who sent this access token. Throws UNAUTHENTICATED. Microseconds when the token was seen before. */
  authenticate(bearer: string): Promise<Principal>;
  readonly signIn: SignIn;
  /** New tokens for a refresh token, which works once, and with `onlyFor` only for that principal. Throws UNAUTHENTICATED. */
  refresh(refreshToken: string, onlyFor?: string): Promise<Tokens>;
  /** Ends the session of a refresh token, with its access tokens. */
  signOut(refreshToken: string): Promise<void>;
  /** Makes all tokens of a user or client invalid; it may sign in again. Throws NOT_FOUND. */
  endSessions(principalId: string): Promise<void>;
  readonly clients: Clients;
  /** Key pairs of clients for the DynamoDB endpoint. */
  readonly accessKeys: AccessKeys;
  /** Who signed a request to the DynamoDB endpoint. */
  readonly signatures: SignatureVerifier;
  readonly users: Users;
  readonly groups: Groups;
  /** The public keys that verify access tokens (RFC 7517). */
  jwks(): Promise<{ keys: JWK[] }>;
  /** Lets a new key sign from now on; tokens of the ones before stay good until they expire. Returns the key's id. */
  rotateSigningKey(): Promise<string>;
  /** Stops listening to changes. */
  close(): void;
}

export interface IdentityOptions {
  readonly repositories: IdentityRepositories;
  /** The address of the gateway as clients know it: the `iss` of tokens. */
  readonly issuer: string;
  /** How far the clock of a client that signs its requests may be off; 5 minutes by default. */
  readonly clockSkewMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Joins the parts of identity over a store. Whoever creates it closes it, before the store. */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { repositories, issuer, clockSkewMs, now = Date.now } = options;
  const { principals, credentials, refreshTokens, failures } = repositories;
  const secrets = await createSecrets();
  const keys = new SigningKeys(repositories.signingKeys, now);
  const accessTokens = new AccessTokens(keys, issuer, now);
  const authenticator = new Authenticator(accessTokens, principals, now);
  const sessions = new Sessions({ accessTokens, refreshTokens, principals, now });
  const holders = new KeyHolders(repositories.accessKeys, principals, now);
  const guard = new SignInGuard(failures, now);

  const close = repositories.onChange((changed) => {
    if (changed !== 'signing-keys') {
      authenticator.forgetPrincipals();
      holders.forget();
    }
    if (changed === 'principals') return;
    keys.forget();
    authenticator.forgetTokens();
  });
  return {
    authenticate: (bearer) => authenticator.authenticate(bearer),
    signIn: new SignIn({ credentials, secrets, guard, sessions }),
    refresh: (refreshToken, onlyFor) => sessions.refresh(refreshToken, onlyFor),
    signOut: (refreshToken) => sessions.end(refreshToken),
    endSessions: (principalId) => principals.endSessions(principalId, new Date(now())),
    clients: new Clients(principals, credentials, secrets, now),
    accessKeys: new AccessKeys(repositories.accessKeys, principals, now),
    signatures: new SignatureVerifier({ holders, now, ...(clockSkewMs === undefined ? {} : { clockSkewMs }) }),
    users: new Users(principals, credentials, secrets, now),
    groups: new Groups(repositories.groups, now),
    jwks: () => keys.jwks(),
    rotateSigningKey: () => keys.rotate(),
    close,
  };
}
