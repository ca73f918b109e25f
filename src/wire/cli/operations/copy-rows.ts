import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { CommandContext } from '../command-context.js';
import { isErrno } from '../output.js';
import { type Capacity, writeCost } from './write-answer.js';

interface End {
  readonly capacity: Capacity;
  readonly warnings: readonly string[];
  readonly next?: unknown;
}

/**
 * Writes the rows of a stream of the gateway, one to a line and to the letter as they came, and then what they cost. Throws
 * ENDPOINT_UNREACHABLE when the stream broke before its end.
 */
export async function copyRows({ body }: Response, context: CommandContext): Promise<void> {
  const { terminal, signal } = context;
  if (body === null) throw new HeadgateError('INTERNAL', 'The gateway answered without rows.');
  let end: End | undefined;
  const rows = async function* () {
    for await (const line of createInterface({ input: Readable.from(body), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.startsWith(ROW)) yield `${line.slice(ROW.length, -1)}\n`;
      else if (line !== '') end = Object(JSON.parse(line)).end;
    }
  };
  try {
    await pipeline(rows, terminal.stdout, { end: false, signal });
  } catch (error) {
    // Whoever has left with enough rows (`| head`) does not wait for the rest of the story either.
    if (isErrno(error, 'EPIPE')) return;
    if (signal.aborted) throw new HeadgateError('CANCELLED', 'The request was cancelled.', { cause: error });
    throw broken(error);
  }
  if (end === undefined) throw broken(undefined);
  const next = end.next === undefined ? [] : [`It goes on from ${JSON.stringify(end.next)}.`];
  await writeCost({ capacity: end.capacity, warnings: [...end.warnings, ...next] }, context);
}

/** The gateway writes each row as `{"row":...}`. */
const ROW = '{"row":';

function broken(cause: unknown): HeadgateError {
  return new HeadgateError('ENDPOINT_UNREACHABLE', 'The answer of the gateway ended before its end.', {
    detail: 'The rows that were written are not all.',
    hint: 'Run it again; `headgate audit` tells what became of the reading.',
    cause,
  });
}
