import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { fakeResult } from '../../results/testing/fake-statement.js';
import type { SchemaRecord } from './contract/catalog.js';
import type { CatalogService, HttpServices } from './contract/http-services.js';
import { allUnexpected, fakeServices, fakeStatements, principal } from './testing/fake-services.js';
import { type Answer, startTestServer, type TestServer } from './testing/test-server.js';

// The requests that DynamoSQL documents, as its clients send them; docs/dynamosql.md lists where answers differ.

const SQL = "SELECT order_id, total FROM myschema.orders WHERE status = 'pending'";
const TOKENS = { accessToken: 'a.b.c', refreshToken: 'r', expiresInSeconds: 3600, scopes: ['query'] } as const;
const SCHEMA: SchemaRecord = {
  tenantId: 'default',
  schemaName: 'myschema',
  region: 'us-east-1',
  accountId: '123456789012',
  roleArn: 'arn:aws:iam::123456789012:role/reader',
  externalId: 'x-1',
  tableAllowlist: ['orders'],
  status: 'active',
  source: 'store',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

async function start(parts: Partial<HttpServices> = {}): Promise<TestServer> {
  const tokens = { ...fakeServices().tokens, issue: async () => TOKENS, refresh: async () => TOKENS };
  return await startTestServer({ services: fakeServices({ tokens, ...parts }) });
}

async function query(server: TestServer, body: object) {
  return await server.ask('POST /v1/query', { body });
}

/** As the guide to paging has it: go on while `resumeIdx` is there, with the same statement. */
async function allPages(server: TestServer, maxRows: number): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  let resumeIdx: number | undefined = 0;
  while (resumeIdx !== undefined) {
    const answer: Answer = await query(server, { sql: SQL, options: { maxRows, resumeIdx } });
    const { data } = answer.json;
    expect(data.firstRowIdx).toBe(resumeIdx);
    pages.push(data.data);
    resumeIdx = 'resumeIdx' in data ? data.resumeIdx : undefined;
  }
  return pages;
}

describe('what DynamoSQL documents works as written:', () => {
  it('tokens for clientId and clientSecret, and new ones for a refresh token', async () => {
    const server = await start();
    const body = { clientId: 'abc', clientSecret: 'def' };
    const token = await server.ask('POST /v1/auth/token', { body, token: undefined });
    const data = { accessToken: 'a.b.c', refreshToken: 'r', expiresIn: 3600, tokenType: 'Bearer' };
    expect([token.status, token.json]).toEqual([200, { success: true, data }]);
    const refresh = await server.ask('POST /v1/auth/refresh', { body: { refreshToken: 'r' }, token: undefined });
    expect(refresh.json.data).toMatchObject({ accessToken: 'a.b.c', expiresIn: 3600, tokenType: 'Bearer' });
  });

  it('a statement with its rows as lists', async () => {
    const server = await start();
    const { status, headers, json } = await query(server, { sql: SQL });
    expect([status, json.success]).toEqual([200, true]);
    expect(headers.get('x-request-id')).toBeTruthy();
    expect(json.data).toMatchObject({
      columns: ['id', 'amount'],
      data: [
        [0, expect.anything()],
        [1, expect.anything()],
        [2, expect.anything()],
      ],
      firstRowIdx: 0,
    });
    expect(json.data).not.toHaveProperty('resumeIdx');
    expect(json.data.execTime).toBeGreaterThanOrEqual(json.data.planTime);
  });

  it('a statement with its rows as objects, in the mode execute', async () => {
    const server = await start();
    const body = {
      sql: SQL,
      mode: 'execute',
      tenantId: 't-1',
      options: { responseType: 'object', maxRows: 100, resumeIdx: 0 },
    };
    const { data } = (await query(server, body)).json;
    expect(data.data[0]).toEqual({ id: 0, amount: expect.anything() });
    expect(Object.keys(data.data[0])).toEqual(data.columns);
  });

  it('pages by statement and resumeIdx, of which there are 100 rows unless said otherwise', async () => {
    let runs = 0;
    const run = async () => {
      runs++;
      return fakeResult({ rows: 250 }).result;
    };
    const server = await start({ statements: fakeStatements({ rows: 0 }, { run }) });
    const { data } = (await query(server, { sql: SQL })).json;
    expect([data.data.length, data.resumeIdx]).toEqual([100, 100]);
    expect((await allPages(server, 120)).map((page) => page.length)).toEqual([120, 120, 10]);
    // There, each page is a run of its own.
    expect(runs).toBe(2);
  });

  it('pages of a result that fills the last one, after which there is no empty one', async () => {
    const server = await start({ statements: fakeStatements({ rows: 200 }) });
    expect((await allPages(server, 100)).map((page) => page.length)).toEqual([100, 100]);
  });

  it('a plan as text, its weight, the statement in one form, and the time it took', async () => {
    const server = await start();
    const { json } = await query(server, {
      sql: `${SQL}  LIMIT 10`,
      mode: 'plan',
      options: { responseType: 'object' },
    });
    expect(json.data).toMatchObject({
      plan: expect.stringContaining('scan'),
      weight: 12,
      normalizedSql: `${SQL} LIMIT 10`,
      planTime: expect.any(Number),
    });
  });

  it('schemas in pieces and one by one, with all their fields', async () => {
    const asked: unknown[] = [];
    const catalog = allUnexpected<CatalogService>({
      schemas: async (_caller, paging) => {
        asked.push(paging);
        return { items: [SCHEMA], nextToken: 'n' };
      },
      schema: async () => SCHEMA,
    });
    const server = await start({ catalog });
    expect((await server.ask('GET /v1/schemas?limit=1&nextToken=t')).json).toEqual({
      success: true,
      data: { items: [SCHEMA], nextToken: 'n' },
    });
    expect(asked).toEqual([{ limit: 1, nextToken: 't' }]);
    expect((await server.ask('GET /v1/schemas/myschema')).json.data).toEqual(SCHEMA);
  });

  it('usage by day', async () => {
    const sums = { requests: 2, rowsReturned: 30, ddbReadUnits: 4.5 };
    const more = { ...sums, ddbWriteUnits: 0, dollars: 0.01 };
    const summary = async (_caller: unknown, { startDate, endDate }: { startDate: string; endDate: string }) => ({
      tenantId: 'default' as const,
      startDate,
      endDate,
      totals: more,
      days: [{ day: startDate, ...more }],
    });
    const server = await start({ usage: { summary } });
    const { json } = await server.ask('GET /v1/usage/summary?startDate=2026-01-01&endDate=2026-01-31');
    expect(json.data).toMatchObject({
      tenantId: 'default',
      startDate: '2026-01-01',
      endDate: '2026-01-31',
      totals: sums,
      days: [{ day: '2026-01-01', ...sums }],
    });
  });
});

describe('where DynamoSQL contradicts itself there is one rule:', () => {
  const failing = (error: Error) =>
    fakeStatements(
      { rows: 0 },
      {
        run: async () => {
          throw error;
        },
      },
    );

  it('error is an object, and a statement that cannot be parsed is a 400 with its place', async () => {
    const error = new HeadgateError('SQL_SYNTAX', 'syntax error at SELEKT', { position: { line: 1, column: 1 } });
    const server = await start({ statements: failing(error) });
    const { status, json, headers } = await query(server, { sql: 'SELEKT 1' });
    expect(status).toBe(400);
    expect(json).toEqual({
      success: false,
      error: {
        code: 'SQL_SYNTAX',
        message: 'syntax error at SELEKT',
        position: { line: 1, column: 1 },
        requestId: headers.get('x-request-id'),
      },
    });
  });

  it.each([
    ['no token', { token: undefined }, 401, 'UNAUTHENTICATED'],
    ['no scope', { token: 'nobody' }, 403, 'SCOPE_MISSING'],
    ['no statement', { body: {} }, 400, 'REQUEST_INVALID'],
    ['no JSON', { body: '{', headers: { 'content-type': 'application/json' } }, 400, 'REQUEST_INVALID'],
  ])('%s has a status of its own', async (_what, asked, status, code) => {
    const server = await start();
    const answer = await server.ask('POST /v1/query', { body: { sql: SQL }, ...asked });
    expect([answer.status, answer.json.success, answer.json.error.code]).toEqual([status, false, code]);
  });

  it.each([
    ['an unknown table', new HeadgateError('TABLE_NOT_FOUND', 'no table'), 404],
    ['writing', new HeadgateError('SQL_UNSUPPORTED', 'SQL reads'), 400],
    ['a bug', new Error('bug'), 500],
  ])('%s is never a 200', async (_what, error, status) => {
    const server = await start({ statements: failing(error) });
    expect((await query(server, { sql: SQL })).status).toBe(status);
  });

  it('the scopes have the names of DynamoSQL', async () => {
    const names = ['query', 'schemas:read', 'schemas:write', 'usage:read'];
    expect([...principal('ada').scopes]).toEqual(expect.arrayContaining(names));
  });
});
