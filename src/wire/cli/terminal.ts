import type { Readable, Writable } from 'node:stream';
import { type Environment, processEnvironment } from '../../config/environment.js';

/** A standard stream; `isTTY` and `columns` are there when it is a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything of the process that commands touch. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  /** Calls back for SIGINT and SIGTERM, until the function that it returns is called. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  exitNow(status: number): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  // Writers hear of a failed write by its callback; without a listener the event itself would end the process.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  return {
    stdin,
    stdout,
    stderr,
    env: processEnvironment(),
    cwd: process.cwd(),
    onInterrupt(listener) {
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => process.off('SIGINT', listener).off('SIGTERM', listener);
    },
    exitNow: (status) => process.exit(status),
  };
}

/** Whether text on this stream may have colours: a terminal that knows them, and NO_COLOR unset (no-color.org). */
export function hasColour(stream: OutputStream, env: Environment): boolean {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
