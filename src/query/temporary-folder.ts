import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Folders that this process made; another one with the same number and machine made the others. */
const own = new Set<string>();

/**
 * Makes a folder of its own in `parent`, and removes those of processes of this machine that ended without doing so. The
 * name tells machine and process, because the folder may be shared. Throws what the file system throws.
 */
export async function makeTemporaryFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    // What cannot be removed now may be removed by the next start.
    if (isAbandoned(name)) await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
  const name = `${prefix()}${process.pid}-${randomUUID()}`;
  own.add(name);
  const folder = join(parent, name);
  await mkdir(folder);
  return folder;
}

function prefix(): string {
  return `${hostname().replaceAll(/[^A-Za-z0-9.-]/g, '_')}~`;
}

function isAbandoned(name: string): boolean {
  if (!name.startsWith(prefix()) || own.has(name)) return false;
  const pid = Number(/^(\d+)-/.exec(name.slice(prefix().length))?.[1]);
  return pid === process.pid || (Number.isSafeInteger(pid) && pid > 0 && !isRunning(pid));
}

function isRunning(pid: number): boolean {
  try {
    // Sends nothing: it only says whether the process is there.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
