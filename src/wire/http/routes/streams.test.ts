import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { type FakeStatement, fakeResult, fakeRow } from '../../../results/testing/fake-statement.js';
import type { StatementService } from '../contract/http-services.js';
import { queryState } from '../contract/query.js';
import type { HttpLimits } from '../server/options.js';
import { fakeServices, fakeStatements, signal } from '../testing/fake-services.js';
import { startTestServer, type TestServer } from '../testing/test-server.js';

const LARGE = { rows: 1_000_000, rowOf: (i: number) => [i, `${'9'.repeat(36)}.25`] };

async function serverFor(
  statement: FakeStatement,
  { limits = {}, parts = {} }: { limits?: Partial<HttpLimits>; parts?: Partial<StatementService> } = {},
) {
  const made = fakeResult(statement);
  const statements = fakeStatements(statement, { run: async () => made.result, ...parts });
  const server = await startTestServer({ services: fakeServices({ statements }), ...limits });
  return { server, seen: made.seen };
}

function bodyFor(format: string, more: object = {}) {
  return { sql: 'SELECT id, amount FROM orders', ...more, options: { format } };
}

function stream(server: TestServer, format: string) {
  return server.ask('POST /v1/query', { body: bodyFor(format) });
}

/** The request as bytes, for connections that are read slowly or not at all. */
function requestText(format: string, version = '1.1'): string {
  const body = JSON.stringify(bodyFor(format));
  return `POST /v1/query HTTP/${version}\r\nHost: x\r\nAuthorization: Bearer ada\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}

describe('a stream', () => {
  it('of ndjson has one object per row, and the id of its statement', async () => {
    const { server, seen } = await serverFor({ rows: 2500 });
    const { status, headers, text } = await stream(server, 'ndjson');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(2500);
    expect(rows[2499]).toEqual({ id: 2499, amount: fakeRow(2499)[1] });
    const state = await server.ask(`GET /v1/query/${headers.get('x-query-id')}`);
    expect(queryState.parse(state.json.data)).toMatchObject({
      state: 'finished',
      rowsKept: 0,
      capacity: { readUnits: 12.5 },
    });
    expect(seen.isClosed).toBe(true);
  });

  it('of ndjson has JSON numbers with all digits when they are asked for', async () => {
    const { server } = await serverFor({ rows: 1 });
    const body = { sql: 'SELECT 1', options: { format: 'ndjson', numbers: 'json' } };
    expect((await server.ask('POST /v1/query', { body })).text).toBe(`{"id":0,"amount":${fakeRow(0)[1]}}\n`);
  });

  it('of csv has a header line', async () => {
    const { server } = await serverFor({ rows: 2 });
    const { headers, text } = await stream(server, 'csv');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(text).toBe(`id,amount\n0,${fakeRow(0)[1]}\n1,${fakeRow(1)[1]}\n`);
  });

  it('of arrow is read by Arrow', async () => {
    const { server } = await serverFor({ rows: 1234 });
    const response = await server.fetch('/v1/query', {
      method: 'POST',
      headers: { authorization: 'Bearer ada', 'content-type': 'application/json' },
      body: JSON.stringify(bodyFor('arrow')),
    });
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.arrow.stream');
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
    expect([table.numRows, table.get(1233)?.['id']]).toEqual([1234, 1233]);
  });

  it('has an id that its client has chosen, and can be watched and cancelled by it', async () => {
    const reached = signal();
    const cancelled = signal();
    const before = async (batch: number) => {
      if (batch < 20) return;
      reached.give();
      await cancelled.given;
    };
    const { server, seen } = await serverFor({ ...LARGE, before });
    const queryId = crypto.randomUUID();
    const response = await server.fetch('/v1/query', {
      method: 'POST',
      headers: { authorization: 'Bearer ada', 'content-type': 'application/json' },
      body: JSON.stringify(bodyFor('ndjson', { queryId })),
    });
    expect(response.headers.get('x-query-id')).toBe(queryId);
    const read = response.text();
    await reached.given;
    expect((await server.ask(`GET /v1/query/${queryId}`)).json.data.state).toBe('running');
    const cancelling = server.ask(`DELETE /v1/query/${queryId}`);
    cancelled.give();
    await expect(read).rejects.toThrow();
    expect((await cancelling).status).toBe(200);
    expect(seen.rows).toBeLessThan(LARGE.rows);
  });

  it.each(['ndjson', 'csv', 'arrow'])('of %s that fails before its first row is an ordinary error', async (format) => {
    const error = new HeadgateError('UNITS_EXCEEDED', 'too much');
    const { server } = await serverFor({ rows: 0, error });
    const { status, headers, json } = await stream(server, format);
    expect([status, json.error.code]).toEqual([422, 'UNITS_EXCEEDED']);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('that fails later breaks the connection, and its state and the log tell why', async () => {
    const { server, seen } = await serverFor({ rows: 5000, error: new HeadgateError('SQL_EXECUTION', 'row 5000') });
    const queryId = crypto.randomUUID();
    await expect(server.ask('POST /v1/query', { body: bodyFor('csv', { queryId }) })).rejects.toThrow();
    const { data } = (await server.ask(`GET /v1/query/${queryId}`)).json;
    expect(queryState.parse(data)).toMatchObject({ state: 'failed', error: { code: 'SQL_EXECUTION' } });
    expect(server.logged.find(({ endpoint }) => endpoint === 'POST /v1/query')).toMatchObject({
      status: 400,
      code: 'SQL_EXECUTION',
    });
    expect(seen.isClosed).toBe(true);
  });

  it('that fails is no whole answer to a client of HTTP/1.0 either', async () => {
    const { server } = await serverFor({ rows: 5000, error: new HeadgateError('SQL_EXECUTION', 'no') });
    const socket = server.connect(requestText('csv', '1.0'));
    socket.resume();
    const ending = await new Promise((resolve) => {
      socket.on('error', (error) => resolve(Object(error).code));
      socket.on('end', () => resolve('orderly'));
    });
    expect(ending).toBe('ECONNRESET');
  });

  it('goes at the pace of its client', async () => {
    const { server, seen } = await serverFor(LARGE);
    const socket = server.connect(requestText('ndjson'));
    socket.pause();
    let before = -1;
    // The rows in the buffers of both ends and of the operating system, and no more.
    await until(async () => {
      const isStill = before === seen.rows && seen.rows > 0;
      before = seen.rows;
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
      return isStill;
    });
    expect(seen.rows).toBeLessThan(LARGE.rows / 2);
    socket.destroy();
    await until(() => seen.isClosed);
  });

  it('to a client that takes nothing is cut off, which ends the statement', async () => {
    const { server, seen } = await serverFor(LARGE, { limits: { stallTimeoutMs: 50 } });
    const socket = server.connect(requestText('ndjson'));
    socket.pause();
    await until(() => seen.isClosed);
    await until(() => server.logged.some(({ msg }) => msg === 'request'));
    expect(seen.rows).toBeLessThan(LARGE.rows);
    expect(server.logged[0]).toMatchObject({ endpoint: 'POST /v1/query', status: 499 });
  });

  it('ends its statement when its client goes away', async () => {
    const { server, seen } = await serverFor(LARGE);
    const socket = server.connect(requestText('csv'));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await until(() => seen.isClosed);
    expect(seen.rows).toBeLessThan(LARGE.rows);
  });
});

describe('a stream of parquet', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headgate-parquet-'));
    path = join(directory, 'result.parquet');
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  function exporting(bytes: Uint8Array): Partial<StatementService> {
    return {
      exportParquet: async () => {
        await writeFile(path, bytes);
        const { result } = fakeResult({ rows: 2 });
        return { path, plan: result.plan, summary: result.summary() };
      },
    };
  }

  async function isThere(): Promise<boolean> {
    return await access(path).then(
      () => true,
      () => false,
    );
  }

  it('is the file with its length, which is removed then', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
    const { server } = await serverFor({ rows: 2 }, { parts: exporting(bytes) });
    const response = await server.fetch('/v1/query', {
      method: 'POST',
      headers: { authorization: 'Bearer ada', 'content-type': 'application/json' },
      body: JSON.stringify(bodyFor('parquet')),
    });
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    expect(response.headers.get('content-length')).toBe('300000');
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    await until(async () => !(await isThere()));
    const state = await server.ask(`GET /v1/query/${response.headers.get('x-query-id')}`);
    expect(state.json.data).toMatchObject({ state: 'finished', capacity: { readUnits: 12.5 } });
  });

  it('that nobody takes is cut off, and its file removed', async () => {
    const large = Buffer.alloc(32 * 1024 * 1024);
    const { server } = await serverFor({ rows: 2 }, { parts: exporting(large), limits: { stallTimeoutMs: 50 } });
    const socket = server.connect(requestText('parquet'));
    socket.pause();
    await until(isThere);
    await until(async () => !(await isThere()));
    await until(() => server.logged.some(({ msg }) => msg === 'request'));
    expect(server.logged[0]).toMatchObject({ status: 499 });
  });

  it('that fails is an ordinary error', async () => {
    const exportParquet = async () => {
      throw new HeadgateError('SQL_UNSUPPORTED', 'no');
    };
    const { server } = await serverFor({ rows: 2 }, { parts: { exportParquet } });
    const { status, json } = await stream(server, 'parquet');
    expect([status, json.error.code]).toEqual([400, 'SQL_UNSUPPORTED']);
  });
});
