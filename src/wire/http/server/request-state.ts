import type { FastifyReply, FastifyRequest } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { Caller } from '../contract/http-services.js';

/** What is known of a request beside its bytes. */
export interface RequestState {
  /** As in the OpenAPI document; undefined for paths that do not exist. */
  readonly endpoint: string;
  /** Aborted when the client has gone or the server closes; the reason is a HeadgateError. */
  readonly signal: AbortSignal;
  /** Undefined where nobody needs to be known. */
  caller?: Caller;
  /** What it failed of, for log and metrics. */
  error?: HeadgateError;
}

const states = new WeakMap<FastifyRequest, RequestState>();

/** Throws INTERNAL when the request was not seen by `RequestStates`. */
export function stateOf(request: FastifyRequest): RequestState {
  const state = states.get(request);
  if (state === undefined) throw new HeadgateError('INTERNAL', 'a request without state');
  return state;
}

/** The requests under way. */
export class RequestStates {
  private readonly controllers = new Set<AbortController>();

  /** Watches a request; `onEnd` is told once how it ended: with the status 499 when the client left before its answer. */
  add(request: FastifyRequest, reply: FastifyReply, onEnd: (state: RequestState, status: number) => void): void {
    const controller = new AbortController();
    const { method, routeOptions } = request;
    const path = routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}');
    const state: RequestState = {
      endpoint: path === undefined ? 'unknown' : `${method} ${path}`,
      signal: controller.signal,
    };
    states.set(request, state);
    this.controllers.add(controller);
    reply.raw.once('close', () => {
      this.controllers.delete(controller);
      const isAnswered = reply.raw.writableFinished;
      if (!isAnswered) controller.abort(new HeadgateError('CANCELLED', 'the client closed the connection'));
      onEnd(state, isAnswered ? reply.statusCode : (state.error?.kind.httpStatus ?? 499));
    });
  }

  get size(): number {
    return this.controllers.size;
  }

  abortAll(reason: HeadgateError): void {
    for (const controller of this.controllers) controller.abort(reason);
  }
}
