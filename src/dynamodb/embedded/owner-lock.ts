import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { HeadgateError } from '../../base/errors/headgate-error.js';

/** The right to serve one directory, held by one process of this machine at a time. */
export interface OwnerLock {
  /** Tells the endpoint to every process that asks, also to those that have been waiting for it. */
  announce(endpoint: string): void;
  /** Resolves when no other process uses the endpoint any more, or when the signal is aborted. */
  guestsGone(signal: AbortSignal): Promise<void>;
  /** Lets the next process in. */
  release(): Promise<void>;
}

/** What an owner serves, for as long as the guest stays. */
export interface Visit {
  readonly endpoint: string;
  /** Tells the owner that this process needs it no longer. */
  leave(): void;
}

/**
 * Takes the lock of a directory (its real path); undefined when another process has it. The lock is a listening socket in
 * Linux's abstract namespace: binding it is atomic, and the kernel frees it however the process ends, so it cannot go stale
 * as a lock file does. The embedded binary exists for Linux only.
 */
export async function takeOwnerLock(directory: string): Promise<OwnerLock | undefined> {
  const guests = new Set<Socket>();
  let announced: string | undefined;
  let onLeave = (): void => {};
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      guests.delete(socket);
      onLeave();
    });
    guests.add(socket);
    // A guest says nothing; reading is how its leaving is noticed.
    socket.unref().resume();
    if (announced !== undefined) socket.write(announced);
  });
  // Everyone else connects while this process is busy; holding the lock alone must not keep it alive.
  server.unref();
  server.listen(socketName(directory));
  try {
    await once(server, 'listening');
  } catch (cause) {
    if (codeOf(cause) === 'EADDRINUSE') return undefined;
    throw lockFailed(directory, cause);
  }
  return {
    announce(endpoint) {
      announced = `${endpoint}\n`;
      for (const socket of guests) socket.write(announced);
    },
    guestsGone: (signal) =>
      new Promise((resolve) => {
        onLeave = () => {
          if (guests.size === 0 || signal.aborted) resolve();
        };
        for (const socket of guests) socket.ref();
        signal.addEventListener('abort', onLeave, { once: true });
        onLeave();
      }),
    async release() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of guests) socket.destroy();
      await closed;
    },
  };
}

/**
 * What the owner of the directory serves, as soon as it is ready; undefined when there is no owner (any more). The connection
 * stays open until `leave`, so that the owner knows of its guests. Throws EMBEDDED_UNAVAILABLE when an owner does not answer for long, CANCELLED when the signal is aborted.
 */
export async function askOwner(directory: string, signal: AbortSignal): Promise<Visit | undefined> {
  const patience = AbortSignal.timeout(OWNER_PATIENCE_MS);
  const socket = connect(socketName(directory));
  const giveUp = () => socket.destroy();
  const both = AbortSignal.any([signal, patience]);
  both.addEventListener('abort', giveUp, { once: true });
  if (both.aborted) giveUp();
  try {
    const endpoint = await firstLine(socket);
    return { endpoint, leave: () => socket.destroy() };
  } catch (cause) {
    socket.destroy();
    if (signal.aborted) throw new HeadgateError('CANCELLED', 'Opening the embedded DynamoDB was cancelled.', { cause });
    if (patience.aborted) throw ownerSilent(directory, cause);
    // Refused or reset: the owner has ended, or failed to start its server.
    return undefined;
  } finally {
    both.removeEventListener('abort', giveUp);
  }
}

/** Throws when the connection ends before. */
function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      line += text;
      if (!line.endsWith('\n')) return;
      // Being a guest alone must not keep a process alive.
      socket.unref();
      resolve(line.trimEnd());
    });
    socket.on('error', reject).on('close', () => reject(new Error('The connection was closed.')));
  });
}

/** Longer than an owner may take to start its server. */
const OWNER_PATIENCE_MS = 30_000;

/** A leading NUL puts the name into the abstract namespace: no file, no path length to run into. */
function socketName(directory: string): string {
  return `\0headgate-dynamodb-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
}

function codeOf(error: unknown): unknown {
  return Object(error).code;
}

function lockFailed(directory: string, cause: unknown): HeadgateError {
  return new HeadgateError('EMBEDDED_UNAVAILABLE', `The directory ${directory} could not be locked.`, {
    detail: cause instanceof Error ? cause.message : String(cause),
    hint: 'Set an `endpoint` in headgate.yaml to use another DynamoDB.',
    cause,
  });
}

function ownerSilent(directory: string, cause: unknown): HeadgateError {
  return new HeadgateError('EMBEDDED_UNAVAILABLE', `The Headgate process that serves ${directory} does not answer.`, {
    hint: 'Stop that process, then try again.',
    cause,
  });
}
