import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { refuseConnection, sendError } from './errors.js';
import { setSecurityHeaders } from './headers.js';
import { logRequest } from './log.js';
import type { HttpMetrics } from './metrics.js';
import { answerUnknownPaths } from './not-found.js';
import type { HttpLimits, HttpServerOptions } from './options.js';
import { readJsonBodies } from './read-json.js';
import { problemOf, type RequestStates, stateOf } from './request-state.js';

interface Watchers {
  readonly states: RequestStates;
  readonly metrics: HttpMetrics;
}

/** A server without routes: limits, ids, headers, log, and errors in the envelope. It does not listen yet. */
export function buildServer(settings: HttpServerOptions & HttpLimits, watchers: Watchers): FastifyInstance {
  const { states, metrics } = watchers;
  const { log, services, headersTimeoutMs, requestTimeoutMs, stallTimeoutMs } = settings;
  const begin = (request: FastifyRequest, reply: FastifyReply) => beginRequest(settings, watchers, { request, reply });
  const server: FastifyInstance = fastify({
    bodyLimit: settings.bodyBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: settings.idleTimeoutMs,
    http: {
      headersTimeout: headersTimeoutMs,
      // How often Node looks for connections that are late.
      connectionsCheckingInterval: Math.min(1000, headersTimeoutMs, requestTimeoutMs),
      requireHostHeader: false,
    },
    // Only what our own proxy has added: what stands before it was written by the client.
    trustProxy: settings.trustProxy === true ? (_address, hop) => hop === 0 : false,
    requestIdHeader: false,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    forceCloseConnections: true,
    return503OnClosing: false,
    // Paths that cannot be decoded come here without passing any hook.
    frameworkErrors: (error, request, reply) => {
      begin(request, reply);
      sendError(problemOf(error, request), request, reply);
    },
    clientErrorHandler: (error, socket) => {
      const refused = refuseConnection(error, socket, states.isAnswerable(socket));
      if (refused === undefined) return;
      metrics.count('unknown', refused.status, 0);
      log.info(refused, 'refused');
    },
  });
  server.server.maxConnections = settings.maxConnections;
  readJsonBodies(server);
  server.addHook('onRequest', async (request, reply) => {
    begin(request, reply);
    if (states.isClosed && !PROBES.has(request.url)) throw closing(reply);
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') throw hostMissing();
  });
  server.addHook('onSend', async (request, reply) => {
    // For answers that are sent at once; Node takes it back when the answer has been taken.
    reply.raw.setTimeout(stallTimeoutMs, () => {
      stateOf(request).isCutOff = true;
      reply.raw.destroy();
    });
    if (states.isClosed) reply.header('connection', 'close');
  });
  server.setErrorHandler((error, request, reply) => sendError(problemOf(error, request), request, reply));
  answerUnknownPaths(server, services);
  return server;
}

const PROBES = new Set(['/healthz', '/readyz']);
/** Names may have 255 characters, and each may take twelve in a URL. */
const MAX_PARAMETER_LENGTH = 255 * 12;
const SANE_REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/** The id that the client has chosen, when it can stand in logs and headers as it is. */
function requestIdOf({ headers }: IncomingMessage): string {
  const chosen = headers['x-request-id'];
  return typeof chosen === 'string' && SANE_REQUEST_ID.test(chosen) ? chosen : randomUUID();
}

function beginRequest(
  { log }: HttpServerOptions,
  { states, metrics }: Watchers,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): void {
  const startedAt = performance.now();
  states.add(request, reply, (state, status) => {
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    metrics.count(state.endpoint, status, ms);
    logRequest(log, state, { requestId: request.id, status, ms });
  });
  reply.header('x-request-id', request.id);
  setSecurityHeaders(reply);
}

function closing(reply: FastifyReply): HeadgateError {
  reply.header('connection', 'close');
  return new HeadgateError('UNAVAILABLE', 'the gateway is shutting down', { hint: 'Try again, at another gateway.' });
}

function hostMissing(): HeadgateError {
  return new HeadgateError('REQUEST_INVALID', 'the request has no Host header');
}
