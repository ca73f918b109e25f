import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AttributeValue } from '../../src/dynamodb/attribute-value.js';
import type { Key, PagedOptions, QueryRequest, RawPage, ScanRequest } from '../../src/dynamodb/table-reader.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';
import { GOLDEN_TABLES } from './golden-tables.js';

/**
 * What a statement spends is what the best calls written by hand spend: each statement stands beside those calls, which
 * are made directly, and the read units that DynamoDB reports for both are equal.
 */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ tables: GOLDEN_TABLES });
});
afterAll(() => gateway.close());

const NEVER = new AbortController().signal;
const S = (text: string): AttributeValue => ({ S: text });
const N = (value: number): AttributeValue => ({ N: String(value) });

async function get(tableName: string, key: Key, consistentRead = false): Promise<number> {
  return (await gateway.dynamodb.reader.getItem({ tableName, key, consistentRead }, NEVER)).readUnits;
}

async function batch(tableName: string, keys: readonly Key[]): Promise<number> {
  return (await gateway.dynamodb.reader.batchGetItem({ tableName, keys }, NEVER)).readUnits;
}

type Rest<Request> = Omit<Request, 'tableName' | 'keyConditionExpression' | 'values'>;

async function query(
  tableName: string,
  keyConditionExpression: string,
  values: readonly AttributeValue[],
  rest: Rest<QueryRequest> = {},
): Promise<number> {
  const request = { ...rest, tableName, keyConditionExpression, values: numbered(values) };
  return toTheEnd((from) => gateway.dynamodb.reader.query({ ...request, ...from }, NEVER));
}

async function scan(tableName: string, rest: Rest<ScanRequest> = {}): Promise<number> {
  return toTheEnd((from) => gateway.dynamodb.reader.scan({ ...rest, tableName, ...from }, NEVER));
}

/** `:0`, `:1`, ... */
function numbered(values: readonly AttributeValue[]): Record<string, AttributeValue> {
  return Object.fromEntries(values.map((value, i) => [`:${i}`, value]));
}

async function toTheEnd(read: (from: Pick<PagedOptions, 'exclusiveStartKey'>) => Promise<RawPage>): Promise<number> {
  let units = 0;
  let page: RawPage | undefined;
  do {
    const next = page?.lastEvaluatedKey;
    page = await read(next === undefined ? {} : { exclusiveStartKey: next });
    units += page.readUnits;
  } while (page.lastEvaluatedKey !== undefined);
  return units;
}

const order = (customer: string, placed: string): Key => ({ customer: S(customer), placed: S(placed) });
const customerOf = (ids: readonly string[]) => ids.map((id) => ({ id: S(id) }));
const READ_CONSISTENTLY = { consistentRead: true } as const;

interface Shape {
  readonly sql: string;
  readonly best: () => Promise<number>;
  readonly options?: { readonly consistentRead: boolean };
}

const SHAPES: readonly Shape[] = [
  { sql: "SELECT * FROM customers WHERE id = 'c001'", best: () => get('customers', { id: S('c001') }) },
  { sql: "SELECT * FROM customers WHERE id = 'nobody'", best: () => get('customers', { id: S('nobody') }) },
  {
    sql: "SELECT * FROM customers WHERE id = 'c001'",
    options: READ_CONSISTENTLY,
    best: () => get('customers', { id: S('c001') }, true),
  },
  {
    sql: "SELECT total FROM orders WHERE customer = 'c001' AND placed = '2024-01-02T01:00'",
    best: () => get('orders', order('c001', '2024-01-02T01:00')),
  },
  {
    sql: "SELECT name FROM customers WHERE id IN ('c001', 'c002', 'c002', 'nobody')",
    best: () => batch('customers', customerOf(['c001', 'c002', 'nobody'])),
  },
  {
    sql: "SELECT name FROM customers WHERE id IN (SELECT 'c00' || i FROM range(3) t(i)) AND id IN ('c000', 'c001', 'c002')",
    best: () => batch('customers', customerOf(['c000', 'c001', 'c002'])),
  },
  {
    sql: "SELECT * FROM orders WHERE (customer, placed) IN (('c001', '2024-01-02T01:00'), ('c002', '2024-01-03T02:00'))",
    best: () => batch('orders', [order('c001', '2024-01-02T01:00'), order('c002', '2024-01-03T02:00')]),
  },
  {
    sql: 'SELECT value FROM readings WHERE sensor = 1 AND moment IN (1001, 1011, 1021, 1031)',
    best: () =>
      batch(
        'readings',
        [1001, 1011, 1021, 1031].map((moment) => ({ sensor: N(1), moment: N(moment) })),
      ),
  },
  { sql: "SELECT * FROM orders WHERE customer = 'c001'", best: () => query('orders', 'customer = :0', [S('c001')]) },
  {
    sql: "SELECT * FROM orders WHERE customer = 'c001'",
    options: READ_CONSISTENTLY,
    best: () => query('orders', 'customer = :0', [S('c001')], { consistentRead: true }),
  },
  {
    sql: "SELECT count(*) FROM orders WHERE customer = 'c001' AND placed LIKE '2024-06%'",
    best: () => query('orders', 'customer = :0 AND begins_with(placed, :1)', [S('c001'), S('2024-06')]),
  },
  {
    sql: "SELECT placed FROM orders WHERE customer = 'c001' AND placed >= '2024-06' AND placed < '2024-12'",
    best: () => query('orders', 'customer = :0 AND placed BETWEEN :1 AND :2', [S('c001'), S('2024-06'), S('2024-12')]),
  },
  {
    sql: "SELECT placed FROM orders WHERE customer IN ('c001', 'c002') AND status = 'open'",
    best: async () =>
      (await query('orders', 'customer = :0', [S('c001')])) + (await query('orders', 'customer = :0', [S('c002')])),
  },
  {
    sql: 'SELECT value FROM readings WHERE sensor = 1 AND (moment < 1050 OR moment > 1400)',
    best: async () =>
      (await query('readings', 'sensor = :0 AND moment < :1', [N(1), N(1050)])) +
      (await query('readings', 'sensor = :0 AND moment > :1', [N(1), N(1400)])),
  },
  {
    sql: "SELECT * FROM customers WHERE email = 'c1@example.org'",
    best: () => query('customers', 'email = :0', [S('c1@example.org')], { indexName: 'by_email' }),
  },
  {
    sql: "SELECT customer, placed FROM orders WHERE sku = 'sku-1'",
    best: () => query('orders', 'sku = :0', [S('sku-1')], { indexName: 'by_sku' }),
  },
  {
    sql: "SELECT name FROM customers WHERE city = 'Oslo' AND joined BETWEEN '2024-02' AND '2024-04'",
    best: () =>
      query('customers', 'city = :0 AND joined BETWEEN :1 AND :2', [S('Oslo'), S('2024-02'), S('2024-04')], {
        indexName: 'by_city',
      }),
  },
  {
    sql: "SELECT * FROM orders WHERE status = 'open' AND total > 450",
    best: () =>
      query('orders', '#s = :0 AND #t > :1', [S('open'), N(450)], {
        indexName: 'by_status',
        names: { '#s': 'status', '#t': 'total' },
      }),
  },
  {
    sql: "SELECT * FROM orders WHERE customer = 'c001' AND total = 37",
    best: () =>
      query('orders', 'customer = :0 AND #t = :1', [S('c001'), N(37)], {
        indexName: 'by_total',
        names: { '#t': 'total' },
      }),
  },
  { sql: "SELECT name FROM customers WHERE name = 'Customer 7'", best: () => scan('customers') },
  { sql: 'SELECT count(*) FROM orders', best: () => scan('orders', { countOnly: true }) },
  {
    sql: 'SELECT avg(value) FROM readings',
    options: READ_CONSISTENTLY,
    best: () => scan('readings', { consistentRead: true }),
  },
  {
    sql: "SELECT c.name, o.total FROM customers c JOIN orders o ON o.customer = c.id WHERE c.id = 'c001'",
    best: async () =>
      (await get('customers', { id: S('c001') })) + (await query('orders', 'customer = :0', [S('c001')])),
  },
  {
    sql: "SELECT o.placed, l.line.sku FROM orders o, unnest(o.lines) l(line) WHERE o.customer = 'c001'",
    best: () => query('orders', 'customer = :0', [S('c001')]),
  },
  { sql: "SELECT * FROM customers WHERE id = 'a' AND id = 'b'", best: async () => 0 },
  { sql: 'DESCRIBE orders', best: async () => 0 },
];

test.each(SHAPES)('costs what the best calls cost: $sql', async ({ sql, best, options }) => {
  const { summary } = await gateway.ask(sql, options);
  const units = await best();
  expect(summary.readUnits).toBe(units);
  if (sql.startsWith('SELECT') && !sql.includes("id = 'b'")) expect(units).toBeGreaterThan(0);
});
