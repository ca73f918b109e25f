import type { CredentialRepository, StoredSecret } from './repositories.js';
import type { Secrets } from './secrets.js';
import type { SessionRequest, Sessions, SignedIn, Tokens } from './sessions.js';
import type { SignInGuard } from './sign-in-guard.js';
import { unauthenticated } from './unauthenticated.js';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The IP address that the request came from. */
  readonly address: string;
}

export interface ClientSignIn extends SessionRequest, ClientCredentials {}

export interface UserSignIn extends SessionRequest {
  readonly name: string;
  readonly password: string;
  readonly address: string;
}

export interface SignInParts {
  readonly credentials: CredentialRepository;
  readonly secrets: Secrets;
  readonly guard: SignInGuard;
  readonly sessions: Sessions;
}

/** Checks secrets and passwords. Every check does the same work in the same order, whether the name exists or not. */
export class SignIn {
  constructor(private readonly parts: SignInParts) {}

  /** Throws UNAUTHENTICATED, RATE_LIMITED (as LockedOut) and SCOPE_MISSING. */
  async client({ clientId, clientSecret, address, ...request }: ClientSignIn): Promise<Tokens> {
    const signedIn = await this.checkClient({ clientId, clientSecret, address });
    return await this.parts.sessions.begin(signedIn, request);
  }

  /** Whether the secret is the one of the client, without any tokens. Throws UNAUTHENTICATED and RATE_LIMITED (as LockedOut). */
  async checkClient({ clientId, clientSecret, address }: ClientCredentials): Promise<SignedIn> {
    const found = await this.check({ name: clientId, secret: clientSecret, address }, () =>
      this.parts.credentials.findClientSecret(clientId),
    );
    if (found !== undefined) return found;
    throw unauthenticated(
      'The client id or its secret is wrong.',
      'Check both; an administrator can make a new secret.',
    );
  }

  /** Throws UNAUTHENTICATED, RATE_LIMITED (as LockedOut) and SCOPE_MISSING. */
  async user({ name, password, address, ...request }: UserSignIn): Promise<Tokens> {
    const found = await this.check({ name, secret: password, address }, () =>
      this.parts.credentials.findPassword(name),
    );
    if (found !== undefined) return await this.parts.sessions.begin(found, request);
    throw unauthenticated(
      'The name or the password is wrong.',
      'Check both; an administrator can send a new set-up link.',
    );
  }

  /** Undefined when the secret does not fit. */
  private async check(
    { name, secret, address }: { readonly name: string; readonly secret: string; readonly address: string },
    find: () => Promise<StoredSecret | undefined>,
  ): Promise<SignedIn | undefined> {
    const { guard, secrets } = this.parts;
    const attempt = guard.attempt(name, address);
    await guard.check(attempt);
    const found = await find();
    // A burst of attempts passes the check above together; each is judged again when its turn to be verified has come.
    const matches = await secrets.matches(found?.hash, secret, () => guard.checkHere(attempt));
    if (matches) {
      await guard.succeeded(attempt);
      return found;
    }
    await guard.failed(attempt);
    return undefined;
  }
}
