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

/** Signs in at the gateway and keeps the tokens. Throws UNAUTHENTICATED, RATE_LIMITED, ENDPOINT_UNREACHABLE, FILE_ERROR. */
export async function signIn(
  { url, credentials, logins }: { readonly url: string; readonly credentials: Credentials; readonly logins: LoginFile },
  signal: AbortSignal,
): Promise<void> {
  const { path, body } =
    credentials.kind === 'client'
      ? { path: '/v1/auth/token', body: { clientId: credentials.clientId, clientSecret: credentials.clientSecret } }
      : { path: '/v1/auth/sign-in', body: { name: credentials.name, password: credentials.password } };
  await keep(await ask(url, path, body, signal), { url, logins });
}

export type Credentials =
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: 'user'; readonly name: string; readonly password: string };

/** The access token of whoever has signed in there, a new one where it is about to expire. Throws UNAUTHENTICATED. */
export async function accessToken(url: string, logins: LoginFile, signal: AbortSignal): Promise<string> {
  const isGood = (login: Login | undefined) => login !== undefined && login.expiresAt - Date.now() > EARLY_MS;
  const login = await logins.read(url);
  if (login !== undefined && isGood(login)) return login.accessToken;
  return await logins.alone(async () => {
    const latest = await logins.read(url);
    if (latest === undefined) throw notSignedIn(url);
    if (isGood(latest)) return latest.accessToken;
    const asked = ask(url, '/v1/auth/refresh', { refreshToken: latest.refreshToken }, signal);
    return await keep(
      await asked.catch((error) => {
        throw error instanceof HeadgateError && error.code === 'UNAUTHENTICATED' ? notSignedIn(url, error) : error;
      }),
      { url, logins },
    );
  }, signal);
}

/** Tokens are renewed when they have less than this left, so that they do not expire on their way. */
const EARLY_MS = 60_000;

async function ask(url: string, path: string, body: unknown, signal: AbortSignal): Promise<Tokens> {
  return await serverClient({ url, token: async () => undefined }, signal).call<Tokens>('POST', path, body);
}

async function keep(
  { accessToken, refreshToken, expiresIn }: Tokens,
  { url, logins }: { readonly url: string; readonly logins: LoginFile },
): Promise<string> {
  await logins.write(url, { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 });
  return accessToken;
}

function notSignedIn(url: string, cause?: unknown): HeadgateError {
  return new HeadgateError('UNAUTHENTICATED', `Nobody is signed in at ${url}.`, {
    hint: 'Sign in with `headgate login`; programs set HEADGATE_CLIENT_ID and HEADGATE_CLIENT_SECRET.',
    cause,
  });
}
