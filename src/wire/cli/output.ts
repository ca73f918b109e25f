import { randomUUID } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { OutputStream, Terminal } from './terminal.js';

/** Where the result of a command goes. */
export interface Output {
  readonly stream: OutputStream;
  /** Everything is written: the file takes its name. Throws FILE_ERROR. */
  finish(): Promise<void>;
  /** Leaves nothing behind; does nothing after `finish`. */
  discard(): Promise<void>;
}

/**
 * Standard output, or a file that appears under its name only when it is finished, so that a failed statement neither leaves
 * half a file nor loses the one that was there. Throws FILE_ERROR when it cannot be created.
 */
export async function openOutput(path: string | undefined, terminal: Terminal): Promise<Output> {
  if (path === undefined) return { stream: terminal.stdout, finish: async () => {}, discard: async () => {} };
  return fileErrors(path, async () => {
    const target = await realTarget(resolve(terminal.cwd, path));
    // Devices and pipes are written in place: a rename would replace them by a file.
    if (target.isSpecial) return fileOutput(path, await open(target.path, 'w'), {});
    const temporary = `${target.path}.${randomUUID()}.tmp`;
    return fileOutput(path, await open(temporary, 'wx'), { temporary, target: target.path });
  });
}

/** Follows links, so that the file behind them is replaced and not the link. */
async function realTarget(path: string): Promise<{ path: string; isSpecial: boolean }> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw new HeadgateError('FILE_ERROR', `${path} is a folder.`);
    return { path: await realpath(path), isSpecial: !status.isFile() };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return { path, isSpecial: false };
    throw error;
  }
}

function fileOutput(path: string, file: FileHandle, move: { temporary?: string; target?: string }): Output {
  const stream = file.createWriteStream();
  // Whoever writes hears of a failure by its callback, or `finish` does.
  stream.on('error', () => {});
  let finished = false;
  return {
    stream,
    finish: () =>
      fileErrors(path, async () => {
        await new Promise<void>((done, failed) => stream.on('close', done).on('error', failed).end());
        if (move.temporary !== undefined && move.target !== undefined) await rename(move.temporary, move.target);
        finished = true;
      }),
    async discard() {
      if (finished) return;
      await new Promise<void>((done) => (stream.closed ? done() : stream.on('close', done).destroy()));
      if (move.temporary !== undefined) await rm(move.temporary, { force: true });
    },
  };
}

/** Writes a text whole. A reader that has left (`| head`) is no error; a full disk is FILE_ERROR. */
export function writeText(stream: OutputStream, text: string): Promise<void> {
  return new Promise((done, failed) => {
    stream.write(text, (error) => {
      if (!error || isErrno(error, 'EPIPE')) done();
      else failed(fileError('standard output', error));
    });
  });
}

/** Whether it is an error of the operating system with this code. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function fileErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof HeadgateError ? error : fileError(path, error);
  }
}

function fileError(path: string, cause: unknown): HeadgateError {
  return new HeadgateError('FILE_ERROR', `${path} cannot be written.`, {
    detail: cause instanceof Error ? cause.message : String(cause),
    hint: 'Check that the folder exists, is writable and has room.',
    cause,
  });
}
