import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandContext } from '../command-context.js';
import { loadedConfig } from '../loaded-config.js';
import { progressLine } from '../progress-line.js';
import type { GlobalOptions } from '../with-gateway.js';
import { LoginFile } from './login-file.js';
import { type ServerClient, serverClient } from './server-client.js';
import { accessToken, signIn } from './sign-in.js';

export interface ServerFlags extends GlobalOptions {
  /** For calls that need nobody to be signed in. */
  readonly anonymous?: boolean;
}

/**
 * Lets `work` use the gateway that the command line is to talk to: the one of `--server` or HEADGATE_URL, else the one that
 * runs in the folder of all state, else one that is served for just this command. Throws UNAUTHENTICATED,
 * ENDPOINT_UNREACHABLE, and what opening the gateway throws.
 */
export async function withServer<T>(
  flags: ServerFlags,
  context: CommandContext,
  work: (server: ServerClient) => Promise<T>,
): Promise<T> {
  const { terminal, signal } = context;
  const named = await namedServer(flags, context);
  if (named !== undefined) return await work(named);
  const config = await loadedConfig(flags, context);
  const running = await runningServer(config.home, signal);
  if (running !== undefined) return await work(running);
  const progress = progressLine(terminal.stderr);
  const server = await context.serve(config, { signal, onProgress: (text) => progress.show(text) });
  progress.end();
  try {
    return await work(serverClient({ url: server.url, token: async () => server.operatorKey }, signal));
  } finally {
    await server.close();
  }
}

/** The gateway that `--server` or HEADGATE_URL names; undefined where they name none. Throws UNAUTHENTICATED. */
export async function namedServer(flags: ServerFlags, context: CommandContext): Promise<ServerClient | undefined> {
  const url = serverUrl(flags, context);
  if (url === undefined) return undefined;
  if (flags.anonymous === true) return serverClient({ url, token: async () => undefined }, context.signal);
  const { home } = await loadedConfig(flags, context);
  return await remoteServer(url, home, context);
}

/** Its address. */
export function serverUrl({ server }: GlobalOptions, { terminal }: CommandContext): string | undefined {
  const url = server ?? terminal.env['HEADGATE_URL'];
  return url ? url.replace(/\/+$/, '') : undefined;
}

/**
 * The gateway at the URL: for the client that the environment names, else for whoever has signed in there. What the client
 * is given is kept under its own name, so that it takes nobody's place.
 */
async function remoteServer(url: string, home: string, { terminal, signal }: CommandContext) {
  const logins = new LoginFile(home);
  const { HEADGATE_CLIENT_ID: clientId, HEADGATE_CLIENT_SECRET: clientSecret } = terminal.env;
  if (!clientId || !clientSecret) {
    return serverClient({ url, token: () => accessToken({ url, logins }, signal) }, signal);
  }
  const place = { url, logins, clientId };
  const signedIn = () => signIn({ ...place, credentials: { kind: 'client', clientId, clientSecret } }, signal);
  return serverClient({ url, token: () => accessToken(place, signal, signedIn) }, signal);
}

/** The gateway that runs in this folder, with the key that it left there for its operator; undefined where none answers. */
async function runningServer(home: string, signal: AbortSignal): Promise<ServerClient | undefined> {
  try {
    const [about, key] = await Promise.all([
      readFile(join(home, 'gateway.json'), 'utf8'),
      readFile(join(home, 'operator.key'), 'utf8'),
    ]);
    const url: unknown = Object(JSON.parse(about)).url;
    if (typeof url !== 'string') return undefined;
    const health = await fetch(`${url}/healthz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    return health.ok ? serverClient({ url, token: async () => key.trim() }, signal) : undefined;
  } catch {
    // It was killed and could not take its files away.
    signal.throwIfAborted();
    return undefined;
  }
}

const PATIENCE_MS = 3000;
