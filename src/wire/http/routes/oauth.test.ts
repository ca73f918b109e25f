import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { TokenService } from '../contract/http-services.js';
import { fakeServices } from '../testing/fake-services.js';
import { startTestServer } from '../testing/test-server.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A token service with one client; `asked` has what it was asked. */
function tokenService() {
  const asked: unknown[] = [];
  const issued = {
    accessToken: 'a.b.c',
    refreshToken: 'hgr_1',
    expiresInSeconds: 3600,
    scopes: ['query', 'schemas:read'],
  } as const;
  const refuse = (message: string): never => {
    throw new HeadgateError('UNAUTHENTICATED', message);
  };
  const tokens: TokenService = {
    ...fakeServices().tokens,
    issue: async (client, { endpoint, address }, scopes) => {
      asked.push({ ...client, endpoint, address, scopes });
      if (scopes?.includes('admin') === true)
        throw new HeadgateError('SCOPE_MISSING', 'not given to the client: admin');
      return client.clientSecret === 's:e c+r%' ? issued : refuse('the client id or its secret is wrong "here"');
    },
    refresh: async (refreshToken, _call, client) => {
      asked.push({ refreshToken, client });
      return refreshToken === 'hgr_0' ? issued : refuse('the refresh token was used before');
    },
  };
  return { tokens, asked };
}

async function start() {
  const { tokens, asked } = tokenService();
  return { server: await startTestServer({ services: fakeServices({ tokens }) }), asked };
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

describe('POST /v1/auth/token and /v1/auth/refresh', () => {
  it('give tokens in the envelope', async () => {
    const { server, asked } = await start();
    const body = { clientId: 'me', clientSecret: 's:e c+r%' };
    const data = { accessToken: 'a.b.c', refreshToken: 'hgr_1', expiresIn: 3600, tokenType: 'Bearer' };
    const answer = await server.ask('POST /v1/auth/token', { body, token: undefined });
    expect([answer.status, answer.json, answer.headers.get('cache-control')]).toEqual([
      200,
      { success: true, data },
      'no-store',
    ]);
    const refreshed = await server.ask('POST /v1/auth/refresh', { body: { refreshToken: 'hgr_0' }, token: undefined });
    expect(refreshed.json).toEqual({ success: true, data });
    expect(asked).toEqual([
      { ...body, endpoint: 'POST /v1/auth/token', address: '127.0.0.1', scopes: undefined },
      { refreshToken: 'hgr_0', client: undefined },
    ]);
  });

  it('refuse what is wrong with 401', async () => {
    const { server } = await start();
    const wrong = { clientId: 'me', clientSecret: 'x' };
    expect((await server.ask('POST /v1/auth/token', { body: wrong, token: undefined })).status).toBe(401);
    expect((await server.ask('POST /v1/auth/refresh', { body: { refreshToken: 'hgr_9' } })).status).toBe(401);
  });
});

describe('POST /oauth2/token', () => {
  const answer = {
    access_token: 'a.b.c',
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: 'hgr_1',
    scope: 'query schemas:read',
  };

  it('takes the client from the header or from the form', async () => {
    const { server, asked } = await start();
    const ways = [
      { headers: { ...FORM, authorization: basic('m:e', 's:e c+r%') }, body: 'grant_type=client_credentials' },
      { headers: FORM, body: 'grant_type=client_credentials&client_id=m%3Ae&client_secret=s%3Ae+c%2Br%25&scope=' },
      {
        headers: { ...FORM, authorization: basic('m:e', 's:e c+r%') },
        body: 'grant_type=client_credentials&client_id=m%3Ae',
      },
    ];
    for (const way of ways) {
      const { status, headers, json } = await server.ask('POST /oauth2/token', { ...way, token: undefined });
      expect([status, json]).toEqual([200, answer]);
      expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    }
    expect(asked).toMatchObject(ways.map(() => ({ clientId: 'm:e', clientSecret: 's:e c+r%', scopes: undefined })));
  });

  it('gives fewer scopes when fewer are asked for', async () => {
    const { server, asked } = await start();
    const body = 'grant_type=client_credentials&client_id=a&client_secret=s%3Ae+c%2Br%25&scope=schemas:read%20query';
    await server.ask('POST /oauth2/token', { body, headers: FORM, token: undefined });
    expect(asked).toMatchObject([{ scopes: ['query', 'schemas:read'] }]);
  });

  it('refreshes, with the client and without', async () => {
    const { server, asked } = await start();
    const body = 'grant_type=refresh_token&refresh_token=hgr_0';
    expect((await server.ask('POST /oauth2/token', { body, headers: FORM, token: undefined })).json).toEqual(answer);
    await server.ask('POST /oauth2/token', {
      body,
      headers: { ...FORM, authorization: basic('a', 'b') },
      token: undefined,
    });
    expect(asked).toEqual([
      { refreshToken: 'hgr_0', client: undefined },
      { refreshToken: 'hgr_0', client: { clientId: 'a', clientSecret: 'b' } },
    ]);
  });

  it.each([
    ['nothing', '', 400, 'invalid_request'],
    ['another grant type', 'grant_type=password&username=a', 400, 'unsupported_grant_type'],
    [
      'a parameter twice',
      'grant_type=client_credentials&client_id=a&client_id=b&client_secret=c',
      400,
      'invalid_request',
    ],
    ['no client', 'grant_type=client_credentials', 401, 'invalid_client'],
    ['no secret', 'grant_type=client_credentials&client_id=a', 401, 'invalid_client'],
    ['an empty secret', 'grant_type=client_credentials&client_id=a&client_secret=', 401, 'invalid_client'],
    ['a wrong secret', 'grant_type=client_credentials&client_id=a&client_secret=b', 401, 'invalid_client'],
    [
      'a scope that is none',
      'grant_type=client_credentials&client_id=a&client_secret=b&scope=all',
      400,
      'invalid_scope',
    ],
    [
      'a scope that it lacks',
      'grant_type=client_credentials&client_id=a&client_secret=b&scope=admin',
      400,
      'invalid_scope',
    ],
    ['no refresh token', 'grant_type=refresh_token', 400, 'invalid_request'],
    ['a spent refresh token', 'grant_type=refresh_token&refresh_token=hgr_9', 400, 'invalid_grant'],
  ])('refuses %s as RFC 6749 says', async (_what, body, status, error) => {
    const { server } = await start();
    const answer = await server.ask('POST /oauth2/token', { body, headers: FORM, token: undefined });
    expect([answer.status, answer.json.error]).toEqual([status, error]);
    expect(Object.keys(answer.json)).toEqual(['error', 'error_description']);
    expect(answer.json.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('www-authenticate')?.startsWith('Basic ') ?? false).toBe(status === 401);
  });

  it('refuses headers that name another client, none, or are of another kind', async () => {
    const { server } = await start();
    const ask = async (authorization: string, more = '') => {
      const body = `grant_type=client_credentials${more}`;
      const { status, json } = await server.ask('POST /oauth2/token', {
        body,
        headers: { ...FORM, authorization },
        token: undefined,
      });
      return [status, json.error];
    };
    expect(await ask(basic('a', 'b'), '&client_id=c')).toEqual([400, 'invalid_request']);
    expect(await ask(basic('a', 'b'), '&client_secret=b')).toEqual([400, 'invalid_request']);
    expect(await ask('Basic !!')).toEqual([401, 'invalid_client']);
    expect(await ask(`Basic ${Buffer.from('only-an-id').toString('base64')}`)).toEqual([401, 'invalid_client']);
    expect(await ask('Bearer ada')).toEqual([401, 'invalid_client']);
  });

  it('takes forms alone', async () => {
    const { server } = await start();
    const { status, json } = await server.ask('POST /oauth2/token', { body: { grant_type: 'client_credentials' } });
    expect([status, json.error]).toEqual([400, 'invalid_request']);
  });

  it('says for how long it is closed', async () => {
    const services = fakeServices({ admit: async () => ({ admitted: false, retryAfterSeconds: 9 }) });
    const server = await startTestServer({ services });
    const { status, headers, json } = await server.ask('POST /oauth2/token', { body: '', headers: FORM });
    expect([status, headers.get('retry-after'), json.error]).toEqual([429, '9', 'temporarily_unavailable']);
  });
});

describe('discovery', () => {
  it('tells where tokens and keys are to be had (RFC 8414), and these are there', async () => {
    const { server } = await start();
    const { json, headers } = await server.ask('GET /.well-known/oauth-authorization-server', { token: undefined });
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    const { issuer } = json;
    expect(issuer).toBe('https://gateway.example');
    const paths = [json.token_endpoint, json.jwks_uri, json.service_documentation].map((url: string) => {
      expect(url.startsWith(`${issuer}/`)).toBe(true);
      return url.slice(issuer.length);
    });
    const statuses = await Promise.all(paths.map(async (path) => (await server.ask(`GET ${path}`)).status));
    expect(statuses).toEqual([405, 200, 200]);
    expect((await server.ask(`GET ${paths[1]}`)).json).toEqual({
      keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'one' }],
    });
  });
});
