import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { HeadgateError } from '../../base/errors/headgate-error.js';

/** What `server.json` beside the tables says, for people and for the owner after a crash. */
export interface ServerState {
  readonly endpoint: string;
  /** Of the embedded server. */
  readonly pid: number;
}

/** Only the holder of the owner lock calls the functions of this file. Throws FILE_ERROR. */
export async function writeServerState(directory: string, state: ServerState): Promise<void> {
  const file = stateFile(directory);
  const content = { ...state, ownerPid: process.pid };
  try {
    await writeFile(`${file}.new`, `${JSON.stringify(content)}\n`);
    await rename(`${file}.new`, file);
  } catch (cause) {
    throw new HeadgateError('FILE_ERROR', `${file} cannot be written.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Make the directory writable, or choose another one by HEADGATE_HOME.',
      cause,
    });
  }
}

/** Removes `server.json`, also when it is not there. */
export async function removeServerState(directory: string): Promise<void> {
  await rm(stateFile(directory), { force: true });
}

/**
 * Ends the server that an owner left behind when it was killed: two servers must never write to one file. A process is only
 * touched when its command line names the very database, because its pid may belong to another program by now.
 */
export async function endOrphan(directory: string, databasePath: string): Promise<void> {
  const state = await readServerState(directory);
  if (state === undefined) return;
  for (let elapsedMs = 0; await serves(state.pid, databasePath); elapsedMs += POLL_MS) {
    if (elapsedMs >= 2 * GRACE_MS) throw orphanStays(state.pid, databasePath);
    if (elapsedMs === 0) signalProcess(state.pid, 'SIGTERM');
    if (elapsedMs === GRACE_MS) signalProcess(state.pid, 'SIGKILL');
    await delay(POLL_MS);
  }
  await removeServerState(directory);
}

const POLL_MS = 20;
const GRACE_MS = 3_000;

const stateSchema = z.object({ endpoint: z.string(), pid: z.int().positive() });

/** Undefined when there is none, or when what is there cannot be understood. */
async function readServerState(directory: string): Promise<ServerState | undefined> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(stateFile(directory), 'utf8')));
  } catch {
    return undefined;
  }
}

function stateFile(directory: string): string {
  return join(directory, 'server.json');
}

/** An ended process that nobody has waited for yet has an empty command line, so it counts as gone. */
async function serves(pid: number, databasePath: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').includes(databasePath);
  } catch {
    return false;
  }
}

function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended, or is not ours to end; the caller looks whether it is still there.
  }
}

function orphanStays(pid: number, databasePath: string): HeadgateError {
  return new HeadgateError('EMBEDDED_UNAVAILABLE', `Process ${pid} still uses ${databasePath} and does not end.`, {
    detail: 'It was left behind by a Headgate process that was killed.',
    hint: `End process ${pid}, then try again.`,
  });
}
