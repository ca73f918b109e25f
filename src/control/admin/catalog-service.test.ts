import { expect, it } from 'vitest';
import { makeGrants, makePrincipal } from '../../access/testing/make-access.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Catalog, CatalogTable } from '../../catalog/model.js';
import { openGrantBook } from '../grants/grant-book.js';
import { fileSchemaRecord } from '../schemas/schema-record.js';
import { callerOf } from '../testing/control-under-test.js';
import { memoryTrail } from '../testing/identity-under-test.js';
import { createCatalogService } from './catalog-service.js';

const ann = callerOf(makePrincipal());
const { signal } = new AbortController();
const TABLES: Readonly<Record<string, readonly string[]>> = { demo: ['inbox', 'orders', 'secret'], Shop: ['items'] };

const catalog: Catalog = {
  schemas: Object.keys(TABLES),
  async listTables(schema) {
    const tables = TABLES[schema];
    if (tables === undefined) throw new HeadgateError('SCHEMA_NOT_FOUND', schema);
    return tables;
  },
  async table({ schema, table }) {
    if (TABLES[schema]?.includes(table) !== true) {
      throw new HeadgateError('TABLE_NOT_FOUND', `There is no table "${table}" in schema "${schema}".`);
    }
    // Only its name matters here.
    return { schema, name: table } as CatalogTable;
  },
};

async function service(...grants: readonly string[]) {
  const unused = () => Promise.reject(new Error('not asked for'));
  const repository = {
    list: async () => [...makeGrants(...grants)],
    findIds: async () => new Map(),
    put: unused,
    remove: unused,
    onChange: () => () => {},
  };
  const trail = memoryTrail();
  const book = await openGrantBook({ repository, fileGrants: [], schemas: () => catalog.schemas });
  const schemas = catalog.schemas.map((name) =>
    fileSchemaRecord({
      name,
      endpoint: { kind: 'aws' },
      region: 'eu-central-1',
      credentials: { kind: 'default' },
      tables: name === 'demo' ? ['inbox', 'orders', 'secret'] : '*',
      columns: {},
      hideExpired: false,
      unitsPerSecond: {},
    }),
  );
  const recording = { trail, frontEnd: 'http' as const, now: Date.now };
  return {
    trail,
    catalog: createCatalogService({
      catalog,
      schemas: () => schemas,
      details: async (record) => record,
      book,
      recording,
    }),
  };
}

it('shows only the schemas and tables that the caller may know of', async () => {
  const { catalog: own } = await service('ann R demo', 'ann none demo.secret');
  const { items } = await own.schemas(ann, {});
  expect(items).toEqual([
    {
      tenantId: 'default',
      schemaName: 'demo',
      region: 'eu-central-1',
      tableAllowlist: ['inbox', 'orders', 'secret'],
      way: 'default',
      status: 'active',
      source: 'file',
    },
  ]);
  expect((await own.tables(ann, 'DEMO', {}, signal)).items).toEqual([
    { schemaName: 'demo', tableName: 'inbox', qualifiedName: 'demo.inbox' },
    { schemaName: 'demo', tableName: 'orders', qualifiedName: 'demo.orders' },
  ]);
  const first = await own.tables(ann, 'demo', { limit: 1 }, signal);
  expect((await own.tables(ann, 'demo', { nextToken: first.nextToken }, signal)).items).toMatchObject([
    { tableName: 'orders' },
  ]);
});

it('answers for what may not be seen exactly as for what does not exist', async () => {
  const { catalog: own, trail } = await service('ann R demo', 'ann none demo.secret');
  const failure = (asking: Promise<unknown>) =>
    asking.then(fail, ({ code, message, hint }) => ({ code, message, hint }));
  for (const ask of [
    (schema: string) => own.schema(ann, schema),
    (schema: string) => own.tables(ann, schema, {}, signal),
    (schema: string) => own.table(ann, { schema, table: 'items' }, signal),
  ]) {
    const [hidden, missing] = [await failure(ask('Shop')), await failure(ask('Shxp'))];
    expect(JSON.stringify(hidden).replaceAll('Shop', 'Shxp')).toBe(JSON.stringify(missing));
    expect(hidden.code).toBe('SCHEMA_NOT_FOUND');
  }
  const table = (name: string) => failure(own.table(ann, { schema: 'demo', table: name }, signal));
  const [hidden, missing] = [await table('secret'), await table('secrex')];
  expect(JSON.stringify(hidden).replaceAll('secret', 'secrex')).toBe(JSON.stringify(missing));
  expect(hidden.code).toBe('TABLE_NOT_FOUND');
  expect(trail.events.map(({ decision, errorCode }) => [decision, errorCode]).slice(2)).toEqual([
    ['refused', 'TABLE_NOT_FOUND'],
    ['allowed', 'TABLE_NOT_FOUND'],
  ]);
});

it('describes a table to those who may, and records who was told', async () => {
  const { catalog: own, trail } = await service('ann R demo.orders', 'ann W demo.inbox');
  expect(await own.table(ann, { schema: 'Demo', table: 'orders' }, signal)).toMatchObject({ name: 'orders' });
  const refused = own.table(ann, { schema: 'demo', table: 'inbox' }, signal);
  await expect(refused).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  expect(trail.events).toMatchObject([
    {
      kind: 'catalog.table',
      tables: ['demo.orders'],
      decision: 'allowed',
      decidedBy: ['R on demo.orders (ann R demo.orders)'],
    },
    { kind: 'catalog.table', decision: 'refused', outcome: 'failed', errorCode: 'ACCESS_DENIED' },
  ]);
  trail.fail(new Error('the trail is gone'));
  await expect(own.table(ann, { schema: 'demo', table: 'orders' }, signal)).rejects.toThrow('the trail is gone');
});

function fail(): never {
  throw new Error('It should have failed.');
}

it('shows all schemas to whoever manages them, and of their tables only what is granted', async () => {
  const { catalog: own } = await service('ann R demo');
  const manager = callerOf(makePrincipal({ scopes: new Set(['schemas:write']) }));
  expect((await own.schemas(manager, {})).items.map(({ schemaName }) => schemaName)).toEqual(['demo', 'Shop']);
  expect(await own.schema(manager, 'shop')).toMatchObject({ schemaName: 'Shop' });
  await expect(own.tables(manager, 'Shop', {}, signal)).rejects.toMatchObject({ code: 'SCHEMA_NOT_FOUND' });
});
