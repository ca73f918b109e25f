import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { Endpoint } from '../contract/endpoint.js';
import type { Call, Caller, HttpServices } from '../contract/http-services.js';
import { checkInput } from './check-input.js';
import { passGate } from './gate.js';
import { EXACT_BODY } from './read-json.js';
import { problemOf, stateOf } from './request-state.js';

/** What a handler works with: a request that has passed the gate and is of the form that its endpoint describes. */
export interface Input<Of extends Endpoint> {
  readonly params: z.output<Of['params']>;
  readonly query: z.output<Of['query']>;
  readonly body: z.output<Of['body']>;
  readonly call: Call;
  /** Throws INTERNAL where the endpoint has no scope. */
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Data for the envelope, of which only what the contract names is sent; undefined when the handler has answered by itself. */
export type Handler<Of extends Endpoint> = (input: Input<Of>) => Promise<z.input<Of['data']> | undefined>;

/** Serves an endpoint: gate, check of the input, handler, envelope. */
export function addEndpoint<Of extends Endpoint>(
  server: FastifyInstance,
  services: HttpServices,
  { endpoint, handle }: { readonly endpoint: Of; readonly handle: Handler<Of> },
): void {
  server.route({
    method: endpoint.method,
    url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    ...(endpoint.reads === 'exact' ? EXACT_BODY : {}),
    onRequest: (request, reply) => passGate(services, { request, reply, scope: endpoint.scope }),
    handler: async (request, reply) => {
      const data = await handle(inputOf(endpoint, request, reply)).catch((error: unknown) => {
        if (!reply.sent) throw error;
        // The answer has begun, so whoever began it has broken it off: nobody can be told any more, but the log.
        problemOf(error, request);
        return undefined;
      });
      if (data === undefined) return reply;
      return { success: true, data: toContract(endpoint, data) };
    },
  });
}

/** Services may know more than a client is told. Throws INTERNAL when something is missing. */
function toContract(endpoint: Endpoint, data: unknown): unknown {
  const checked = endpoint.data.safeParse(data);
  if (checked.success) return checked.data;
  throw new HeadgateError('INTERNAL', `the answer of ${endpoint.method} ${endpoint.path} is not as the contract says`, {
    cause: checked.error,
  });
}

function inputOf<Of extends Endpoint>(endpoint: Of, request: FastifyRequest, reply: FastifyReply): Input<Of> {
  const { caller, signal, endpoint: name } = stateOf(request);
  return {
    params: checkInput<Of['params']>(endpoint.params, request.params, 'the path'),
    query: checkInput<Of['query']>(endpoint.query, request.query, 'the query of the URL'),
    body: checkInput<Of['body']>(endpoint.body, request.body, 'the body'),
    call: {
      requestId: request.id,
      address: request.ip,
      endpoint: name,
      ...(caller === undefined ? {} : { principal: caller.principal }),
    },
    get caller() {
      if (caller === undefined) throw new HeadgateError('INTERNAL', `${name} needs a scope`);
      return caller;
    },
    signal,
    request,
    reply,
  };
}
