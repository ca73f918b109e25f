import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { Caller } from '../contract/http-services.js';
import { headgateErrorOf } from './errors.js';

/** What is known of a request beside its bytes. */
export interface RequestState {
  /** As in the OpenAPI document; undefined for paths that do not exist. */
  readonly endpoint: string;
  /** Aborted when the client has gone or the server closes; the reason is a HeadgateError. */
  readonly signal: AbortSignal;
  /** Undefined where nobody needs to be known. */
  caller?: Caller;
  /** What it failed of, for log and metrics; set by `problemOf`. */
  error?: HeadgateError;
  /** Whether the client did not take the answer in time; Node takes an answer that was cut off for one that was sent. */
  isCutOff?: boolean;
}

const states = new WeakMap<FastifyRequest, RequestState>();

/** Throws INTERNAL when the request was not seen by `RequestStates`. */
export function stateOf(request: FastifyRequest): RequestState {
  const state = states.get(request);
  if (state === undefined) throw new HeadgateError('INTERNAL', 'a request without state');
  return state;
}

/**
 * What a request failed of, kept in its state: where it failed because it was aborted, the reason for that, whatever those
 * who were aborted have made of it.
 */
export function problemOf(error: unknown, request: FastifyRequest): HeadgateError {
  const state = stateOf(request);
  const found = headgateErrorOf(error);
  const { reason } = state.signal;
  const isConsequence = reason instanceof HeadgateError && (found.code === 'CANCELLED' || found.code === 'INTERNAL');
  state.error = isConsequence ? reason : found;
  return state.error;
}

/** The requests under way. */
export class RequestStates {
  /** Whether the server closes, and takes no more requests. */
  isClosed = false;
  private whenEmpty: () => void = () => undefined;
  private readonly controllers = new Map<AbortController, FastifyReply>();

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
    this.controllers.set(controller, reply);
    reply.raw.once('close', () => {
      this.controllers.delete(controller);
      if (this.controllers.size === 0) this.whenEmpty();
      const isAnswered = reply.raw.writableFinished && state.isCutOff !== true;
      if (!isAnswered) controller.abort(new HeadgateError('CANCELLED', 'the client closed the connection'));
      onEnd(state, isAnswered ? reply.statusCode : (state.error?.kind.httpStatus ?? 499));
    });
  }

  get size(): number {
    return this.controllers.size;
  }

  /** Whether all requests have ended within so long. */
  async ended(withinMs: number): Promise<boolean> {
    if (this.size === 0) return true;
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), withinMs);
      this.whenEmpty = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  abortAll(reason: HeadgateError): void {
    for (const controller of this.controllers.keys()) controller.abort(reason);
  }

  /**
   * Whether an error on a connection can be answered there: not within an answer that has begun, nor in place of the one that
   * a request before it waits for.
   */
  isAnswerable(socket: Socket): boolean {
    const onIt = [...this.controllers.values()].filter(({ request }) => request.raw.socket === socket);
    return onIt.every((reply) => !reply.request.raw.complete && !reply.raw.headersSent);
  }
}
