import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACCESS_CODES, type AccessCode, classesOf } from '../../src/access/access-code.js';
import { type Served, serveGateway } from './support/served.js';
import { grant, newClient, principal, type TestClient } from './support/session.js';
import { openUpstream, plainTable, type Upstream } from './support/upstream.js';

let upstream: Upstream;
let gateway: Served;
beforeAll(async () => {
  upstream = await openUpstream([plainTable('shown'), plainTable('orders'), plainTable('hidden')]);
  gateway = await serveGateway({ schemas: { test: upstream.endpoint } });
}, 240_000);
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

type Ask = (client: TestClient, table: string) => ReturnType<TestClient['ask']>;

/** What needs `select` of a table. */
const SELECTS: Readonly<Record<string, Ask>> = {
  'a look-up': (client, table) => client.query(`SELECT n FROM test.${table} WHERE id = 'i1'`),
  'a scan': (client, table) => client.query(`SELECT count(*) FROM test.${table}`),
  'a stream': (client, table) => client.query(`FROM test.${table}`, { format: 'csv' }),
  'a file': (client, table) => client.query(`FROM test.${table}`, { format: 'parquet' }),
  'a subquery': (client, table) => client.query(`SELECT 1 WHERE EXISTS (FROM test.${table})`),
};

/** What needs `explain`. */
const EXPLAINS: Readonly<Record<string, Ask>> = {
  'a plan': (client, table) => client.ask('POST /v1/query', { sql: `FROM test.${table}`, mode: 'plan' }),
  EXPLAIN: (client, table) => client.query(`EXPLAIN FROM test.${table}`),
  DESCRIBE: (client, table) => client.query(`DESCRIBE test.${table}`),
  'the catalog': (client, table) => client.ask(`GET /v1/schemas/test/tables/${table}`),
};

it.each(ACCESS_CODES)(
  '%s opens what its row of the matrix says and nothing else, by table and by schema',
  async (code) => {
    for (const object of ['test.orders', 'test']) {
      const client = await newClient(gateway.operator, `${code}-${object}`);
      await grant(gateway.operator, principal(client), code, object);
      for (const [name, ask] of Object.entries(SELECTS)) await expectCell(client, { ask, name, code, needs: 'select' });
      for (const [name, ask] of Object.entries(EXPLAINS))
        await expectCell(client, { ask, name, code, needs: 'explain' });
    }
  },
);

interface Cell {
  readonly ask: Ask;
  readonly name: string;
  readonly code: AccessCode;
  readonly needs: 'select' | 'explain';
}

async function expectCell(client: TestClient, { ask, name, code, needs }: Cell): Promise<void> {
  const { status, text, json } = await ask(client, 'orders');
  const told = `${name} with ${code}: ${text.slice(0, 300)}`;
  if (classesOf(code).includes(needs)) expect(status, told).toBe(200);
  else if (code === 'none') expect(json.error.code, told).toMatch(/^(TABLE|SCHEMA)_NOT_FOUND$/);
  else expect([status, json.error.code], told).toEqual([403, 'ACCESS_DENIED']);
}

it('scopes and grants are both needed, and administering opens no table', async () => {
  const ask = { sql: 'FROM test.orders' };
  const unscoped = await newClient(gateway.operator, 'unscoped', { scopes: ['catalog:read'] });
  await grant(gateway.operator, principal(unscoped), 'A', 'test');
  expect((await unscoped.ask('POST /v1/query', ask)).json.error.code).toBe('SCOPE_MISSING');
  const admin = await newClient(gateway.operator, 'admin', { scopes: ['query', 'admin'] });
  expect((await admin.ask('POST /v1/query', ask)).json.error.code).toBe('SCHEMA_NOT_FOUND');
});

it('a refused table and one that is missing give the same answer, but for the name', async () => {
  const client = await newClient(gateway.operator, 'blinkered');
  await grant(gateway.operator, principal(client), 'R', 'test');
  await grant(gateway.operator, principal(client), 'none', 'test.hidden');
  for (const [name, ask] of Object.entries({ ...SELECTS, ...EXPLAINS, insert })) {
    const [refused, missing] = [await bare(ask, client, 'hidden'), await bare(ask, client, 'absent')];
    expect(refused.replaceAll('hidden', 'absent'), name).toBe(missing);
    if (name !== 'insert') expect(refused, name).toContain('TABLE_NOT_FOUND');
  }
  for (const sql of [
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM information_schema.columns',
    'SHOW TABLES',
    'SHOW ALL TABLES',
    'FROM duckdb_tables()',
    'FROM test.hiden',
    'FROM hidde',
  ]) {
    expect((await client.query(sql, { maxRows: 1000 })).text, sql).not.toContain('hidden');
  }
  expect((await client.ask('GET /v1/schemas/test/tables')).text).not.toContain('hidden');
  expect((await client.ask('GET /v1/schemas/test/tables/hiden')).text).not.toContain('hidden');
  expect((await client.ask('GET /v1/schemas/test/tables/order')).json.error.hint).toBe('Did you mean "orders"?');
  const stranger = await newClient(gateway.operator, 'stranger');
  for (const ask of Object.values({ ...SELECTS, ...EXPLAINS })) {
    const refused = await bare(ask, stranger, 'orders');
    expect(refused.replaceAll('orders', 'absent')).toBe(await bare(ask, stranger, 'absent'));
  }
  const { json } = await stranger.ask('GET /v1/schemas/test');
  expect(json.error.message.replaceAll('test', 'other')).toBe(
    (await stranger.ask('GET /v1/schemas/other')).json.error.message,
  );
});

const insert: Ask = (client, table) => client.query(`INSERT INTO test.${table} VALUES ('x', 1)`);

/** Status, headers of the answer, and its body, without what is new in each answer. */
async function bare(ask: Ask, client: TestClient, table: string): Promise<string> {
  const { status, headers, text, json } = await ask(client, table);
  const named = [...headers].filter(
    ([name]) => !['date', 'x-request-id', 'x-query-id', 'content-length'].includes(name),
  );
  return JSON.stringify([status, named, text.replaceAll(json?.error?.requestId ?? '-', '')]);
}
