import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../../../access/principal.js';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { HttpServices } from '../contract/http-services.js';
import { stateOf } from './request-state.js';

/**
 * Lets a request in, before its body is read, in the same order for all: who is it, may it call now, does the scope open
 * this door. Throws UNAUTHENTICATED, RATE_LIMITED and SCOPE_MISSING.
 */
export async function passGate(
  services: Pick<HttpServices, 'authenticate' | 'admit'>,
  { request, reply, scope }: { request: FastifyRequest; reply: FastifyReply; scope: Scope | 'none' },
): Promise<void> {
  const { id: requestId, ip: address } = request;
  const state = stateOf(request);
  if (scope !== 'none') {
    const principal = await services.authenticate({ bearer: bearerOf(request), address });
    state.caller = { principal, requestId, address };
  }
  const principal = state.caller?.principal;
  const call = { requestId, address, endpoint: state.endpoint, ...(principal === undefined ? {} : { principal }) };
  const admission = await services.admit(call);
  if (!admission.admitted) throw tooMany(admission.retryAfterSeconds, reply);
  if (scope !== 'none' && principal?.scopes.has(scope) !== true) throw closed(scope, reply);
}

function bearerOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')?.[1];
}

function tooMany(retryAfterSeconds: number, reply: FastifyReply): HeadgateError {
  const seconds = Math.max(1, Math.ceil(retryAfterSeconds));
  reply.header('retry-after', seconds);
  return new HeadgateError('RATE_LIMITED', 'too many requests', { hint: `Try again in ${seconds} s.` });
}

function closed(scope: Scope, reply: FastifyReply): HeadgateError {
  reply.header('www-authenticate', `Bearer error="insufficient_scope", scope="${scope}"`);
  return new HeadgateError('SCOPE_MISSING', `this call needs the scope ${scope}`, {
    hint: 'An administrator can give the scope to the client or user; then get a new token.',
  });
}
