import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Served, serveGateway } from './support/served.js';
import { openUpstream, type Upstream } from './support/upstream.js';

const ROWS = 100_000;
const PAGE = 10_000;
const NEVER = new AbortController().signal;

let upstream: Upstream;
let gateway: Served;
beforeAll(async () => {
  const items = function* (prefix: string, count: number) {
    for (let i = 0; i < count; i++) yield { id: { S: `${prefix}${i}` } };
  };
  upstream = await openUpstream([{ name: 'big', partitionKey: { name: 'id', type: 'S' }, items: [] }]);
  await upstream.dynamodb.writer.putItems('big', items('a', ROWS), { signal: NEVER });
  gateway = await serveGateway({ schemas: { test: upstream.endpoint } });
}, 240_000);
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

interface Page {
  readonly data: readonly (readonly [string])[];
  readonly queryId: string;
  readonly resumeIdx?: number;
  readonly rowCount?: number;
  readonly capacity: { readonly readUnits: number; readonly requests: number };
}

it('pages of 100 000 rows are of one reading, whatever is written meanwhile, and the last one is not empty', {
  timeout: 240_000,
}, async () => {
  const sql = 'SELECT id FROM test.big';
  const pages: Page[] = [await gateway.operator.must('POST /v1/query', { sql, options: { maxRows: PAGE } })];
  for (let last = pages[0]; last?.resumeIdx !== undefined; last = pages.at(-1)) {
    await upstream.dynamodb.writer.putItems('big', [{ id: { S: `later${pages.length}` } }], { signal: NEVER });
    const options = { maxRows: PAGE, resumeIdx: last.resumeIdx };
    pages.push(await gateway.operator.must('POST /v1/query', { queryId: last.queryId, options }));
  }
  expect(pages.map(({ data }) => data.length)).toEqual(Array.from({ length: ROWS / PAGE }, () => PAGE));
  const ids = new Set(pages.flatMap(({ data }) => data.map(([id]) => id)));
  expect([ids.size, [...ids].some((id) => id.startsWith('later'))]).toEqual([ROWS, false]);

  const { capacity, rowCount } = pages.at(-1) as Page;
  const counted = await gateway.operator.must('POST /v1/query', { sql: 'SELECT count(*) FROM test.big' });
  expect(counted.data).toEqual([[ROWS + ROWS / PAGE - 1]]);
  // One reading of the table whole costs what the count of it costs, which reads it once more.
  expect(rowCount).toBe(ROWS);
  expect(Math.abs(capacity.readUnits - counted.capacity.readUnits)).toBeLessThan(2);
  const day = new Date().toISOString().slice(0, 10);
  const usage = await gateway.operator.must(`GET /v1/usage/summary?startDate=${day}&endDate=${day}`);
  const sampled = usage.totals.ddbReadUnits - capacity.readUnits - counted.capacity.readUnits;
  expect(sampled).toBeLessThan(capacity.readUnits / 2);
});
