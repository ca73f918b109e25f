import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { ResultColumn } from '../../../query/result.js';
import type { StatementRequest } from '../../../query/statement.js';
import { type FakeStatement, fakeResult, fakeRow } from '../../../results/testing/fake-statement.js';
import { executed, planned, queryState } from '../contract/query.js';
import { fakeServices, fakeStatements, signal } from '../testing/fake-services.js';
import { startTestServer, type TestServer } from '../testing/test-server.js';

const SQL = 'SELECT id, amount FROM orders';

/** A server whose statements are all this one; `ran` has what was asked of the engine. */
async function serverFor(statement: FakeStatement) {
  const ran: StatementRequest[] = [];
  const run = async (_caller: unknown, request: StatementRequest) => {
    ran.push(request);
    return fakeResult(statement).result;
  };
  const server = await startTestServer({ services: fakeServices({ statements: fakeStatements(statement, { run }) }) });
  return { server, ran };
}

/** All pages, by `sql` and `resumeIdx` alone or by the id, as the client likes. */
async function readPages(server: TestServer, next: (resumeIdx: number, queryId: string) => object, maxRows: number) {
  const pages = [];
  let body: object = { sql: SQL, options: { maxRows } };
  for (;;) {
    const { json } = await server.ask('POST /v1/query', { body });
    const page = executed.parse(json.data);
    pages.push(page);
    if (page.resumeIdx === undefined) return pages;
    body = next(page.resumeIdx, page.queryId);
  }
}

describe('a page', () => {
  it('has what the contract says, and a result that fits in it is not kept', async () => {
    const { server, ran } = await serverFor({ rows: 3 });
    const answer = await server.ask('POST /v1/query', { body: { sql: SQL } });
    expect(answer.status).toBe(200);
    const page = executed.parse(answer.json.data);
    expect(page).toEqual({
      columns: ['id', 'amount'],
      columnTypes: ['INTEGER', 'DECIMAL(38,2)'],
      data: [0, 1, 2].map((i) => [...fakeRow(i)]),
      firstRowIdx: 0,
      queryId: answer.headers.get('x-query-id'),
      rowCount: 3,
      planTime: 2,
      execTime: 20,
      capacity: {
        readUnits: 12.5,
        requests: 3,
        dollars: 0.0000031,
        sampledUnits: 0,
        byTable: [{ table: 'test.orders', path: 'scan', readUnits: 12.5, requests: 3, items: 3, dollars: 0.0000031 }],
      },
      warnings: [],
    });
    expect(ran.map(({ sql }) => sql)).toEqual([SQL]);
    expect((await server.ask(`GET /v1/query/${page.queryId}`)).json.error.code).toBe('NOT_FOUND');
  });

  it('hands the engine everything that was asked', async () => {
    const { server, ran } = await serverFor({ rows: 1 });
    const options = { maxUnits: 7, timeoutMs: 99, consistentRead: true, schema: 'shop' };
    await server.ask('POST /v1/query', { body: { sql: SQL, params: [1, 'a', null, [2.5]], options } });
    await server.ask('POST /v1/query', { body: { sql: SQL, params: { day: '2026-01-01' }, tenantId: 'any' } });
    expect(ran).toMatchObject([
      {
        sql: SQL,
        parameters: { kind: 'positional', values: [1, 'a', null, [2.5]] },
        defaultSchema: 'shop',
        maxUnits: 7,
        timeoutMs: 99,
        consistentRead: true,
      },
      { parameters: { kind: 'named', values: { day: '2026-01-01' } } },
    ]);
  });

  it.each([
    ['responseType', 'rows'],
    ['maxRows', 0],
    ['maxRows', 10_001],
    ['resumeIdx', -1],
    ['format', 'xml'],
    ['maxUnits', 0],
    ['numbers', 'text'],
  ])('is refused with %s %s', async (name, value) => {
    const server = await startTestServer();
    const { status, json } = await server.ask('POST /v1/query', { body: { sql: SQL, options: { [name]: value } } });
    expect([status, json.error.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(json.error.detail).toContain(`options.${name}`);
  });

  it('needs sql, unless it is one of a kept result', async () => {
    const server = await startTestServer();
    const ask = async (body: object) => (await server.ask('POST /v1/query', { body })).json.error;
    expect(await ask({})).toMatchObject({ code: 'REQUEST_INVALID', message: 'sql is missing' });
    expect(await ask({ mode: 'plan' })).toMatchObject({ code: 'REQUEST_INVALID', message: 'sql is missing' });
    expect(await ask({ queryId: crypto.randomUUID() })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await ask({ queryId: crypto.randomUUID(), options: { format: 'csv' } })).toMatchObject({
      message: 'sql is missing',
    });
    expect(await ask({ sql: SQL, options: { format: 'csv', resumeIdx: 5 } })).toMatchObject({
      message: 'the format csv streams whole results',
    });
  });
});

describe('pages', () => {
  it('of 100 000 rows come from one execution, each row once, and the last page is not empty', async () => {
    const { server, ran } = await serverFor({ rows: 100_000, batchRows: 2048 });
    const pages = await readPages(
      server,
      (resumeIdx, queryId) => ({ queryId, options: { resumeIdx, maxRows: 10_000 } }),
      10_000,
    );
    expect(ran).toHaveLength(1);
    expect(pages).toHaveLength(10);
    expect(new Set(pages.map(({ queryId }) => queryId)).size).toBe(1);
    const ids = pages.flatMap(({ data }) => data.map((row) => Object.values(row)[0]));
    expect(ids).toEqual(Array.from({ length: 100_000 }, (_, i) => i));
    expect(pages.at(-1)).toMatchObject({ firstRowIdx: 90_000, rowCount: 100_000 });
  });

  it('can be had by statement and resumeIdx alone, as DynamoSQL has them', async () => {
    const { server, ran } = await serverFor({ rows: 250 });
    const pages = await readPages(server, (resumeIdx) => ({ sql: SQL, options: { maxRows: 100, resumeIdx } }), 100);
    expect(pages.map(({ firstRowIdx, data }) => [firstRowIdx, data.length])).toEqual([
      [0, 100],
      [100, 100],
      [200, 50],
    ]);
    expect(ran).toHaveLength(1);
  });

  it('that are asked for by another statement, other options or another principal come from an execution of their own', async () => {
    const { server, ran } = await serverFor({ rows: 250 });
    await server.ask('POST /v1/query', { body: { sql: SQL } });
    const later = async (body: object, token = 'ada') => {
      const { json } = await server.ask('POST /v1/query', { body: { sql: SQL, ...body }, token });
      return [json.data.firstRowIdx, json.data.data.length, ran.length];
    };
    expect(await later({ options: { resumeIdx: 200 } })).toEqual([200, 50, 1]);
    expect(await later({ options: { resumeIdx: 200, consistentRead: true } })).toEqual([200, 50, 2]);
    expect(await later({ options: { resumeIdx: 200 }, params: [1] })).toEqual([200, 50, 3]);
    expect(await later({ options: { resumeIdx: 200 } }, 'bob')).toEqual([200, 50, 4]);
    expect(await later({ sql: `${SQL} `, options: { resumeIdx: 200 } })).toEqual([200, 50, 5]);
    expect(await later({ options: { resumeIdx: 249, maxRows: 1 } })).toEqual([249, 1, 5]);
    expect(await later({ options: { resumeIdx: 250 } })).toEqual([250, 0, 5]);
  });

  it('of GET are the same as those of POST', async () => {
    const { server } = await serverFor({ rows: 150 });
    const { queryId } = (await server.ask('POST /v1/query', { body: { sql: SQL } })).json.data;
    const page = await server.ask(`GET /v1/query/${queryId}?resumeIdx=100&maxRows=20&responseType=object`);
    expect(executed.parse(page.json.data)).toMatchObject({ firstRowIdx: 100, resumeIdx: 120, rowCount: 150 });
    expect(page.json.data.data[0]).toEqual({ id: 100, amount: fakeRow(100)[1] });
    const bad = await server.ask(`GET /v1/query/${queryId}?resumeIdx=x`);
    expect([bad.status, bad.json.error.detail]).toEqual([400, expect.stringContaining('resumeIdx')]);
  });

  it('do not exist for others, whatever they ask', async () => {
    const { server } = await serverFor({ rows: 150 });
    const { queryId } = (await server.ask('POST /v1/query', { body: { sql: SQL } })).json.data;
    for (const call of [
      `GET /v1/query/${queryId}`,
      `GET /v1/query/${queryId}?resumeIdx=1`,
      `DELETE /v1/query/${queryId}`,
    ]) {
      const [theirs, none] = [
        await server.ask(call, { token: 'bob' }),
        await server.ask(call.replace(queryId, crypto.randomUUID())),
      ];
      expect([theirs.status, theirs.json.error.code]).toEqual([404, 'NOT_FOUND']);
      expect(Object.keys(theirs.json.error)).toEqual(Object.keys(none.json.error));
    }
  });

  it('end when the grants that they were read by are revoked', async () => {
    let isGranted = true;
    const authorizeKept = async () => {
      if (!isGranted) throw new HeadgateError('TABLE_NOT_FOUND', 'no table orders');
    };
    const statements = fakeStatements({ rows: 150 }, { authorizeKept });
    const server = await startTestServer({ services: fakeServices({ statements }) });
    const { queryId } = (await server.ask('POST /v1/query', { body: { sql: SQL } })).json.data;
    const next = { queryId, options: { resumeIdx: 100 } };
    expect((await server.ask('POST /v1/query', { body: next })).status).toBe(200);
    isGranted = false;
    for (const body of [next, { sql: SQL, options: { resumeIdx: 100 } }]) {
      expect((await server.ask('POST /v1/query', { body })).json.error.code).toBe('TABLE_NOT_FOUND');
    }
    expect((await server.ask(`GET /v1/query/${queryId}?resumeIdx=100`)).status).toBe(404);
  });

  it('are not taken from a result that failed', async () => {
    const endings = [{ error: new HeadgateError('DYNAMODB_FAILED', 'no') }, {}];
    const run = async () => fakeResult({ rows: 150, ...endings.shift() }).result;
    const statements = fakeStatements({ rows: 0 }, { run });
    const server = await startTestServer({ services: fakeServices({ statements }) });
    const first = await server.ask('POST /v1/query', { body: { sql: SQL, options: { maxRows: 10 } } });
    const atEnd = await server.ask(`GET /v1/query/${first.json.data.queryId}?resumeIdx=149`);
    expect([atEnd.status, atEnd.json.error.code]).toEqual([502, 'DYNAMODB_FAILED']);
    const again = await server.ask('POST /v1/query', { body: { sql: SQL, options: { resumeIdx: 149 } } });
    expect([again.status, again.json.data.data.length]).toEqual([200, 1]);
  });
});

describe('rows', () => {
  const integer: ResultColumn['type'] = { kind: 'integer', bits: 64, signed: true, sql: 'BIGINT' };
  const columns = ['id', 'id', 'id_2', ''].map((name) => ({ name, type: integer }));
  const statement = { rows: 1, columns, rowOf: () => [1n, 9007199254740993n, null, -4n] };

  it('as objects lose no value where columns have the same name, and say so', async () => {
    const { server } = await serverFor(statement);
    const options = { responseType: 'object' };
    const { data } = (await server.ask('POST /v1/query', { body: { sql: SQL, options } })).json;
    expect(data.data).toEqual([{ id: 1, id_3: '9007199254740993', id_2: null, '': -4 }]);
    expect(data.columns).toEqual(['id', 'id_3', 'id_2', '']);
    expect(data.warnings).toEqual(['several columns have the same name; the later ones are called id_3 here']);
    const rows = (await server.ask('POST /v1/query', { body: { sql: SQL } })).json.data;
    expect([rows.columns, rows.data, rows.warnings]).toEqual([
      ['id', 'id', 'id_2', ''],
      [[1, '9007199254740993', null, -4]],
      [],
    ]);
  });

  it('have numbers that no double holds as strings, or as JSON numbers with all digits', async () => {
    const { server } = await serverFor(statement);
    const text = async (numbers: string) =>
      (await server.ask('POST /v1/query', { body: { sql: SQL, options: { numbers } } })).text;
    expect(await text('exact')).toContain('"data":[[1,"9007199254740993",null,-4]]');
    expect(await text('json')).toContain('"data":[[1,9007199254740993,null,-4]]');
  });

  it('that are none are an empty list', async () => {
    const { server } = await serverFor({ rows: 0 });
    const { data } = (await server.ask('POST /v1/query', { body: { sql: SQL } })).json;
    expect(executed.parse(data)).toMatchObject({ data: [], rowCount: 0, columns: ['id', 'amount'] });
    expect(data).not.toHaveProperty('resumeIdx');
  });
});

describe('plan mode', () => {
  const estimate = { readUnits: 0, requests: 1, seconds: 0.1, dollars: 0 };
  const [reference] = fakeResult({ rows: 0 }).result.plan.references;

  async function plan(references: readonly object[]) {
    const made = { references, estimate, warnings: ['careful'] };
    // biome-ignore lint/suspicious/noExplicitAny: references of the fake statement, changed a little.
    const statements = fakeStatements({ rows: 0 }, { plan: async () => made as any });
    const server = await startTestServer({ services: fakeServices({ statements }) });
    const body = { sql: 'SELECT  1 -- one\n FROM t;', mode: 'plan' };
    return planned.parse((await server.ask('POST /v1/query', { body })).json.data);
  }

  it('tells the plan as text and as data, its cost, advice and warnings', async () => {
    const advice = { partitionKey: 'status', sortKeys: ['day'], projection: 'ALL', readUnits: 2 };
    const answer = await plan([{ ...reference, advice }]);
    expect(answer).toMatchObject({
      estimate,
      normalizedSql: 'SELECT 1 FROM t',
      warnings: ['careful'],
      advice: [{ table: 'test.orders', text: 'a GSI on status, day (ALL) would make this about 2.0 units' }],
      planTree: { references: [{ table: 'test.orders', path: 'scan', advice }], estimate },
    });
    expect(answer.plan).toContain('test.orders: scan');
    expect(answer.planTime).toBeGreaterThanOrEqual(0);
  });

  it('has no weight of nothing for what reads a table', async () => {
    expect((await plan([{ ...reference }])).weight).toBe(0.5);
    expect((await plan([{ ...reference, path: 'none' }])).weight).toBe(0);
  });
});

describe('a running statement', () => {
  it('tells how far it is, to its owner alone, and is cancelled by DELETE', async () => {
    const begun = signal();
    const queryId = crypto.randomUUID();
    const run = async (_caller: unknown, { onProgress }: StatementRequest, stopped: AbortSignal) => {
      onProgress?.({ phase: 'reading', table: 'shop.orders', requests: 3, items: 40, readUnits: 1.5 });
      begun.give();
      await new Promise((_, reject) => stopped.addEventListener('abort', () => reject(stopped.reason)));
      return fakeResult({ rows: 0 }).result;
    };
    const server = await startTestServer({
      services: fakeServices({ statements: fakeStatements({ rows: 0 }, { run }) }),
    });
    const waiting = server.ask('POST /v1/query', { body: { sql: SQL, queryId } });
    await begun.given;
    const { json } = await server.ask(`GET /v1/query/${queryId}`);
    expect(queryState.parse(json.data)).toEqual({
      queryId,
      state: 'running',
      progress: { phase: 'reading', table: 'shop.orders', requests: 3, items: 40, readUnits: 1.5 },
      rowsKept: 0,
      warnings: [],
    });
    const taken = await server.ask('POST /v1/query', { body: { sql: SQL, queryId }, token: 'bob' });
    expect([taken.status, taken.json.error.code]).toEqual([409, 'CONFLICT']);
    expect((await server.ask(`DELETE /v1/query/${queryId}`)).json.data).toEqual({ queryId });
    const answer = await waiting;
    expect([answer.status, answer.json.error.code]).toEqual([499, 'CANCELLED']);
  });

  it('is cancelled when its client goes away', async () => {
    const begun = signal();
    const ended = signal();
    const run = async (_caller: unknown, _request: StatementRequest, stopped: AbortSignal) => {
      begun.give();
      await new Promise((_, reject) => stopped.addEventListener('abort', () => reject(stopped.reason)));
      return fakeResult({ rows: 0 }).result;
    };
    const gone = new AbortController();
    const statements = fakeStatements(
      { rows: 0 },
      {
        run: (...asked) => run(...asked).finally(ended.give),
      },
    );
    const server = await startTestServer({ services: fakeServices({ statements }) });
    const waiting = server.ask('POST /v1/query', { body: { sql: SQL }, signal: gone.signal });
    await begun.given;
    gone.abort();
    await expect(waiting).rejects.toThrow();
    await ended.given;
    expect(server.logged.at(-1)).toMatchObject({ endpoint: 'POST /v1/query', status: 499 });
  });
});
