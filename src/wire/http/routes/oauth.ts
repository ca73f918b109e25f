import type { FastifyInstance, FastifyReply } from 'fastify';
import { SCOPES, type Scope } from '../../../access/principal.js';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { OauthForm } from '../contract/auth.js';
import type { Call, ClientCredentials, HttpServices, IssuedTokens } from '../contract/http-services.js';
import { setRetryAfter } from '../server/errors.js';
import { passGate } from '../server/gate.js';
import { problemOf, stateOf } from '../server/request-state.js';
import { OauthError, oauthErrorOf } from './oauth-error.js';
import { basicCredentials, readOauthForm } from './oauth-form.js';
import type { RouteContext } from './route-context.js';

export const TOKEN_PATH = '/oauth2/token';
export const KEYS_PATH = '/.well-known/jwks.json';
export const DISCOVERY_PATH = '/.well-known/oauth-authorization-server';

/** OAuth 2.0 for programs: tokens (RFC 6749), where they are to be had (RFC 8414), and the keys that verify them (RFC 7517). */
export function addOauthRoutes(server: FastifyInstance, { services }: RouteContext): void {
  void server.register(async (scope) => addTokenRoute(scope, services));
  const onRequest = gate(services);
  server.get(KEYS_PATH, { onRequest }, async (_request, reply) => cacheable(reply).send(await services.tokens.keys()));
  server.get(DISCOVERY_PATH, { onRequest }, async (_request, reply) =>
    cacheable(reply).send(discoveryDocument(services.tokens.issuer)),
  );
}

/** A scope of Fastify's own, because bodies and errors have other forms here. */
function addTokenRoute(server: FastifyInstance, services: HttpServices): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: unknown, body: string) => body,
  );
  server.setErrorHandler((error, request, reply) => {
    const problem = error instanceof OauthError ? error : problemOf(error, request);
    if (problem instanceof HeadgateError) setRetryAfter(problem, reply);
    const { status, code, message } = oauthErrorOf(problem);
    if (status === 401) reply.header('www-authenticate', 'Basic realm="headgate", charset="UTF-8"');
    void reply.code(status).header('pragma', 'no-cache').send({ error: code, error_description: message });
  });
  server.post(TOKEN_PATH, { onRequest: gate(services) }, async (request, reply) => {
    const form = readOauthForm(request.body);
    const client = clientOf(form, basicCredentials(request.headers.authorization));
    const call: Call = { requestId: request.id, address: request.ip, endpoint: stateOf(request).endpoint };
    const issued = await issueFor(services, { form, client, call });
    return reply.header('pragma', 'no-cache').send({
      access_token: issued.accessToken,
      token_type: 'Bearer',
      expires_in: issued.expiresInSeconds,
      refresh_token: issued.refreshToken,
      scope: issued.scopes.join(' '),
    });
  });
}

async function issueFor(
  { tokens }: HttpServices,
  { form, client, call }: { form: OauthForm; client: ClientCredentials | undefined; call: Call },
): Promise<IssuedTokens> {
  if (form.grant_type === 'refresh_token') {
    if (form.refresh_token === undefined) throw new OauthError('invalid_request', 'refresh_token is missing');
    try {
      return await tokens.refresh(form.refresh_token, call, client);
    } catch (error) {
      const isRefused = error instanceof HeadgateError && error.code === 'UNAUTHENTICATED';
      throw isRefused ? new OauthError('invalid_grant', error.message) : error;
    }
  }
  if (client === undefined) throw new OauthError('invalid_client', 'client_id and client_secret are missing', 401);
  return await tokens.issue(client, call, scopesOf(form.scope));
}

/** Undefined for all that the client has. */
function scopesOf(text: string | undefined): readonly Scope[] | undefined {
  const asked = text?.split(' ').filter((scope) => scope !== '') ?? [];
  if (asked.length === 0) return undefined;
  const known = SCOPES.filter((scope) => asked.includes(scope));
  const unknown = asked.filter((scope) => !SCOPES.some((one) => one === scope));
  if (unknown.length > 0) throw new OauthError('invalid_scope', `known scopes are ${SCOPES.join(' ')}`);
  return known;
}

/** From the header or the form, but not from both (RFC 6749, 2.3). */
function clientOf(form: OauthForm, basic: ClientCredentials | undefined): ClientCredentials | undefined {
  const { client_id: clientId, client_secret: clientSecret } = form;
  if (basic !== undefined) {
    if (clientSecret !== undefined || (clientId !== undefined && clientId !== basic.clientId)) {
      throw new OauthError('invalid_request', 'the client is named in the header Authorization and in the form');
    }
    return basic;
  }
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
}

function discoveryDocument(issuer: string) {
  return {
    issuer,
    token_endpoint: `${issuer}${TOKEN_PATH}`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    jwks_uri: `${issuer}${KEYS_PATH}`,
    grant_types_supported: ['client_credentials', 'refresh_token'],
    // There is no authorization endpoint, and RFC 8414 wants the list nevertheless.
    response_types_supported: [],
    scopes_supported: SCOPES,
    service_documentation: `${issuer}/docs`,
  };
}

function gate(services: HttpServices) {
  return (request: Parameters<typeof stateOf>[0], reply: FastifyReply) =>
    passGate(services, { request, reply, scope: 'none' });
}

function cacheable(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'public, max-age=300');
}
