import { describe, expect, it } from 'vitest';
import type { CatalogTable } from '../../../catalog/model.js';
import { BIGINT, catalogTable, index, TEXT } from '../../../query/testing/catalog-table.js';
import { tableRecord } from '../contract/catalog.js';
import type { AdminService, CatalogService } from '../contract/http-services.js';
import { allUnexpected, fakeServices, PRINCIPALS } from '../testing/fake-services.js';
import { startTestServer } from '../testing/test-server.js';

const ID = '3f0c1d9e-8a7b-4c55-9f21-6f2f4d1b7a10';
const NOW = '2026-01-01T00:00:00.000Z';
const CLIENT = { clientId: ID, name: 'report', scopes: [], groups: [], status: 'active', createdAt: NOW } as const;
const USER = { id: ID, name: 'ada', isAdmin: false, scopes: [], groups: [], status: 'active', createdAt: NOW } as const;
const GROUP = { id: ID, name: 'analysts', members: [], createdAt: NOW };
const GRANT = { id: ID, grantee: { kind: 'group', id: ID }, schema: 'shop', code: 'R', source: 'store' } as const;
const LIMIT = { principal: ID, limits: { maxUnits: 5 } };

/** What each call of the administration gives, and what the service is asked for it. */
const CALLS = [
  [
    'GET /v1/clients?limit=2&nextToken=t',
    undefined,
    'listClients',
    [{ limit: 2, nextToken: 't' }],
    { items: [CLIENT], nextToken: 'n' },
  ],
  [
    'POST /v1/clients',
    { name: 'r' },
    'createClient',
    [{ name: 'r', scopes: ['query', 'schemas:read', 'catalog:read'], groups: [] }],
    { ...CLIENT, clientSecret: 's' },
  ],
  [`PATCH /v1/clients/${ID}`, { status: 'disabled' }, 'changeClient', [ID, { status: 'disabled' }], CLIENT],
  [`POST /v1/clients/${ID}/secret`, undefined, 'rotateSecret', [ID], { ...CLIENT, clientSecret: 's' }],
  [`DELETE /v1/clients/${ID}`, undefined, 'removeClient', [ID], { id: ID }],
  ['GET /v1/users', undefined, 'listUsers', [{}], { items: [USER] }],
  [
    'POST /v1/users',
    { name: 'ada' },
    'createUser',
    [{ name: 'ada', isAdmin: false, scopes: ['query', 'schemas:read', 'catalog:read'], groups: [] }],
    { ...USER, setupToken: 't' },
  ],
  [`PATCH /v1/users/${ID}`, { groups: [ID] }, 'changeUser', [ID, { groups: [ID] }], USER],
  [`DELETE /v1/users/${ID}`, undefined, 'removeUser', [ID], { id: ID }],
  ['GET /v1/groups', undefined, 'listGroups', [{}], { items: [GROUP] }],
  ['POST /v1/groups', { name: 'analysts' }, 'createGroup', [{ name: 'analysts', members: [] }], GROUP],
  [`PATCH /v1/groups/${ID}`, { members: [ID] }, 'changeGroup', [ID, { members: [ID] }], GROUP],
  [`DELETE /v1/groups/${ID}`, undefined, 'removeGroup', [ID], { id: ID }],
  ['GET /v1/grants?schema=shop', undefined, 'listGrants', [{ schema: 'shop' }], { items: [GRANT] }],
  [
    'POST /v1/grants',
    { grantee: GRANT.grantee, schema: 'shop', code: 'R' },
    'createGrant',
    [{ grantee: GRANT.grantee, schema: 'shop', code: 'R' }],
    GRANT,
  ],
  [`DELETE /v1/grants/${ID}`, undefined, 'removeGrant', [ID], { id: ID }],
  ['GET /v1/limits', undefined, 'listLimits', [{}], { items: [LIMIT] }],
  [`PUT /v1/limits/${ID}`, { maxUnits: 5 }, 'setLimit', [ID, { maxUnits: 5 }], LIMIT],
  [`DELETE /v1/limits/${ID}`, undefined, 'removeLimit', [ID], { id: ID }],
  [
    'GET /v1/why?principal=ada&verb=Query&schema=shop&table=orders',
    undefined,
    'why',
    [{ principal: 'ada', verb: 'Query', schema: 'shop', table: 'orders' }],
    { allowed: true, text: 'because', grants: [GRANT] },
  ],
] as const satisfies readonly (readonly [string, unknown, keyof AdminService, readonly unknown[], object])[];

describe('administration', () => {
  it.each(CALLS)('%s with %j asks for %s', async (call, body, name, expected, data) => {
    const asked: unknown[] = [];
    const answer = async (...values: unknown[]) => {
      asked.push(...values);
      return data;
    };
    // The method that the call is about, whatever its form.
    const admin = allUnexpected<AdminService>({ [name]: answer } as Partial<AdminService>);
    const server = await startTestServer({ services: fakeServices({ admin }) });
    const { status, json } = await server.ask(call, body === undefined ? {} : { body });
    expect([status, json]).toEqual([200, { success: true, data }]);
    const [caller, ...rest] = asked;
    expect(caller).toMatchObject({ principal: PRINCIPALS['ada'], address: '127.0.0.1' });
    expect(rest).toEqual(expected);
  });

  it.each([
    ['POST /v1/clients', { name: '' }],
    ['POST /v1/clients', { name: 'r', scopes: ['all'] }],
    ['POST /v1/grants', { grantee: { kind: 'group', id: ID }, schema: 'shop', code: 'RX' }],
    [`PUT /v1/limits/${ID}`, { maxUnits: 0 }],
    [`POST /v1/clients/${ID}/secret`, { secret: 'mine' }],
  ])('%s refuses %j', async (call, body) => {
    const server = await startTestServer();
    expect((await server.ask(call, { body })).json.error.code).toBe('REQUEST_INVALID');
  });
});

describe('the catalog', () => {
  it('tells of a table what the contract says, and no sampled values', async () => {
    const statistics = { distinct: 4, secret: 'sampled-value' };
    const plain = catalogTable({
      name: 'orders',
      partitionKey: 'id S',
      sortKey: 'at N',
      indexes: [index('by_day', ['day S'], [], { projection: { kind: 'include', attributes: ['total'] } })],
      columns: { id: TEXT, at: BIGINT, day: TEXT },
    });
    const table: CatalogTable = {
      ...plain,
      // Only the number of distinct values is told of them.
      columns: plain.columns.map((column) => ({ ...column, statistics: statistics as never })),
    };
    const asked: unknown[] = [];
    const catalog = allUnexpected<CatalogService>({
      table: async (_caller, name) => {
        asked.push(name);
        return table;
      },
    });
    const server = await startTestServer({ services: fakeServices({ catalog }) });
    const { text, json } = await server.ask('GET /v1/schemas/shop/tables/orders');
    expect(asked).toEqual([{ schema: 'shop', table: 'orders' }]);
    const record = tableRecord.parse(json.data);
    expect(record.qualifiedName).toBe(`${table.schema}.${table.name}`);
    expect(record.columns).toMatchObject([
      { name: 'id', type: 'VARCHAR', nullable: false, distinctValues: 4 },
      { name: 'at', type: 'BIGINT', nullable: false },
      { name: 'day', nullable: true },
    ]);
    expect(record.indexes).toMatchObject([
      { name: 'by_day', type: 'global', projection: 'include', includedAttributes: ['total'] },
    ]);
    expect(text).not.toContain('sampled-value');
  });

  it('lists schemas and tables in pieces', async () => {
    const asked: unknown[] = [];
    const schema = { tenantId: 'default', schemaName: 'shop', status: 'active', source: 'file' } as const;
    const entry = { schemaName: 'shop', tableName: 'orders', qualifiedName: 'shop.orders' };
    const catalog = allUnexpected<CatalogService>({
      schemas: async (_caller, paging) => {
        asked.push(paging);
        return { items: [schema], nextToken: 'more' };
      },
      schema: async (_caller, name) => ({ ...schema, schemaName: name }),
      tables: async (_caller, name, paging) => {
        asked.push(name, paging);
        return { items: [entry] };
      },
    });
    const server = await startTestServer({ services: fakeServices({ catalog }) });
    expect((await server.ask('GET /v1/schemas?limit=1')).json.data).toEqual({ items: [schema], nextToken: 'more' });
    expect((await server.ask('GET /v1/schemas/Shop')).json.data).toEqual({ ...schema, schemaName: 'Shop' });
    expect((await server.ask('GET /v1/schemas/shop/tables?nextToken=t')).json.data).toEqual({ items: [entry] });
    expect(asked).toEqual([{ limit: 1 }, 'shop', { nextToken: 't' }]);
    expect((await server.ask('GET /v1/schemas?limit=0')).status).toBe(400);
  });
});

describe('usage and audit', () => {
  it('hand on what is asked', async () => {
    const asked: unknown[] = [];
    const sums = { requests: 1, rowsReturned: 2, ddbReadUnits: 3, ddbWriteUnits: 0, dollars: 0.1 };
    const usage = {
      summary: async (
        _caller: unknown,
        { startDate, endDate, groupBy }: { startDate: string; endDate: string; groupBy?: string | undefined },
      ) => {
        asked.push(groupBy);
        return { tenantId: 'default' as const, startDate, endDate, totals: sums, days: [{ ...sums, day: startDate }] };
      },
    };
    const audit = {
      list: async (_caller: unknown, query: object) => {
        asked.push(query);
        return { items: [] };
      },
      verify: async () => ({
        ok: false,
        count: 7,
        problems: [{ kind: 'cut', sequence: 8, message: 'gone' }],
        problemCount: 1,
      }),
    };
    const server = await startTestServer({ services: fakeServices({ usage, audit }) });
    const summary = await server.ask('GET /v1/usage/summary?startDate=2026-01-01&endDate=2026-12-31&groupBy=table');
    expect(summary.json.data).toMatchObject({ totals: sums, days: [{ day: '2026-01-01' }] });
    expect((await server.ask('GET /v1/audit?outcome=ok&limit=5')).json.data).toEqual({ items: [] });
    expect(asked).toEqual(['table', { outcome: 'ok', limit: 5 }]);
    expect((await server.ask('GET /v1/audit/verification')).json.data).toMatchObject({ ok: false, problemCount: 1 });
  });

  it.each([
    ['startDate=2026-01-01', 'endDate'],
    ['startDate=2026-02-30&endDate=2026-03-01', 'startDate'],
    ['startDate=2026-03-02&endDate=2026-03-01', 'startDate is after endDate'],
    ['startDate=2025-01-01&endDate=2026-01-02', 'more than 366 days'],
    ['startDate=2026-01-01&startDate=2026-01-02&endDate=2026-01-02', 'startDate'],
  ])('refuse %s', async (query, detail) => {
    const server = await startTestServer();
    const { status, json } = await server.ask(`GET /v1/usage/summary?${query}`);
    expect([status, json.error.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(json.error.detail).toContain(detail);
  });
});
