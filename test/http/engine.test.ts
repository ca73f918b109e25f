import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executed, planned } from '../../src/wire/http/contract/query.js';
import { fakeServices } from '../../src/wire/http/testing/fake-services.js';
import { startTestServer, type TestServer } from '../../src/wire/http/testing/test-server.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

// The server in front of the real engine and an embedded DynamoDB; only who asks is made up.

/** Takes hours, and gives no row before its end. */
const ENDLESS = 'SELECT count(*) FROM range(1000000000000) t(a) WHERE a % 7 = 3';
const FAILS_LATE = "SELECT CAST(CASE WHEN range = 900000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(1000000)";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openTestGateway({
    tables: [
      {
        name: 'orders',
        partitionKey: { name: 'id', type: 'S' },
        items: Array.from({ length: 300 }, (_, i) => ({
          id: { S: `o${String(i).padStart(3, '0')}` },
          total: { N: `${i}.50` },
          big: { N: `${'9'.repeat(30)}${i % 10}` },
        })),
      },
    ],
  });
});

afterAll(async () => {
  await gateway?.close();
});

async function start(): Promise<TestServer> {
  const { engine } = gateway;
  const statements = {
    run: (_caller: unknown, ...asked: Parameters<typeof engine.run>) => engine.run(...asked),
    plan: (_caller: unknown, ...asked: Parameters<typeof engine.plan>) => engine.plan(...asked),
    exportParquet: (_caller: unknown, ...asked: Parameters<typeof engine.exportParquet>) =>
      engine.exportParquet(...asked),
    authorizeKept: async () => undefined,
  };
  return await startTestServer({ services: fakeServices({ statements }) });
}

describe('over the engine, HTTP gives', () => {
  it('pages of one reading, with what it cost', async () => {
    const server = await start();
    const sql = 'SELECT id, total, big FROM orders ORDER BY id';
    const first = executed.parse((await server.ask('POST /v1/query', { body: { sql } })).json.data);
    expect(first.columnTypes).toEqual(['VARCHAR', expect.stringContaining('DECIMAL'), 'HUGEINT']);
    expect(first.data[7]).toEqual(['o007', 7.5, `${'9'.repeat(30)}7`]);
    expect(first.capacity.readUnits).toBeGreaterThan(0);
    const body = { sql, options: { resumeIdx: 100, maxRows: 1000, responseType: 'object' } };
    const rest = executed.parse((await server.ask('POST /v1/query', { body })).json.data);
    expect(rest.queryId).toBe(first.queryId);
    expect(rest.capacity).toEqual(first.capacity);
    expect([rest.data.length, rest.rowCount, rest.data[0]]).toEqual([
      200,
      300,
      { id: 'o100', total: 100.5, big: expect.any(String) },
    ]);
  });

  it('values for parameters, by position and by name', async () => {
    const server = await start();
    const ask = async (sql: string, params: unknown) =>
      (await server.ask('POST /v1/query', { body: { sql, params } })).json.data.data;
    expect(await ask('SELECT total FROM orders WHERE id = ?', ['o003'])).toEqual([[3.5]]);
    expect(await ask('SELECT count(*) FROM orders WHERE total < $most', { most: '2.5' })).toEqual([[2]]);
    expect(await ask('SELECT count(*) FROM orders WHERE big = ?', [`${'9'.repeat(30)}4`])).toEqual([[30]]);
  });

  it('a plan with its weight', async () => {
    const server = await start();
    const sql = "SELECT  * FROM orders\nWHERE id = 'o001'";
    const plan = planned.parse((await server.ask('POST /v1/query', { body: { sql, mode: 'plan' } })).json.data);
    expect(plan).toMatchObject({ weight: 0.5, normalizedSql: "SELECT * FROM orders WHERE id = 'o001'" });
    expect(plan.planTree).toMatchObject({ references: [{ table: 'test.orders', path: 'get' }] });
  });

  it('a Parquet file, and the engine keeps none', async () => {
    const server = await start();
    const response = await server.fetch('/v1/query', {
      method: 'POST',
      headers: { authorization: 'Bearer ada', 'content-type': 'application/json' },
      body: JSON.stringify({ sql: 'FROM orders', options: { format: 'parquet' } }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
    expect(bytes.length).toBe(Number(response.headers.get('content-length')));
    const isKept = async () =>
      (await readdir(gateway.tempDirectory, { recursive: true })).some((name) => name.endsWith('.parquet'));
    // It is removed when the client has taken it, which may be a moment later.
    while (await isKept());
  });

  it.each([
    ['SELEKT 1', 400, 'SQL_SYNTAX'],
    ['DELETE FROM orders', 400, 'SQL_UNSUPPORTED'],
    ['FROM nowhere', 404, 'TABLE_NOT_FOUND'],
    ['SELECT nothing FROM orders', 400, 'COLUMN_NOT_FOUND'],
    ['SELECT CAST(id AS INTEGER) FROM orders', 400, 'SQL_EXECUTION'],
  ])('for %s the status %i, in pages and in streams', async (sql, status, code) => {
    const server = await start();
    for (const format of ['json', 'ndjson', 'parquet']) {
      const answer = await server.ask('POST /v1/query', { body: { sql, options: { format } } });
      expect([format, answer.status, answer.json.error.code]).toEqual([format, status, code]);
    }
  });

  it('a refusal where a statement would read more than allowed, and an end where it takes too long', async () => {
    const server = await start();
    const ask = (sql: string, options: object) => server.ask('POST /v1/query', { body: { sql, options } });
    const guarded = await ask('SELECT count(*) FROM orders WHERE total > 3', { maxUnits: 0.5 });
    expect([guarded.status, guarded.json.error.code]).toEqual([422, 'UNITS_EXCEEDED']);
    const late = await ask(ENDLESS, { timeoutMs: 50 });
    expect([late.status, late.json.error.code]).toEqual([504, 'TIMEOUT']);
  });

  it('an end to a statement that is cancelled, and to one whose client goes away', async () => {
    const server = await start();
    const queryId = crypto.randomUUID();
    const waiting = server.ask('POST /v1/query', { body: { sql: ENDLESS, queryId } });
    let state = await server.ask(`GET /v1/query/${queryId}`);
    while (state.status === 404) state = await server.ask(`GET /v1/query/${queryId}`);
    expect(state.json.data.state).toBe('running');
    expect((await server.ask(`DELETE /v1/query/${queryId}`)).status).toBe(200);
    const answer = await waiting;
    expect([answer.status, answer.json.error.code]).toEqual([499, 'CANCELLED']);

    const gone = new AbortController();
    const left = server.ask('POST /v1/query', { body: { sql: ENDLESS }, signal: gone.signal });
    while (server.results.size.results === 0) await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    await expect(left).rejects.toThrow();
    while (server.results.size.results > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('a broken stream where the statement fails after its first row', async () => {
    const server = await start();
    const queryId = crypto.randomUUID();
    const body = { sql: FAILS_LATE, queryId, options: { format: 'csv' } };
    await expect(server.ask('POST /v1/query', { body })).rejects.toThrow();
    const { data } = (await server.ask(`GET /v1/query/${queryId}`)).json;
    expect([data.state, data.error.code]).toEqual(['failed', 'SQL_EXECUTION']);
  });

  it('UNAVAILABLE to statements that the end of the gateway cancels', async () => {
    const server = await start();
    const waiting = server.ask('POST /v1/query', { body: { sql: ENDLESS } });
    while (server.results.size.results === 0) await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    const { status, json } = await waiting;
    expect([status, json.error.code]).toEqual([503, 'UNAVAILABLE']);
  });
});
