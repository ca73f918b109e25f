import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';

/**
 * Does the work while no other process of this machine does any for the same file (its real path), waiting for its turn. The
 * kernel frees the lock however the process ends. Throws what the work throws, and the system's own errors.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const release = process.platform === 'darwin' ? await lockByFile(file) : await lockByName(file);
  try {
    return await work();
  } finally {
    await release();
  }
}

type Release = () => Promise<void>;

/** A listening socket whose name lives in the kernel: Linux's abstract namespace (a leading NUL), or a pipe of Windows. */
async function lockByName(file: string): Promise<Release> {
  const name = `headgate-audit-${createHash('sha256').update(file).digest('hex').slice(0, 32)}`;
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `\0${name}`;
  for (;;) {
    const release = await listen(address);
    if (release !== undefined) return release;
    await untilReleased(address);
  }
}

/** Undefined when another process listens. */
async function listen(address: string): Promise<Release | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => waiting.delete(socket));
    socket.resume();
  });
  server.listen(address);
  try {
    await once(server, 'listening');
  } catch (cause) {
    if (Object(cause).code === 'EADDRINUSE') return undefined;
    throw cause;
  }
  return async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of waiting) socket.destroy();
    await closed;
  };
}

/** A connection to the one that has the lock ends when it gives it back, or dies. */
async function untilReleased(address: string): Promise<void> {
  const socket = connect(address);
  // It may be gone already: then there is nothing to wait for.
  socket.on('error', () => socket.destroy()).resume();
  await new Promise((resolve) => socket.on('close', resolve));
}

/** From `<fcntl.h>` of macOS: the file is opened with an exclusive lock, as soon as there is none. Node has no name for it. */
const O_EXLOCK = 0x20;

async function lockByFile(file: string): Promise<Release> {
  const handle = await open(`${file}.lock`, constants.O_RDWR | constants.O_CREAT | O_EXLOCK, 0o600);
  return () => handle.close();
}
