import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Served, serveGateway } from './support/served.js';
import { grant, newClient, principal, type TestClient } from './support/session.js';
import { openUpstream, plainTable, type Upstream } from './support/upstream.js';

let upstream: Upstream;
let gateway: Served;
beforeAll(async () => {
  upstream = await openUpstream([plainTable('orders', 200, 400)]);
  gateway = await serveGateway({ schemas: { test: upstream.endpoint } });
}, 240_000);
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

const ONE = "SELECT n FROM test.orders WHERE id = 'i1'";
/** Takes hours, and gives no row before its end. */
const ENDLESS = 'SELECT count(*) FROM range(1000000000000) t(a) WHERE a % 7 = 3';

async function limited(name: string, limits: object): Promise<TestClient> {
  const client = await newClient(gateway.operator, name);
  await grant(gateway.operator, principal(client), 'R', 'test');
  await gateway.operator.must(`PUT /v1/limits/${client.clientId}`, limits);
  return client;
}

async function outcome(client: TestClient, sql: string, options: object = {}): Promise<string> {
  const { status, json } = await client.query(sql, options);
  return status === 200 ? 'ok' : `${status} ${json.error.code}`;
}

it('units of a statement: it is refused before it reads, and may ask for less but not for more', async () => {
  const client = await limited('units', { maxUnits: 1 });
  expect(await outcome(client, ONE)).toBe('ok');
  expect(await outcome(client, 'FROM test.orders', { maxUnits: 1000 })).toBe('422 UNITS_EXCEEDED');
  expect(await outcome(client, ONE, { maxUnits: 0.1 })).toBe('422 UNITS_EXCEEDED');
  await gateway.operator.must(`PUT /v1/limits/${client.clientId}`, { maxUnits: 1000 });
  expect(await outcome(client, 'FROM test.orders')).toBe('ok');
});

it('units of a day, however many statements spend them at once', async () => {
  const client = await limited('day', { unitsPerDay: 5, maxUnits: 1 });
  const outcomes = await Promise.all(Array.from({ length: 40 }, () => outcome(client, ONE)));
  expect(new Set([...outcomes, '422 UNITS_EXCEEDED'])).toEqual(
    new Set(['ok', '429 RATE_LIMITED', '422 UNITS_EXCEEDED']),
  );
  for (let last = 'ok'; last !== '422 UNITS_EXCEEDED'; ) last = await outcome(client, ONE);
  const today = new Date().toISOString().slice(0, 10);
  const path = `GET /v1/usage/summary?startDate=${today}&endDate=${today}&groupBy=principal`;
  const { days } = await gateway.operator.must(path);
  const spent = days.find(({ group }: { group: string }) => group === 'day' || group === client.clientId);
  expect(spent.ddbReadUnits).toBeGreaterThan(3.5);
  expect(spent.ddbReadUnits).toBeLessThanOrEqual(5);
});

it('rows and bytes of a result, in pages, streams and files', async () => {
  const rows = await limited('rows', { maxRows: 150 });
  const bytes = await limited('bytes', { maxResultBytes: 20_000 });
  for (const client of [rows, bytes]) {
    expect(await outcome(client, 'SELECT * FROM test.orders LIMIT 20', { maxRows: 1000 })).toBe('ok');
    expect(await outcome(client, 'SELECT * FROM test.orders', { maxRows: 1000 })).toBe('422 RESULT_TOO_LARGE');
    const stream = await client.query('SELECT * FROM test.orders', { format: 'ndjson' }).catch(() => undefined);
    // What fails after its first rows breaks the connection.
    if (stream !== undefined) expect(stream.json.error.code).toBe('RESULT_TOO_LARGE');
  }
  // The bytes of a file are those that it has, and these are compressed.
  await gateway.operator.must(`PUT /v1/limits/${bytes.clientId}`, { maxResultBytes: 200 });
  for (const client of [rows, bytes]) {
    expect(await outcome(client, 'SELECT * FROM test.orders', { format: 'parquet' })).toBe('422 RESULT_TOO_LARGE');
  }
});

it('statements at once and time, and one that is cancelled makes room', async () => {
  const client = await limited('busy', { concurrentStatements: 2 });
  const ids = [crypto.randomUUID(), crypto.randomUUID()];
  const running = ids.map((queryId) => client.ask('POST /v1/query', { sql: ENDLESS, queryId }));
  for (const id of ids) while ((await client.ask(`GET /v1/query/${id}`)).json.data?.progress === undefined);
  const { status, headers, json } = await client.query(ONE);
  expect([status, json.error.code, headers.get('retry-after')]).toEqual([429, 'RATE_LIMITED', '1']);
  await client.must(`DELETE /v1/query/${ids[0]}`);
  expect((await running[0])?.json.error.code).toBe('CANCELLED');
  expect(await outcome(client, ONE)).toBe('ok');

  await gateway.operator.must(`PUT /v1/limits/${client.clientId}`, { timeoutMs: 300 });
  expect(await outcome(client, ENDLESS, { timeoutMs: 60_000 })).toBe('504 TIMEOUT');
  await client.must(`DELETE /v1/query/${ids[1]}`);
  await running[1];
});

it('requests of a minute, of this client and of nobody else', async () => {
  const client = await limited('frequent', { requestsPerMinute: 10 });
  const other = await limited('other', {});
  const answers = await Promise.all(Array.from({ length: 30 }, () => client.ask('GET /v1/schemas')));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  const late = answers.find(({ status }) => status === 429);
  expect([late?.json.error.code, Number(late?.headers.get('retry-after')) > 1]).toEqual(['RATE_LIMITED', true]);
  expect(await outcome(other, ONE)).toBe('ok');
});
