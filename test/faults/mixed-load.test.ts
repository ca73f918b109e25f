import { afterAll, beforeAll, expect, it } from 'vitest';
import { eachOf } from '../equivalence/each-of.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';
import { FAULT_CODES } from './fault-plan.js';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.js';

const STATEMENTS = 1_000;
const AT_ONCE = 16;
const CUSTOMERS = 40;
const ORDERS_EACH = 15;

/** Statements of every access path; each is asked many times over. */
const SHAPES: readonly ((i: number) => string)[] = [
  (i) => `SELECT total FROM orders WHERE customer = 'c${i}' AND n = 3`,
  (i) => `SELECT name FROM customers WHERE id = 'c${i}'`,
  (i) => `SELECT count(*), sum(total) FROM orders WHERE customer = 'c${i}' AND n IN (1, 3, 5, 7, 9)`,
  (i) => `SELECT id, name FROM customers WHERE id IN ('c${i}', 'c${i + 1}', 'c0', 'nobody') ORDER BY id`,
  (i) => `SELECT count(*), sum(total) FROM orders WHERE customer = 'c${i}'`,
  (i) => `SELECT n, total FROM orders WHERE customer = 'c${i}' AND n BETWEEN 4 AND 8 ORDER BY n`,
  (i) => `SELECT n FROM orders WHERE customer = 'c${i}' ORDER BY n DESC LIMIT 3`,
  (i) => `SELECT max(n) FROM orders WHERE customer = 'c${i}'`,
  (i) => `SELECT count(*), sum(total) FROM orders WHERE status = 's${i % 4}'`,
  (i) =>
    `SELECT c.name, sum(o.total) FROM customers c JOIN orders o ON o.customer = c.id WHERE c.id = 'c${i}' GROUP BY c.name`,
  (i) =>
    `SELECT c.name FROM customers c WHERE c.id IN (SELECT customer FROM orders WHERE status = 's${i % 4}' AND n = ${i % 15}) ORDER BY 1`,
  () => 'SELECT count(*) FROM orders',
  () => 'SELECT status, count(*), sum(total) FROM orders GROUP BY status ORDER BY status',
];

let gateway: TestGateway;
let proxy: FaultProxy;
beforeAll(async () => {
  const customers = Array.from({ length: CUSTOMERS }, (_, i) => ({ id: { S: `c${i}` }, name: { S: `name ${i}` } }));
  const orders = customers.flatMap(({ id }, c) =>
    Array.from({ length: ORDERS_EACH }, (_, n) => ({
      customer: id,
      n: { N: String(n) },
      total: { N: `${c * n}.25` },
      status: { S: `s${(c + n) % 4}` },
      note: { S: 'n'.repeat(500) },
    })),
  );
  gateway = await openTestGateway({
    tables: [
      { name: 'customers', partitionKey: { name: 'id', type: 'S' }, items: customers },
      {
        name: 'orders',
        partitionKey: { name: 'customer', type: 'S' },
        sortKey: { name: 'n', type: 'N' },
        indexes: [
          {
            name: 'by_status',
            kind: 'global',
            partitionKeys: [{ name: 'status', type: 'S' }],
            sortKeys: [],
            projection: { kind: 'include', attributes: ['total'] },
          },
        ],
        items: orders,
      },
    ],
    endpointOf: async (embedded) => {
      proxy = await startFaultProxy(embedded);
      return proxy.endpoint;
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await proxy.close();
});

it('a thousand statements are all right, or fail with a clear error, where 30 % of the requests are throttled and 5 % break', async () => {
  const statements = Array.from(
    { length: STATEMENTS },
    (_, i) => SHAPES[i % SHAPES.length]?.((i * 7) % CUSTOMERS) ?? '',
  );
  const right = new Map<string, string>();
  await eachOf(new Set(statements), AT_ONCE, async (sql) => {
    right.set(sql, await answer(sql));
  });
  proxy.reset();
  const met = { throttled: 0, broken: 0, passed: 0 };
  const random = numbersFrom(20_261_120);
  proxy.decide = () => {
    const dice = random();
    if (dice < 0.3) {
      met.throttled += 1;
      return THROTTLED[Math.floor(random() * THROTTLED.length)];
    }
    if (dice < 0.35) {
      met.broken += 1;
      return BROKEN[Math.floor(random() * BROKEN.length)];
    }
    met.passed += 1;
    return undefined;
  };
  const failed: string[] = [];
  const startedAt = performance.now();
  await eachOf(statements, AT_ONCE, async (sql) => {
    const outcome = await answer(sql).catch((error: unknown) => clearError(error));
    if (outcome.startsWith('failed')) failed.push(outcome);
    else expect(outcome, sql).toBe(right.get(sql));
  });
  const seconds = (performance.now() - startedAt) / 1000;
  console.info(`mixed load: ${STATEMENTS} statements in ${seconds.toFixed(1)} s, ${JSON.stringify(met)}`, failed);
  expect(met.throttled / (met.throttled + met.broken + met.passed)).toBeGreaterThan(0.25);
  expect(met.broken).toBeGreaterThan(30);
  // All of these faults pass: nearly every statement gets its answer.
  expect(failed.length).toBeLessThanOrEqual(STATEMENTS / 100);
}, 120_000);

async function answer(sql: string): Promise<string> {
  const { rows } = await gateway.ask(sql);
  return rows.map((row) => row.map(String).join('|')).join('\n');
}

function clearError(error: unknown): string {
  expect(error).toMatchObject({ name: 'HeadgateError' });
  const { code, message, hint, cause } = Object(error);
  expect(FAULT_CODES.has(code), `${code}: ${message}`).toBe(true);
  expect(hint).not.toBe('');
  const { attempts } = Object(Object(cause).$metadata);
  return `failed: ${code}: ${message} (${attempts ?? 1} attempts)`;
}

const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders';
const THROTTLED: readonly Fault[] = [
  { kind: 'error', name: 'ProvisionedThroughputExceededException' },
  ...['TableReadKeyRangeThroughputExceeded', 'TableReadMaxOnDemandThroughputExceeded'].map(
    (reason): Fault => ({
      kind: 'error',
      name: 'ThrottlingException',
      fields: { throttlingReasons: [{ reason, resource: ARN }] },
    }),
  ),
];
const BROKEN: readonly Fault[] = [
  { kind: 'reset' },
  { kind: 'error', name: 'InternalServerError', status: 500 },
  { kind: 'error', name: 'ServiceUnavailable', status: 503 },
  { kind: 'cut', as: 'broken' },
  { kind: 'cut', as: 'damaged' },
];

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
