import { randomUUID } from 'node:crypto';
import type { Scope } from '../access/principal.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from './access-tokens.js';
import type {
  PrincipalRecord,
  PrincipalRepository,
  PrincipalState,
  RefreshRepository,
  RefreshToken,
} from './repositories.js';
import { hashToken, randomSecret } from './secrets.js';
import { unauthenticated } from './unauthenticated.js';

export interface Tokens {
  readonly accessToken: string;
  /** Undefined when none was asked for. */
  readonly refreshToken: string | undefined;
  /** Seconds. */
  readonly expiresIn: number;
  readonly tokenType: 'Bearer';
  readonly scopes: readonly Scope[];
  /** Whose they are. */
  readonly principal: PrincipalName;
}

export type PrincipalName = Pick<PrincipalRecord, 'kind' | 'id' | 'name'>;

/** Who has shown a right secret, and the token version that it had then. */
export interface SignedIn {
  readonly principalId: string;
  readonly tokenVersion: number;
}

export interface SessionRequest {
  /** All scopes of the principal when left out. */
  readonly scopes?: readonly Scope[];
  readonly withRefreshToken: boolean;
}

export interface SessionParts {
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshRepository;
  readonly principals: Pick<PrincipalRepository, 'find' | 'noteUse'>;
  readonly now: () => number;
}

/** Issues tokens to principals that have signed in. */
export class Sessions {
  constructor(private readonly parts: SessionParts) {}

  /**
   * Tokens for a principal that has just signed in. Throws SCOPE_MISSING when it lacks a scope it asks for, UNAUTHENTICATED
   * when it is disabled, or its secret has been replaced since it was checked.
   */
  async begin({ principalId, tokenVersion }: SignedIn, request: SessionRequest): Promise<Tokens> {
    const principal = await this.find(principalId);
    if (principal === undefined || principal.tokenVersion !== tokenVersion) throw notSignedIn();
    const scopes = request.scopes ?? principal.scopes;
    const missing = scopes.filter((scope) => !principal.scopes.includes(scope));
    if (missing.length > 0) throw scopesMissing(missing);
    if (!request.withRefreshToken) return await this.issue(principal, scopes, undefined);
    const at = new Date(this.parts.now());
    const family = { id: randomUUID(), principalId, scopes, expiresAt: new Date(at.getTime() + FAMILY_LIFE_MS) };
    const next = this.newToken();
    if (!(await this.parts.refreshTokens.begin(family, next.stored, { at, tokenVersion }))) throw notSignedIn();
    return await this.issue(principal, scopes, { familyId: family.id, refreshToken: next.token });
  }

  /**
   * New tokens for a refresh token, which is spent by that. Throws UNAUTHENTICATED when it is unknown, of another principal than
   * `onlyFor`, or has expired; when it was spent before, its whole family ends, because somebody else has it too.
   */
  async refresh(refreshToken: string, onlyFor?: string): Promise<Tokens> {
    const next = this.newToken();
    const how = { at: new Date(this.parts.now()), onlyFor };
    const rotation = await this.parts.refreshTokens.rotate(hashToken(refreshToken), next.stored, how);
    if (rotation.kind === 'unknown') throw notRefreshable('The refresh token is not valid or has expired.');
    if (rotation.kind === 'reused')
      throw notRefreshable('The refresh token was used before, so its session has ended.');
    const { family } = rotation;
    const principal = await this.find(family.principalId);
    if (principal === undefined) throw notRefreshable('The refresh token is not valid or has expired.');
    const scopes = family.scopes.filter((scope) => principal.scopes.includes(scope));
    return await this.issue(principal, scopes, { familyId: family.id, refreshToken: next.token });
  }

  /** Ends the session that the refresh token belongs to, with its access tokens. An unknown token is no error (RFC 7009). */
  async end(refreshToken: string): Promise<void> {
    await this.parts.refreshTokens.revokeFamilyOf(hashToken(refreshToken), new Date(this.parts.now()));
  }

  /** Undefined when it was revoked or is disabled. */
  private async find(id: string): Promise<PrincipalState | undefined> {
    const found = await this.parts.principals.find(id, new Date(this.parts.now()));
    return found?.status === 'disabled' ? undefined : found;
  }

  private async issue(
    { id, kind, name, tokenVersion }: PrincipalState,
    scopes: readonly Scope[],
    session: { readonly familyId: string; readonly refreshToken: string } | undefined,
  ): Promise<Tokens> {
    const claims = { principalId: id, tokenVersion, familyId: session?.familyId, scopes };
    await this.parts.principals.noteUse(id, new Date(this.parts.now()));
    return {
      accessToken: await this.parts.accessTokens.sign(claims),
      refreshToken: session?.refreshToken,
      expiresIn: ACCESS_TOKEN_SECONDS,
      tokenType: 'Bearer',
      scopes,
      principal: { kind, id, name },
    };
  }

  private newToken(): { readonly token: string; readonly stored: RefreshToken } {
    const token = randomSecret('hgr');
    return { token, stored: { hash: hashToken(token), expiresAt: new Date(this.parts.now() + TOKEN_LIFE_MS) } };
  }
}

const DAY_MS = 24 * 3_600_000;
/** A session ends when it was not used for a month, and after three months in any case. */
const TOKEN_LIFE_MS = 30 * DAY_MS;
const FAMILY_LIFE_MS = 90 * DAY_MS;

function notSignedIn(): HeadgateError {
  return unauthenticated(
    'The secret is not valid any more, or it is of somebody who is disabled.',
    'Ask an administrator.',
  );
}

function notRefreshable(message: string): HeadgateError {
  return unauthenticated(message, 'Sign in again.');
}

function scopesMissing(missing: readonly Scope[]): HeadgateError {
  return new HeadgateError('SCOPE_MISSING', `These scopes were not given to the principal: ${missing.join(', ')}.`, {
    hint: 'Ask for fewer scopes, or let an administrator add them.',
  });
}
