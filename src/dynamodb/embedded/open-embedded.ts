import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { type DynoxideProcess, embeddedBinary, startDynoxide } from './dynoxide-process.js';
import { askOwner, takeOwnerLock } from './owner-lock.js';
import { endOrphan, removeServerState, writeServerState } from './server-state.js';

export interface EmbeddedOptions {
  /** Where the tables are kept, for example `.headgate/dynamodb`; made when missing. Undefined: in memory, for tests. */
  readonly directory: string | undefined;
  /** 0 or undefined: any free one. Only for the process that starts the server. */
  readonly port?: number | undefined;
  readonly signal: AbortSignal;
}

export interface EmbeddedDynamodb {
  /** For example `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  /** False when another Headgate process serves the directory: then `close` leaves it running. */
  readonly owned: boolean;
  /**
   * Ends the server that this call started, when no other process uses it any more, or at once when the signal of
   * `openEmbedded` is aborted. Safe to call twice.
   */
  close(): Promise<void>;
}

/**
 * The embedded DynamoDB of a directory: the one that already runs, or a new one. Of several processes that open the same
 * directory at once exactly one starts it; the others get its endpoint. Throws EMBEDDED_UNAVAILABLE, PORT_IN_USE,
 * FILE_ERROR, CANCELLED.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDynamodb> {
  const binary = embeddedBinary();
  if (options.directory === undefined) {
    const server = await startDynoxide({ ...options, binary, databasePath: undefined });
    return { endpoint: server.endpoint, owned: true, close: () => server.stop() };
  }
  const directory = await preparedDirectory(options.directory);
  // An owner can end just while it is asked: then the lock is free, and the next round takes it.
  for (let round = 0; round < 10; round++) {
    const owned = await openAsOwner(binary, directory, options);
    if (owned !== undefined) return owned;
    const visit = await askOwner(directory, options.signal);
    if (visit !== undefined) return { endpoint: visit.endpoint, owned: false, close: async () => visit.leave() };
  }
  throw new HeadgateError('EMBEDDED_UNAVAILABLE', `The embedded DynamoDB of ${directory} does not come up.`, {
    detail: 'Another Headgate process of this directory keeps starting and ending it.',
    hint: 'Stop the other process, then try again.',
  });
}

/** Undefined when another process holds the directory. */
async function openAsOwner(
  binary: string,
  directory: string,
  { port, signal }: EmbeddedOptions,
): Promise<EmbeddedDynamodb | undefined> {
  const lock = await takeOwnerLock(directory);
  if (lock === undefined) return undefined;
  const databasePath = join(directory, 'tables.db');
  let server: DynoxideProcess | undefined;
  const close = async () => {
    // The lock goes last, so that nobody starts a second server on the file while this one still writes to it.
    try {
      await server?.stop();
      await removeServerState(directory);
    } finally {
      await lock.release();
    }
  };
  try {
    await endOrphan(directory, databasePath);
    const onSpawn = (pid: number, endpoint: string) => writeServerState(directory, { endpoint, pid });
    server = await startDynoxide({ binary, port, databasePath, signal, onSpawn });
  } catch (error) {
    await close();
    throw error;
  }
  lock.announce(server.endpoint);
  let closing: Promise<void> | undefined;
  return {
    endpoint: server.endpoint,
    owned: true,
    close: () => {
      closing ??= lock.guestsGone(signal).then(close);
      return closing;
    },
  };
}

/** The real path, so that every way of naming the directory meets at one lock. */
async function preparedDirectory(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    return await realpath(directory);
  } catch (cause) {
    throw new HeadgateError('FILE_ERROR', `The directory ${directory} of the embedded DynamoDB cannot be made.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Choose a directory that can be written, by HEADGATE_HOME, or make it writable.',
      cause,
    });
  }
}
