import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { mkdir, open, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { HeadgateError } from '../../base/errors/headgate-error.js';

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Takes a directory for this process, making it when it is missing. The kernel frees the lock however the process ends, so
 * it cannot go stale. Throws STORE_IN_USE when another process has it, STORE_UNAVAILABLE when it cannot be made.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const real = await realpath(directory);
    return process.platform === 'darwin' ? await lockFile(real) : await lockName(real);
  } catch (cause) {
    const code: unknown = Object(cause).code;
    if (code === 'EADDRINUSE' || code === 'EAGAIN') throw inUse(directory, cause);
    throw lockFailed(directory, cause);
  }
}

/** A listening socket whose name lives in the kernel: Linux's abstract namespace (a leading NUL), or a pipe of Windows. */
async function lockName(directory: string): Promise<DirectoryLock> {
  const name = `headgate-store-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  const server = createServer((socket) => socket.destroy());
  server.listen(process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `\0${name}`);
  await once(server, 'listening');
  // Holding the lock alone must not keep the process alive.
  server.unref();
  return {
    async release() {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** From `<fcntl.h>` of macOS: the file is opened with an exclusive lock. Node has no name for it. */
const O_EXLOCK = 0x20;

async function lockFile(directory: string): Promise<DirectoryLock> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK;
  const file = await open(path.join(directory, 'lock'), flags, 0o600);
  return { release: () => file.close() };
}

function inUse(directory: string, cause: unknown): HeadgateError {
  return new HeadgateError('STORE_IN_USE', `Another Headgate process uses the store in ${directory}.`, {
    detail: 'The embedded store belongs to one process at a time.',
    hint: 'Set HEADGATE_URL to the address of the running gateway to work through it, or stop it first.',
    cause,
  });
}

function lockFailed(directory: string, cause: unknown): HeadgateError {
  return new HeadgateError('STORE_UNAVAILABLE', `The store directory ${directory} could not be locked.`, {
    detail: cause instanceof Error ? cause.message : String(cause),
    hint: 'Check that the directory exists and is writable.',
    cause,
  });
}
