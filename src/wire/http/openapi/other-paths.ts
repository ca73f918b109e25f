import type { OpenApiDocument, Operation } from './openapi-document.js';

const FAILURES = {
  '4XX': { $ref: '#/components/responses/Failure' },
  '5XX': { $ref: '#/components/responses/Failure' },
};

/** Calls with an answer of another form than the envelope, because standards or programs want it so. */
export const OTHER_PATHS: OpenApiDocument['paths'] = {
  '/oauth2/token': {
    post: {
      ...call('oauthToken', 'Authentication', 'Tokens, as in OAuth 2.0'),
      description:
        'The client is named in the header Authorization (Basic) or in the form. Answers and errors are those of RFC 6749.',
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              required: ['grant_type'],
              properties: {
                grant_type: { enum: ['client_credentials', 'refresh_token'] },
                client_id: { type: 'string' },
                client_secret: { type: 'string' },
                refresh_token: { type: 'string' },
                scope: { type: 'string', description: 'Scopes with spaces between them.' },
              },
            },
          },
        },
      },
      responses: {
        200: json('Tokens.', ['access_token', 'token_type', 'expires_in', 'refresh_token', 'scope']),
        '4XX': json('Refused.', ['error', 'error_description']),
        '5XX': json('Failed.', ['error', 'error_description']),
      },
    },
  },
  '/.well-known/oauth-authorization-server': {
    get: {
      ...call('oauthDiscovery', 'Authentication', 'Where tokens are to be had (RFC 8414)'),
      responses: { 200: json('The document.', ['issuer', 'token_endpoint', 'jwks_uri']), ...FAILURES },
    },
  },
  '/.well-known/jwks.json': {
    get: {
      ...call('oauthKeys', 'Authentication', 'The public keys that verify access tokens (RFC 7517)'),
      responses: { 200: json('The keys.', ['keys']), ...FAILURES },
    },
  },
  '/healthz': {
    get: {
      ...call('getHealth', 'Operation', 'Whether the gateway lives'),
      responses: { 200: { description: 'It does.' } },
    },
  },
  '/readyz': {
    get: {
      ...call('getReadiness', 'Operation', 'Whether the gateway can serve'),
      responses: { 200: { description: 'It can.' }, 503: FAILURES['5XX'] },
    },
  },
  '/metrics': {
    get: {
      ...call('getMetrics', 'Operation', 'Metrics for Prometheus'),
      description: 'Needs the scope admin, unless the gateway is told that its metrics are open.',
      security: [{ bearer: [] }, { oauth: ['admin'] }],
      responses: { 200: { description: 'The metrics.', content: { 'text/plain': {} } }, ...FAILURES },
    },
  },
  '/v1/openapi.json': {
    get: {
      ...call('getOpenApi', 'Operation', 'This document'),
      responses: { 200: { description: 'The document.', content: { 'application/json': {} } }, ...FAILURES },
    },
  },
};

function call(operationId: string, tag: string, summary: string): Omit<Operation, 'responses'> {
  return { operationId, tags: [tag], summary, security: [] };
}

function json(description: string, members: readonly string[]) {
  const properties = Object.fromEntries(members.map((name) => [name, {}]));
  return { description, content: { 'application/json': { schema: { type: 'object', properties } } } };
}
