import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { Login, LoginFile } from './login-file.js';
import { serverClient } from './server-client.js';

/** What the calls that give tokens answer. */
interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Whose tokens are meant: those of the client that the environment names, else of whoever has signed in at the URL. */
export interface Place {
  readonly url: string;
  readonly logins: LoginFile;
  readonly clientId?: string;
}

/**
 * Signs in at the gateway, keeps the tokens and returns the access token. Throws UNAUTHENTICATED, RATE_LIMITED,
 * ENDPOINT_UNREACHABLE, FILE_ERROR.
 */
export async function signIn(
  { credentials, ...place }: Place & { readonly credentials: Credentials },
  signal: AbortSignal,
): Promise<string> {
  const { path, body } =
    credentials.kind === 'client'
      ? { path: '/v1/auth/token', body: { clientId: credentials.clientId, clientSecret: credentials.clientSecret } }
      : { path: '/v1/auth/sign-in', body: { name: credentials.name, password: credentials.password } };
  const tokens = await ask(place.url, path, body, signal);
  return await place.logins.alone(() => keep(tokens, place), signal);
}

export type Credentials =
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: 'user'; readonly name: string; readonly password: string };

/**
 * The access token that is kept, a new one where it is about to expire; where there is none any more, what `signInAgain` gives.
 * Throws UNAUTHENTICATED.
 */
export async function accessToken(
  place: Place,
  signal: AbortSignal,
  signInAgain: () => Promise<string> = () => Promise.reject(notSignedIn(place.url)),
): Promise<string> {
  const { logins } = place;
  const isGood = (login: Login | undefined) => login !== undefined && login.expiresAt - Date.now() > EARLY_MS;
  const login = await logins.read(keyOf(place));
  if (login !== undefined && isGood(login)) return login.accessToken;
  const renewed = await logins.alone(async () => {
    const latest = await logins.read(keyOf(place));
    if (latest === undefined || isGood(latest)) return latest?.accessToken;
    try {
      return await keep(await ask(place.url, '/v1/auth/refresh', { refreshToken: latest.refreshToken }, signal), place);
    } catch (error) {
      // The session has ended: it was long ago, or was revoked.
      if (error instanceof HeadgateError && error.code === 'UNAUTHENTICATED') return undefined;
      throw error;
    }
  }, signal);
  return renewed ?? (await signInAgain());
}

/** Tokens are renewed when they have less than this left, so that they do not expire on their way. */
const EARLY_MS = 60_000;

async function ask(url: string, path: string, body: unknown, signal: AbortSignal): Promise<Tokens> {
  return await serverClient({ url, token: async () => undefined }, signal).call<Tokens>('POST', path, body);
}

async function keep({ accessToken, refreshToken, expiresIn }: Tokens, place: Place): Promise<string> {
  await place.logins.write(keyOf(place), { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 });
  return accessToken;
}

function keyOf({ url, clientId }: Place): string {
  return clientId === undefined ? url : `${clientId} at ${url}`;
}

function notSignedIn(url: string): HeadgateError {
  return new HeadgateError('UNAUTHENTICATED', `Nobody is signed in at ${url}.`, {
    hint: 'Sign in with `headgate login`; programs set HEADGATE_CLIENT_ID and HEADGATE_CLIENT_SECRET.',
  });
}
