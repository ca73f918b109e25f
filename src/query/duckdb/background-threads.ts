import { readdir } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';

/** So much nicer a thread has about a tenth of the processor while others want it, and all of it otherwise. */
const NICER = 10;
const NICEST = 19;

/** Where Linux lists the threads of this process, by the numbers that have priorities of their own there. */
const THREADS = '/proc/self/task';

/**
 * Does what starts threads that compute, and has them stand back behind the others of the process: the event loop waits
 * for a processor then as long as it takes to get one, and not until one of them has had its share. It changes nothing
 * where threads cannot be told apart, which is anywhere but on Linux, and nothing where that is forbidden.
 */
export async function inBackground<T>(start: () => Promise<T>): Promise<T> {
  const before = new Set(await threads());
  const started = await start();
  for (const thread of await threads()) {
    if (!before.has(thread)) standBack(Number(thread));
  }
  return started;
}

/** Also starts Node's own pool of threads, which begins with the first file and is not to be among those that are new. */
async function threads(): Promise<string[]> {
  try {
    return await readdir(THREADS);
  } catch {
    return [];
  }
}

function standBack(thread: number): void {
  try {
    setPriority(thread, Math.min(NICEST, getPriority() + NICER));
  } catch {
    // It has ended already, or a sandbox forbids it: everything works without, with longer waits on a busy machine.
  }
}
