import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HeadgateError } from '../../base/errors/headgate-error.js';

export interface DynoxideOptions {
  readonly binary: string;
  /** 0 or undefined: any free one. */
  readonly port?: number | undefined;
  /** Undefined keeps the tables in memory. */
  readonly databasePath: string | undefined;
  readonly signal: AbortSignal;
  /** Called as soon as there is a process, before it is ready. */
  readonly onSpawn?: (pid: number, endpoint: string) => Promise<void>;
}

export interface DynoxideProcess {
  readonly endpoint: string;
  /** Ends the process: asks first, kills after a grace. Safe to call twice. */
  stop(): Promise<void>;
}

/** Path of the binary. Throws EMBEDDED_UNAVAILABLE where its package, an optional dependency, is not installed. */
export function embeddedBinary(packageName = '@dynoxide/linux-x64'): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), 'dynoxide');
  } catch (cause) {
    throw unavailable('The embedded DynamoDB is not available on this platform.', {
      detail: `The optional package ${packageName} is not installed.`,
      cause,
    });
  }
}

/**
 * Starts dynoxide on loopback and waits until it answers. It ends with this process, except when this process is killed
 * outright. Throws EMBEDDED_UNAVAILABLE (with its last words), PORT_IN_USE, CANCELLED.
 */
export async function startDynoxide(options: DynoxideOptions): Promise<DynoxideProcess> {
  // dynoxide cannot tell which port it took for 0, so a free one is looked up; another program may snatch it in between.
  const attempts = options.port ? 1 : 3;
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(options.port ?? 0);
    try {
      return await startOnPort(port, options);
    } catch (error) {
      const snatched = error instanceof HeadgateError && error.code === 'EMBEDDED_UNAVAILABLE';
      if (!snatched || attempt === attempts) throw error;
    }
  }
}

async function startOnPort(port: number, options: DynoxideOptions): Promise<DynoxideProcess> {
  const { binary, databasePath, signal } = options;
  const endpoint = `http://127.0.0.1:${port}`;
  const storage = databasePath === undefined ? [] : ['--db-path', databasePath];
  const child = spawn(binary, ['--host', '127.0.0.1', '--port', String(port), ...storage], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lastOutput = keepTail(child);
  const stop = stopper(child);
  try {
    await once(child, 'spawn');
    if (child.pid !== undefined) await options.onSpawn?.(child.pid, endpoint);
    await untilReady(child, endpoint, signal);
  } catch (error) {
    await stop();
    if (signal.aborted) throw new HeadgateError('CANCELLED', 'Starting the embedded DynamoDB was cancelled.');
    if (error instanceof HeadgateError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw unavailable('The embedded DynamoDB did not start.', {
      detail: [reason, lastOutput()].filter((part) => part !== '').join('; '),
      cause: error,
    });
  }
  return { endpoint, stop };
}

const START_TIMEOUT_MS = 15_000;
const POLL_MS = 15;
const STOP_GRACE_MS = 5_000;

/** Asks the server itself: its printed words may change, its health answer is DynamoDB's own. */
async function untilReady(child: ChildProcess, endpoint: string, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(START_TIMEOUT_MS)]);
  for (;;) {
    if (hasEnded(child)) throw new Error(`it ended with ${child.signalCode ?? `exit status ${child.exitCode}`}`);
    if (await isHealthy(endpoint, deadline)) return;
    if (deadline.aborted) throw new Error(`it was not ready after ${START_TIMEOUT_MS / 1000} seconds`);
    await delay(POLL_MS);
  }
}

/** DynamoDB, and so dynoxide, answers `GET /` with `healthy: <host>`. */
async function isHealthy(endpoint: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(endpoint, { signal });
    return (await answer.text()).startsWith('healthy');
  } catch {
    return false;
  }
}

function stopper(child: ChildProcess): () => Promise<void> {
  const ended = once(child, 'close').catch(() => {});
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  void ended.then(() => process.off('exit', killNow));
  return async () => {
    if (!hasEnded(child)) child.kill('SIGTERM');
    const grace = setTimeout(killNow, STOP_GRACE_MS);
    await ended;
    clearTimeout(grace);
  };
}

/** Also true for a process that never came to be. */
function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Reads the output away, so that the child never waits for us, and keeps its end for the error. */
function keepTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-2_000);
  });
  return () => tail.trim();
}

/** The port itself, or a free one for 0. Throws PORT_IN_USE. */
async function freePort(port: number): Promise<number> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new HeadgateError('PORT_IN_USE', `Port ${port} for the embedded DynamoDB is not free.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Choose another port, or 0 for any free one.',
      cause,
    });
  }
  const address = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  return typeof address === 'object' && address !== null ? address.port : port;
}

function unavailable(message: string, details: { readonly detail: string; readonly cause: unknown }): HeadgateError {
  return new HeadgateError('EMBEDDED_UNAVAILABLE', message, {
    ...details,
    hint: 'Set an `endpoint` in headgate.yaml to use Amazon DynamoDB or another local DynamoDB.',
  });
}
