import { finished } from 'node:stream/promises';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { problemOf } from '../server/request-state.js';
import { ResponseBody } from '../server/response-body.js';
import type { StreamRun } from './stream-rows.js';

/**
 * Sends what `write` writes as the body of the answer, and ends when the client has taken it. Throws what `write` throws, and
 * the reason when the statement was stopped, CANCELLED when the client has gone or takes nothing; the connection is broken then.
 */
export async function sendBody(
  {
    reply,
    stallTimeoutMs,
    control,
  }: Pick<StreamRun, 'reply' | 'stallTimeoutMs'> & { readonly control: { readonly signal: AbortSignal } },
  write: (body: ResponseBody) => Promise<void>,
): Promise<void> {
  const body = new ResponseBody(reply, stallTimeoutMs);
  // `finished` tells of errors; this is for those that come when nobody waits for it.
  body.on('error', () => undefined);
  const stop = () => body.destroy();
  control.signal.addEventListener('abort', stop);
  if (control.signal.aborted) stop();
  try {
    await write(body);
    body.end();
    await finished(body);
  } catch (error) {
    const problem = body.destroyed ? reasonOf(body, control.signal, error) : error;
    // Before the connection ends, because the log line is written then.
    problemOf(problem, reply.request);
    body.destroy();
    throw problem;
  } finally {
    control.signal.removeEventListener('abort', stop);
  }
}

function reasonOf({ isStalled }: ResponseBody, signal: AbortSignal, cause: unknown): unknown {
  if (isStalled) return new HeadgateError('CANCELLED', 'the client did not take the answer in time', { cause });
  return signal.aborted ? signal.reason : new HeadgateError('CANCELLED', 'the client closed the connection', { cause });
}
