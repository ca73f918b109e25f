import { randomUUID } from 'node:crypto';
import { type CryptoKey, errors, jwtVerify, SignJWT } from 'jose';
import { SCOPES, type Scope } from '../access/principal.js';
import type { SigningKeys } from './signing-keys.js';
import { unauthenticated } from './unauthenticated.js';

/** What an access token says. */
export interface AccessClaims {
  readonly principalId: string;
  readonly tokenVersion: number;
  /** The family of refresh tokens it came with; undefined when it came alone. */
  readonly familyId: string | undefined;
  readonly scopes: readonly Scope[];
}

export interface VerifiedToken extends AccessClaims {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export const ACCESS_TOKEN_SECONDS = 3600;

/** Signs and verifies access tokens: JWTs after RFC 9068, valid for an hour. */
export class AccessTokens {
  constructor(
    private readonly keys: SigningKeys,
    /** The address of this gateway as clients know it. */
    private readonly issuer: () => string,
    private readonly now: () => number,
  ) {}

  async sign({ principalId, tokenVersion, familyId, scopes }: AccessClaims): Promise<string> {
    const { id, privateKey } = await this.keys.current();
    const issuedAt = Math.floor(this.now() / 1000);
    return await new SignJWT({ scope: scopes.join(' '), ver: tokenVersion, sid: familyId, client_id: principalId })
      .setProtectedHeader({ alg: ALGORITHM, kid: id, typ: TYPE })
      .setIssuer(this.issuer())
      .setAudience(AUDIENCE)
      .setSubject(principalId)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
      .sign(privateKey);
  }

  /**
   * What the token says, once its signature and times hold. Throws UNAUTHENTICATED. Each gateway of a store has an address of
   * its own, so who issued the token is told by its key, which only they have, and not by `iss`.
   */
  async verify(token: string): Promise<VerifiedToken> {
    const checks = {
      algorithms: [ALGORITHM],
      audience: AUDIENCE,
      typ: TYPE,
      currentDate: new Date(this.now()),
      requiredClaims: ['iss', 'sub', 'exp', 'iat', 'scope', 'ver'],
    };
    try {
      const getKey = ({ kid }: { readonly kid?: string }): Promise<CryptoKey> => this.verifier(kid);
      const { payload } = await jwtVerify<Claims>(token, getKey, checks);
      const { sub, exp, scope, ver, sid } = payload;
      return {
        principalId: sub,
        tokenVersion: ver,
        familyId: sid,
        scopes: SCOPES.filter((known) => scope.split(' ').includes(known)),
        expiresAt: exp * 1000,
      };
    } catch (cause) {
      // What is no matter of the token, such as a store out of reach, passes as it is.
      throw cause instanceof errors.JOSEError ? notValid(cause) : cause;
    }
  }

  private async verifier(id = ''): Promise<CryptoKey> {
    const key = await this.keys.verifier(id);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}

/** As `sign` writes them; the signature is ours, and the claims are required. */
interface Claims {
  readonly sub: string;
  readonly exp: number;
  readonly scope: string;
  readonly ver: number;
  readonly sid?: string;
}

const ALGORITHM = 'EdDSA';
const AUDIENCE = 'headgate';
const TYPE = 'at+jwt';

function notValid(cause: unknown): Error {
  if (cause instanceof errors.JWTExpired) {
    return unauthenticated(
      'The access token has expired.',
      'Get a new one with the refresh token, or sign in again.',
      cause,
    );
  }
  return unauthenticated('The access token is not valid.', 'Sign in to get a new one.', cause);
}
