import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { type Served, serveGateway } from './support/served.js';
import { openUpstream, plainTable, type Upstream } from './support/upstream.js';

const CONNECTIONS = 5000;
/** How much longer a look-up may take, at the 95th percentile, while others misbehave than when they do not. */
const TIMES_LONGER = 5;
/** Less than that is no harm. */
const NO_HARM_MS = 500;
// The machine may be busy with other things.
const LONG = { timeout: 240_000 };
const ONE = "SELECT n FROM test.orders WHERE id = 'i1'";
const ENDLESS = 'SELECT count(*) FROM range(1000000000000) t(a) WHERE a % 7 = 3';

let upstream: Upstream;
let gateway: Served;
beforeAll(async () => {
  upstream = await openUpstream([plainTable('orders')]);
  // Little memory for DuckDB, so that a huge result shows.
  gateway = await serveGateway({ schemas: { test: upstream.endpoint }, limits: { memory: 512 * 2 ** 20 } });
  await gateway.operator.query(ONE);
}, 240_000);
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

/** How long look-ups of others take, one after the other, in milliseconds. */
async function lookUps(rounds: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    expect((await gateway.operator.query(ONE)).json.data?.data).toEqual([[1]]);
    times.push(performance.now() - began);
  }
  return times.toSorted((a, b) => a - b)[Math.ceil(rounds * 0.95) - 1] ?? Number.NaN;
}

let quietMs: number;
beforeEach(async () => {
  quietMs = await lookUps(20);
});

/** Harm lasts; what else the machine does at the moment is told from it by measuring again. */
async function expectUnharmed(rounds = 20): Promise<void> {
  const most = Math.max(NO_HARM_MS, TIMES_LONGER * quietMs);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3 && least >= most; i++) least = Math.min(least, await lookUps(rounds));
  expect(least).toBeLessThan(most);
}

/** A connection that is gone after the test, whatever becomes of it. */
async function open(): Promise<Socket> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

it(`${CONNECTIONS} idle connections harm nobody`, LONG, async () => {
  for (let i = 0; i < CONNECTIONS / 250; i++) await Promise.all(Array.from({ length: 250 }, open));
  await expectUnharmed();
});

it('clients that write slowly, and clients that do not read what they asked for, harm nobody', LONG, async () => {
  const lines = ['POST /v1/query HTTP/1.1', 'host: a', `authorization: Bearer ${gateway.operator.token}`];
  for (let i = 0; i < 50; i++) {
    const slow = await open();
    slow.write(`${lines.join('\r\n')}\r\ncontent-length: 100`);
  }
  const body = JSON.stringify({ sql: 'SELECT range FROM range(100000000)', options: { format: 'csv' } });
  for (let i = 0; i < 10; i++) {
    const deaf = await open();
    deaf.pause();
    deaf.write(
      `${lines.join('\r\n')}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  }
  await expectUnharmed();
});

it('huge bodies are refused while they are sent, and harm nobody', LONG, async () => {
  const huge = 'x'.repeat(16 * 2 ** 20);
  const sent = Array.from({ length: 4 }, () =>
    gateway.operator.ask('POST /v1/query', { sql: huge }).then(
      ({ status, json }) => `${status} ${json.error.code}`,
      // The gateway has answered and closed while the rest was being sent.
      () => '413 REQUEST_TOO_LARGE',
    ),
  );
  await expectUnharmed();
  expect(await Promise.all(sent)).toEqual(sent.map(() => '413 REQUEST_TOO_LARGE'));
});

it('huge results go to disk and not to memory, and harm nobody', LONG, async () => {
  const before = process.memoryUsage().rss;
  const sql = `SELECT range, repeat('x', 900) AS text FROM range(200000)`;
  const results = Array.from({ length: 2 }, () => gateway.operator.query(sql));
  await expectUnharmed();
  const ids = (await Promise.all(results)).map(({ json }) => json.data.queryId);
  for (const id of ids) {
    while ((await gateway.operator.must(`GET /v1/query/${id}`)).state === 'running') await expectUnharmed(1);
    const page = await gateway.operator.must(`GET /v1/query/${id}?resumeIdx=199990`);
    expect([page.rowCount, page.data.length]).toEqual([200_000, 10]);
    await gateway.operator.must(`DELETE /v1/query/${id}`);
  }
  // 360 MB of rows were kept; this process also holds DuckDB and the test.
  expect(process.memoryUsage().rss - before).toBeLessThan(900 * 2 ** 20);
});

it('cancelled requests end their statements, and harm nobody', LONG, async () => {
  // Of streams that were broken off it is told for a while how they ended.
  const statements = async () =>
    Number(/^headgate_kept_results (\d+)/m.exec((await gateway.operator.ask('GET /metrics')).text)?.[1]);
  const before = await statements();
  const gone = new AbortController();
  const left = Array.from({ length: 20 }, () =>
    gateway.operator.ask('POST /v1/query', { sql: ENDLESS }, { signal: gone.signal }).catch(() => 'gone'),
  );
  while ((await statements()) < before + 20);
  gone.abort();
  expect(new Set(await Promise.all(left))).toEqual(new Set(['gone']));
  while ((await statements()) > before);
  await expectUnharmed();
});
