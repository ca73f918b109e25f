import type { FastifyInstance } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { RequestStates } from './request-state.js';

/** How long requests that were cancelled may take to say so. */
const LAST_WORDS_MS = 2000;

/** See `HttpServer.close`. */
export async function closeServer(server: FastifyInstance, states: RequestStates, graceMs: number): Promise<void> {
  states.isClosed = true;
  // Ends listening, and connections on which nothing is under way.
  const isClosed = new Promise((resolve) => server.server.close(resolve));
  if (!(await states.ended(graceMs))) {
    states.abortAll(
      new HeadgateError('UNAVAILABLE', 'the gateway is shutting down; the request was cancelled', {
        hint: 'Send it again, at another gateway or later.',
      }),
    );
    await states.ended(LAST_WORDS_MS);
  }
  server.server.closeAllConnections();
  await isClosed;
  await server.close();
}
