import { createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fakeResult } from '../../../results/testing/fake-statement.js';
import { fakeServices, fakeStatements, signal } from '../testing/fake-services.js';
import { startTestServer } from '../testing/test-server.js';

const HEALTH = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';

function queryText(sql = 'SELECT 1'): string {
  const body = JSON.stringify({ sql });
  return `POST /v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** A service whose statements wait; `begun` is fulfilled when one does, `stopped` when it was aborted. */
function waitingStatements() {
  const begun = signal();
  const stopped = signal();
  const finish = signal();
  const run = async (_caller: unknown, _request: unknown, aborted: AbortSignal) => {
    begun.give();
    const abort = new Promise<never>((_, reject) => {
      aborted.addEventListener('abort', () => {
        stopped.give();
        reject(aborted.reason);
      });
    });
    await Promise.race([finish.given, abort]);
    return fakeResult({ rows: 1 }).result;
  };
  return { begun, stopped, finish, services: fakeServices({ statements: fakeStatements({ rows: 1 }, { run }) }) };
}

describe('what is no HTTP', () => {
  it.each([
    ['noise', '\x00\x01\x02\r\n\r\n', 400, 'REQUEST_INVALID'],
    ['a broken header', 'GET / HTTP/1.1\r\nno colon\r\n\r\n', 400, 'REQUEST_INVALID'],
    [
      'two lengths',
      'POST /v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'REQUEST_INVALID',
    ],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'REQUEST_TOO_LARGE'],
    ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'REQUEST_INVALID'],
  ])('%s is answered in the envelope, and the connection closed', async (_what, text, status, code) => {
    const server = await startTestServer();
    const [head = '', body = ''] = (await server.raw(text)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const { success, error } = JSON.parse(body);
    expect([success, error.code]).toEqual([false, code]);
    expect(head).toContain(`x-request-id: ${error.requestId}`);
    expect((await server.ask('GET /healthz')).status).toBe(200);
  });

  it('behind a request that was answered is answered, too, and closes the connection', async () => {
    const server = await startTestServer();
    const socket = server.connect(HEALTH);
    let read = '';
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (bytes) => {
      if (read === '') socket.write('garbage\r\n\r\n');
      read += bytes;
    });
    await closed;
    expect(read).toMatch(/^HTTP\/1\.1 200 OK.*HTTP\/1\.1 400 Bad Request.*"code":"REQUEST_INVALID"/s);
  });

  it('behind a request under way is not taken for its answer', async () => {
    const { services, begun, stopped } = waitingStatements();
    const server = await startTestServer({ services });
    const socket = server.connect(queryText());
    let read = '';
    socket.on('data', (bytes) => {
      read += bytes;
    });
    await begun.given;
    socket.write('garbage\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(read).toBe('');
    await stopped.given;
  });

  it('pipelined requests are answered in their order', async () => {
    const server = await startTestServer();
    const last = HEALTH.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    const read = await server.raw(`${queryText()}${HEALTH}${queryText()}${last}`);
    const kinds = [...read.matchAll(/"queryId"|"status":"ok"/g)].map(([kind]) => kind);
    expect(kinds).toEqual(['"queryId"', '"status":"ok"', '"queryId"', '"status":"ok"']);
  });
});

describe('a client that is slow', () => {
  const limits = { headersTimeoutMs: 100, requestTimeoutMs: 200 };

  it('with its first byte or its headers is answered with 408', async () => {
    const server = await startTestServer(limits);
    for (const text of ['', 'GET /healthz HTTP/1.1\r\nHo']) {
      expect(await server.raw(text)).toMatch(/^HTTP\/1\.1 408 .*did not arrive in time/s);
    }
  });

  it('with its body is answered with 408, too', async () => {
    const server = await startTestServer(limits);
    const answer = await server.raw(queryText().slice(0, -3));
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*did not arrive in time/s);
    expect((answer.match(/HTTP\/1\.1/g) ?? []).length).toBe(1);
  });

  it('with its next request is let go', async () => {
    const server = await startTestServer({ idleTimeoutMs: 50 });
    expect(await server.raw(HEALTH)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('in taking a page is cut off', async () => {
    const statements = fakeStatements({ rows: 10_000, rowOf: (i) => [i, `${'9'.repeat(4000)}.25`] });
    const server = await startTestServer({
      services: fakeServices({ statements }),
      stallTimeoutMs: 50,
      store: { pageBytes: 1e9 },
    });
    const body = JSON.stringify({ sql: 'SELECT 1', options: { maxRows: 10_000 } });
    const socket = server.connect(
      queryText().replace(/Content-Length.*$/s, `Content-Length: ${body.length}\r\n\r\n${body}`),
    );
    socket.pause();
    while (!server.logged.some(({ msg }) => msg === 'request')) await turn();
    expect(server.logged[0]).toMatchObject({ endpoint: 'POST /v1/query', status: 499 });
  });

  it('in waiting for its own statement is not', async () => {
    const { services, begun, finish } = waitingStatements();
    const server = await startTestServer({ services, ...limits, idleTimeoutMs: 50, stallTimeoutMs: 50 });
    const answer = server.ask('POST /v1/query', { body: { sql: 'SELECT 1' } });
    await begun.given;
    // Other connections time out meanwhile, one after the other, so this one would have, too.
    await server.raw('');
    await server.raw('GET');
    finish.give();
    expect((await answer).status).toBe(200);
  });
});

describe('connections', () => {
  it('beyond the limit are closed at once, and others go on', async () => {
    const server = await startTestServer({ maxConnections: 2 });
    const ends = [server.connect(''), server.connect('')];
    await Promise.all(ends.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect(await server.raw(HEALTH)).toBe('');
    for (const socket of ends) socket.destroy();
    await Promise.all(
      ends.map((socket) => new Promise((resolve) => (socket.closed ? resolve(0) : socket.once('close', resolve)))),
    );
    while ((await server.raw(HEALTH.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))) === '') await turn();
  });

  it('are refused where another program has the port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = Object(other.address());
      await expect(startTestServer({ port })).rejects.toMatchObject({
        code: 'PORT_IN_USE',
        message: `port ${port} of 127.0.0.1 is in use by another program`,
      });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('are not to be had at an address of another machine', async () => {
    await expect(startTestServer({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('tell their address, and believe a proxy only when there is one, and only its last word', async () => {
    const seen: string[] = [];
    const admit = async ({ address }: { readonly address: string }) => {
      seen.push(address);
      return { admitted: true } as const;
    };
    const headers = { 'x-forwarded-for': '203.0.113.1, 203.0.113.2' };
    for (const trustProxy of [false, true]) {
      const server = await startTestServer({ services: fakeServices({ admit }), trustProxy });
      await server.ask('GET /docs', { headers });
    }
    expect(seen).toEqual(['127.0.0.1', '203.0.113.2']);
  });
});

describe('closing', () => {
  it('lets what runs end, takes no more requests, and ends idle connections at once', async () => {
    const { services, begun, finish } = waitingStatements();
    const server = await startTestServer({ services, graceMs: 60_000 });
    const idle = server.connect(HEALTH);
    await new Promise((resolve) => idle.once('data', resolve));
    const idleEnds = new Promise((resolve) => idle.once('close', resolve));
    const running = server.ask('POST /v1/query', { body: { sql: 'SELECT 1' } });
    await begun.given;
    const closed = server.close();
    await idleEnds;
    await expect(server.ask('GET /healthz')).rejects.toThrow();
    finish.give();
    const { status, headers } = await running;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await closed;
    await server.close();
  });

  it('answers requests of those who were connected already with UNAVAILABLE', async () => {
    const { services, begun, finish } = waitingStatements();
    const server = await startTestServer({ services, graceMs: 60_000 });
    const ends = [server.connect(''), server.connect('')];
    const reads = ends.map(
      (socket) =>
        new Promise<string>((resolve) => {
          let read = '';
          socket.on('data', (bytes) => {
            read += bytes;
          });
          socket.once('close', () => resolve(read));
        }),
    );
    const running = server.ask('POST /v1/query', { body: { sql: 'SELECT 1' } });
    await begun.given;
    const closed = server.close();
    ends[0]?.write(queryText('SELECT 2'));
    ends[1]?.write(HEALTH.replace('healthz', 'readyz'));
    const [query, ready] = await Promise.all(reads);
    expect(query).toMatch(/^HTTP\/1\.1 503 .*connection: close.*"code":"UNAVAILABLE"/is);
    expect(ready).toMatch(/^HTTP\/1\.1 503 .*Not ready: accepting requests\./s);
    finish.give();
    expect((await running).status).toBe(200);
    await closed;
  });

  it('cancels what takes too long, with an error that says why', async () => {
    const { services, begun, stopped } = waitingStatements();
    const server = await startTestServer({ services, graceMs: 20 });
    const running = server.ask('POST /v1/query', { body: { sql: 'SELECT 1' } });
    await begun.given;
    await server.close();
    await stopped.given;
    const { status, json } = await running;
    expect([status, json.error.code, json.error.message]).toEqual([
      503,
      'UNAVAILABLE',
      'the gateway is shutting down; the request was cancelled',
    ]);
  });

  it('breaks streams off that take too long', async () => {
    const begun = signal();
    const never = new Promise<void>(() => undefined);
    const before = async (batch: number) => {
      if (batch < 1) return;
      begun.give();
      await never;
    };
    const { result, seen } = fakeResult({ rows: 300, before });
    const statements = fakeStatements({ rows: 0 }, { run: async () => result });
    const server = await startTestServer({ services: fakeServices({ statements }), graceMs: 20 });
    const answer = server.ask('POST /v1/query', { body: { sql: 'SELECT 1', options: { format: 'csv' } } });
    const isBroken = expect(answer).rejects.toThrow();
    await begun.given;
    await server.close();
    await isBroken;
    expect(seen.rows).toBe(100);
  });
});
