import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { ENDPOINTS } from '../contract/endpoints.js';
import type { AdminService, CatalogService, HttpServices } from '../contract/http-services.js';
import { allUnexpected, fakeServices, fakeStatements, principal } from '../testing/fake-services.js';
import { startTestServer, type TestServer } from '../testing/test-server.js';

const JSON_BODY = { 'content-type': 'application/json' };

async function serverWith(parts: Partial<HttpServices>): Promise<TestServer> {
  return await startTestServer({ services: fakeServices(parts) });
}

function failing(error: Error): Partial<HttpServices> {
  return {
    statements: fakeStatements(
      { rows: 1 },
      {
        run: async () => {
          throw error;
        },
      },
    ),
  };
}

const ASK = { body: { sql: 'SELECT 1' } };

describe('the gate', () => {
  it('refuses every call that needs a scope when nobody is known, and when the scope is missing', async () => {
    const server = await startTestServer();
    for (const { method, path, scope } of Object.values(ENDPOINTS)) {
      if (scope === 'none') continue;
      const call = `${method} ${path.replaceAll(/\{\w+\}/g, '3f0c1d9e-8a7b-4c55-9f21-6f2f4d1b7a10')}`;
      const unknown = await server.ask(call, { token: undefined });
      expect([call, unknown.status, unknown.json.error.code]).toEqual([call, 401, 'UNAUTHENTICATED']);
      expect(unknown.headers.get('www-authenticate')).toContain('Bearer');
      const closed = await server.ask(call, { token: 'nobody' });
      expect([call, closed.status, closed.json.error.code]).toEqual([call, 403, 'SCOPE_MISSING']);
      expect(closed.headers.get('www-authenticate')).toContain(`scope="${scope}"`);
    }
  });

  it('answers in the same way whatever is wrong with the credentials', async () => {
    const server = await startTestServer();
    const tokens = ['', 'x', 'ada extra', 'ADA'];
    const bodies = await Promise.all(
      tokens.map(async (token) => {
        const { status, json } = await server.ask('GET /v1/schemas', {
          token: undefined,
          headers: { authorization: `Bearer ${token}`, 'x-request-id': 'same' },
        });
        return { status, json };
      }),
    );
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(bodies[0]?.status).toBe(401);
  });

  it('tells those who come too often when to come again, before their body is read', async () => {
    const server = await serverWith({ admit: async () => ({ admitted: false, retryAfterSeconds: 2.1 }) });
    const { status, headers, json } = await server.ask('POST /v1/query', { body: '{', headers: JSON_BODY });
    expect([status, json.error.code, headers.get('retry-after')]).toEqual([429, 'RATE_LIMITED', '3']);
  });

  it('counts calls that need nobody, too', async () => {
    const seen: string[] = [];
    const server = await serverWith({
      admit: async ({ endpoint, principal: who, address }) => {
        seen.push(`${endpoint} ${who?.name ?? '-'} ${address}`);
        return { admitted: true };
      },
    });
    await server.ask('POST /v1/auth/token', { body: { clientId: 'a', clientSecret: 'b' } });
    await server.ask('GET /v1/schemas/shop');
    await server.ask('GET /nowhere');
    expect(seen).toEqual([
      'POST /v1/auth/token - 127.0.0.1',
      'GET /v1/schemas/{schema} ada 127.0.0.1',
      'unknown - 127.0.0.1',
    ]);
  });
});

describe('what a service refuses', () => {
  it.each([
    ['SQL_SYNTAX', 400],
    ['ACCESS_DENIED', 403],
    ['TABLE_NOT_FOUND', 404],
    ['CONFLICT', 409],
    ['UNITS_EXCEEDED', 422],
    ['RATE_LIMITED', 429],
    ['CANCELLED', 499],
    ['DYNAMODB_FAILED', 502],
    ['UNAVAILABLE', 503],
    ['TIMEOUT', 504],
  ] as const)('%s has the status %i, and everything that the error tells', async (code, expected) => {
    const details = { detail: 'why', hint: 'next', position: { line: 2, column: 7 } };
    const server = await serverWith(failing(new HeadgateError(code, 'what', details)));
    const answer = await server.ask('POST /v1/query', { ...ASK, headers: { 'x-request-id': 'r-1' } });
    expect(answer.status).toBe(expected);
    expect(answer.json).toEqual({ success: false, error: { code, message: 'what', ...details, requestId: 'r-1' } });
    expect(answer.headers.get('retry-after')).toBe(expected === 429 ? '1' : null);
  });

  it('a bug is told by its request id alone, and its stack stands in the log', async () => {
    const server = await serverWith(failing(new Error('secret detail')));
    const { status, json, text } = await server.ask('POST /v1/query', ASK);
    expect([status, json.error.code]).toEqual([500, 'INTERNAL']);
    expect(text).not.toContain('secret detail');
    expect(server.logged.at(-1)).toMatchObject({ level: 50, code: 'INTERNAL', requestId: json.error.requestId });
    expect(String(server.logged.at(-1)?.['stacks'])).toContain('secret detail');
  });

  it('a table that may not be seen is answered like one that does not exist', async () => {
    const catalog = allUnexpected<CatalogService>({
      table: async (_caller, { schema, table }) => {
        throw new HeadgateError('TABLE_NOT_FOUND', `no table ${schema}.${table}`);
      },
    });
    const server = await serverWith({ catalog });
    const ask = (table: string) =>
      server.ask(`GET /v1/schemas/shop/tables/${table}`, { headers: { 'x-request-id': 'same' } });
    const [hidden, missing] = [await ask('hidden'), await ask('missin')];
    expect(hidden.status).toBe(404);
    expect(hidden.text.replace('hidden', 'missin')).toBe(missing.text);
    const names = (answer: typeof hidden) => [...answer.headers.keys()].sort();
    expect(names(hidden)).toEqual(names(missing));
  });

  it('sign-in that is closed says for how long', async () => {
    const lockedOut = Object.assign(new HeadgateError('RATE_LIMITED', 'closed'), { retryAfterSeconds: 17 });
    const { tokens } = fakeServices();
    const issue = async () => {
      throw lockedOut;
    };
    const server = await serverWith({ tokens: { ...tokens, issue } });
    const answer = await server.ask('POST /v1/auth/token', {
      body: { clientId: 'a', clientSecret: 'b' },
      token: undefined,
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '17']);
  });

  it('what a service tells beyond the contract is not sent, and what is missing is an error', async () => {
    const group = { id: 'g', name: 'analysts', members: [], createdAt: '2026-01-01T00:00:00.000Z' };
    const admin = allUnexpected<AdminService>({
      createGroup: async () => ({ ...group, passwordHash: 'x' }),
      // biome-ignore lint/suspicious/noExplicitAny: a service that breaks its word.
      changeGroup: async () => ({ id: 'g' }) as any,
    });
    const server = await serverWith({ admin });
    expect((await server.ask('POST /v1/groups', { body: { name: 'analysts' } })).json.data).toEqual(group);
    const broken = await server.ask('PATCH /v1/groups/g', { body: { members: [] } });
    expect([broken.status, broken.json.error.code]).toEqual([500, 'INTERNAL']);
  });
});

describe('input', () => {
  it.each([
    ['no JSON', '{"sql": 1', JSON_BODY, 'the body is not valid JSON'],
    ['an own prototype', '{"sql": "SELECT 1", "__proto__": {}}', JSON_BODY, 'the body is not valid JSON'],
    [
      'another content type',
      'sql=1',
      { 'content-type': 'text/plain' },
      'the body has a content type that is not taken here',
    ],
    [
      'no content type that can be read',
      'sql',
      { 'content-type': ';;' },
      'the body has a content type that is not taken here',
    ],
    ['nothing', '', JSON_BODY, 'the body is not as it should be'],
    [
      'a deep list',
      `{"sql": "SELECT ?", "params": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      JSON_BODY,
      'the body is nested too deeply',
    ],
    [
      'an exponent that no double has',
      '{"sql": "SELECT ?", "params": [1e999]}',
      JSON_BODY,
      'a number in the body has more digits than a JSON number keeps',
    ],
    ['a list', '[]', JSON_BODY, 'the body is not as it should be'],
    [
      'too many digits',
      '{"sql": "SELECT ?", "params": [12345678901234567890]}',
      JSON_BODY,
      'a number in the body has more digits than a JSON number keeps',
    ],
  ])('%s is refused as a body', async (_what, body, headers, message) => {
    const server = await startTestServer();
    const { status, json } = await server.ask('POST /v1/query', { body, headers });
    expect([status, json.error.code, json.error.message]).toEqual([400, 'REQUEST_INVALID', message]);
  });

  it('brackets and digits in strings count for nothing', async () => {
    const server = await startTestServer();
    const sql = `SELECT '${'[{'.repeat(100)} 12345678901234567890 \\" 1e999'`;
    expect(
      (await server.ask('POST /v1/query', { body: { sql, params: [0.1, -12.5, 1e21, 0, 9007199254740991] } })).status,
    ).toBe(200);
  });

  it('a field that is not known is named, with the one that was meant', async () => {
    const server = await startTestServer();
    const top = await server.ask('POST /v1/query', { body: { sql: 'SELECT 1', parms: [] } });
    expect(top.json.error).toMatchObject({ detail: expect.stringContaining('parms'), hint: 'Did you mean params?' });
    const deep = await server.ask('POST /v1/query', { body: { sql: 'SELECT 1', options: { maxRow: 3 } } });
    expect(deep.json.error).toMatchObject({
      detail: expect.stringContaining('options'),
      hint: 'Did you mean maxRows?',
    });
    const query = await server.ask('GET /v1/schemas?limt=3');
    expect([query.status, query.json.error.hint]).toEqual([400, 'Did you mean limit?']);
  });

  it('values are not repeated, because they may be secret', async () => {
    const server = await startTestServer();
    const { text } = await server.ask('POST /v1/auth/refresh', { body: { refreshToken: ['hgr_secret'] } });
    expect(text).toContain('refreshToken');
    expect(text).not.toContain('hgr_secret');
  });

  it('a body that is too large is refused whether or not it says how large it is', async () => {
    const server = await startTestServer({ bodyBytes: 1000 });
    const body = { sql: `SELECT '${'x'.repeat(2000)}'` };
    expect((await server.ask('POST /v1/query', { body })).json.error.code).toBe('REQUEST_TOO_LARGE');
    const piece = `${'x'.repeat(600)}\r\n`;
    const chunked = await server.raw(
      `POST /v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n258\r\n${piece}258\r\n${piece}0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413 .*REQUEST_TOO_LARGE/s);
  });

  it('names in the path may have every character', async () => {
    const seen: unknown[] = [];
    const catalog = allUnexpected<CatalogService>({
      schema: async (_caller, schema) => {
        seen.push(schema);
        throw new HeadgateError('SCHEMA_NOT_FOUND', 'no schema');
      },
    });
    const server = await serverWith({ catalog });
    const names = ['a/b', 'é ü', '..', '%', 'ж'.repeat(255)];
    for (const name of names) await server.ask(`GET /v1/schemas/${encodeURIComponent(name).replace('..', '%2E.')}`);
    expect(seen).toEqual(names.filter((name) => name !== '..'));
    const long = await server.ask(`GET /v1/schemas/${'x'.repeat(256)}`);
    expect(long.json.error.code).toBe('REQUEST_INVALID');
  });
});

describe('paths', () => {
  it('that do not exist are NOT_FOUND, and methods that they do not have METHOD_NOT_ALLOWED', async () => {
    const server = await startTestServer();
    for (const path of ['/', '/v1', '/v1/schemas/a/b', '/v2/query', '/V1/query', '/docsx', '/openapiXjson']) {
      const { status, json } = await server.ask(`GET ${path}`);
      expect([path, status, json.error.code]).toEqual([path, 404, 'NOT_FOUND']);
    }
    const allow = async (call: string) => {
      const { status, headers, json } = await server.ask(call);
      return [status, json?.error.code, headers.get('allow')];
    };
    expect(await allow('GET /v1/query')).toEqual([405, 'METHOD_NOT_ALLOWED', 'POST']);
    expect(await allow('PUT /v1/query/3f0c1d9e')).toEqual([405, 'METHOD_NOT_ALLOWED', 'GET, HEAD, DELETE']);
    expect(await allow('OPTIONS /v1/schemas?a=b')).toEqual([405, 'METHOD_NOT_ALLOWED', 'GET, HEAD, POST']);
    expect(await allow('PROPFIND /v1/schemas')).toEqual([405, 'METHOD_NOT_ALLOWED', 'GET, HEAD, POST']);
    expect(await server.raw('GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 .*x-request-id: .*"code":"REQUEST_INVALID"/s,
    );
  });

  it('allow no other site anything', async () => {
    const server = await startTestServer();
    const { headers } = await server.ask('GET /healthz', { headers: { origin: 'https://evil.example' } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
  });
});

describe('request ids', () => {
  it('are those of the client when they can stand in a log, and new ones otherwise', async () => {
    const server = await startTestServer();
    const idFor = async (chosen: string) =>
      (await server.ask('GET /healthz', { headers: { 'x-request-id': chosen } })).headers.get('x-request-id');
    expect(await idFor('trace:1/2.3_a-b=')).toBe('trace:1/2.3_a-b=');
    for (const bad of ['a b', 'é', '{"a":1}', 'x'.repeat(129)]) expect(await idFor(bad)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the log', () => {
  it('has one line for each request, with who and how, and no secrets, statements or queries of URLs', async () => {
    const server = await startTestServer();
    await server.ask('POST /v1/query', { body: { sql: "SELECT 'secret-sql'", params: ['secret-param'] } });
    await server.ask('GET /v1/audit?principal=secret-query');
    await server.ask('GET /secret-path');
    const lines = server.logged.filter(({ msg }) => msg === 'request');
    expect(lines).toMatchObject([
      { endpoint: 'POST /v1/query', status: 200, principal: principal('ada').id, ms: expect.any(Number) },
      { endpoint: 'GET /v1/audit', status: 500, code: 'INTERNAL' },
      { endpoint: 'unknown', status: 404, code: 'NOT_FOUND' },
    ]);
    expect(JSON.stringify(server.logged)).not.toMatch(/secret|Bearer/);
  });
});
