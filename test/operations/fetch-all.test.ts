import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRealGateway, type RealGateway, type TestClient } from '../support/real-gateway.js';
import { openPageServer, type PageServer } from './page-server.js';

const ITEMS = 100_000;
const ITEMS_PER_PAGE = 500;
const MEGABYTE = 2 ** 20;
/** All of it is 200 MB; some pages wait in the buffers of the connection and of the reader. */
const PAGES_AHEAD = 20;
const MEMORY_BYTES = 150 * MEGABYTE;

let upstream: PageServer;
let gateway: RealGateway;
let client: TestClient;

beforeAll(async () => {
  upstream = await openPageServer({ pages: ITEMS / ITEMS_PER_PAGE, itemsPerPage: ITEMS_PER_PAGE });
  gateway = await openRealGateway({ schemas: { shop: upstream.endpoint } });
  client = await gateway.addClient('reader', { grants: ['R shop'] });
}, 120_000);
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

async function stream(operation: object): Promise<Response> {
  return await fetch(`${gateway.url}/v1/operations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ verb: 'Scan', TableName: 'things', plain: true, format: 'ndjson', ...operation }),
  });
}

it('streams 100 000 items to the end, no faster than they are read, in bounded memory', async () => {
  const { body } = await stream({});
  if (body === null) throw new Error('no body');
  const before = process.memoryUsage();
  let [rows, sum, mostAhead, mostBytes] = [0, 0, 0, 0];
  let last: unknown;
  for await (const line of createInterface({ input: Readable.from(body) })) {
    const { row, end } = JSON.parse(line);
    last = end;
    if (row === undefined) continue;
    rows += 1;
    sum += row.n;
    if (rows % ITEMS_PER_PAGE > 0) continue;
    mostAhead = Math.max(mostAhead, upstream.pages() - rows / ITEMS_PER_PAGE);
    const now = process.memoryUsage();
    mostBytes = Math.max(mostBytes, now.heapUsed + now.external - before.heapUsed - before.external);
  }
  expect([rows, sum]).toEqual([ITEMS, (ITEMS * (ITEMS - 1)) / 2]);
  expect(last).toMatchObject({ capacity: { readUnits: 128 * (ITEMS / ITEMS_PER_PAGE) }, warnings: [] });
  expect(mostAhead).toBeLessThan(PAGES_AHEAD);
  expect(mostBytes).toBeLessThan(MEMORY_BYTES);
}, 120_000);

it('asks for no more pages when its reader has gone', async () => {
  const before = upstream.pages();
  const controller = new AbortController();
  const response = await fetch(`${gateway.url}/v1/operations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ verb: 'Scan', TableName: 'things', format: 'ndjson' }),
    signal: controller.signal,
  });
  await response.body?.getReader().read();
  controller.abort();
  // A new request is answered only when the gateway has seen the end of the old one, or soon after.
  await gateway.ask('POST /v1/operations', { verb: 'DescribeTable', TableName: 'things' }, client.token);
  expect(upstream.pages() - before).toBeLessThan(PAGES_AHEAD);
});

it('ends at the limits that were asked for, and says so with where to go on', async () => {
  const lines = (await (await stream({ maxItems: 700 })).text()).trim().split('\n');
  expect(lines).toHaveLength(701);
  expect(JSON.parse(lines.at(-1) ?? '').end.warnings).toEqual(['There may be more: the reading ended at maxItems.']);
  const units = (await (await stream({ maxUnits: 200 })).text()).trim().split('\n');
  expect(units).toHaveLength(2 * ITEMS_PER_PAGE + 1);
  expect(JSON.parse(units.at(-1) ?? '').end).toMatchObject({
    capacity: { readUnits: 256 },
    warnings: ['There may be more: the reading ended at maxUnits.'],
    next: { id: '2' },
  });
});
