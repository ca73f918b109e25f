import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Item } from '../../src/dynamodb/attribute-value.js';
import { openTestGateway, type TestGateway, type TestTable } from '../support/test-gateway.js';

/** A thousand orders of 10 KB, so that a scan takes about 1250 units, and the same with the index that is advised for them. */
const ORDERS: TestTable = {
  name: 'orders',
  partitionKey: { name: 'id', type: 'S' },
  items: Array.from(
    { length: 1000 },
    (_, i): Item => ({
      id: { S: `o${i}` },
      customer: { S: `c${i % 200}` },
      status: { S: ['open', 'paid', 'shut'][i % 3] ?? '' },
      created_at: { S: new Date(Date.UTC(2026, 0, 1 + (i % 365))).toISOString() },
      notes: { S: 'n'.repeat(10_000) },
    }),
  ),
};
const INDEXED: TestTable = {
  ...ORDERS,
  name: 'indexed_orders',
  indexes: [
    {
      name: 'advised',
      kind: 'global',
      partitionKeys: [{ name: 'customer', type: 'S' }],
      sortKeys: [{ name: 'created_at', type: 'S' }],
      projection: { kind: 'all' },
    },
  ],
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ tables: [ORDERS, INDEXED] });
});
afterAll(() => gateway.close());

const WHERE = "WHERE customer = 'c7' AND created_at >= '2026-02-01'";
const JOIN = `SELECT i.id FROM (SELECT * FROM orders ${WHERE}) o JOIN indexed_orders i ON i.id = o.id`;

async function lines(sql: string): Promise<string[]> {
  const { rows } = await gateway.ask(sql);
  return rows.map(([line]) => String(line));
}

describe('the index that is advised', () => {
  test('is named in the plan, and costs what is said of it when it is there', async () => {
    const { plan, summary } = await gateway.ask(`SELECT * FROM orders ${WHERE}`);
    const advice = plan.references[0]?.advice;
    expect(advice).toMatchObject({ partitionKey: 'customer', sortKeys: ['created_at'], projection: 'ALL' });
    expect(summary.readUnits).toBeGreaterThan(1000);
    const indexed = await gateway.ask(`SELECT * FROM indexed_orders ${WHERE}`);
    expect(indexed.plan.references[0]).toMatchObject({ path: 'index-query', index: 'advised' });
    expect(indexed.plan.references[0]?.advice).toBeUndefined();
    const ratio = indexed.summary.readUnits / (advice?.readUnits ?? 0);
    expect(ratio).toBeGreaterThan(1 / 4);
    expect(ratio).toBeLessThan(4);
  });

  test('is named by the guard', async () => {
    await expect(gateway.ask(`SELECT * FROM orders ${WHERE}`, { maxUnits: 500 })).rejects.toMatchObject({
      code: 'UNITS_EXCEEDED',
      detail: expect.stringMatching(/An index would help: a GSI on customer, created_at \(ALL\)/),
    });
  });
});

describe('EXPLAIN ANALYZE', () => {
  test('has what was spent below each estimate', async () => {
    const shown = await lines(`EXPLAIN ANALYZE ${JOIN}`);
    expect(shown[0]).toMatch(/^statement +~[\d,.]+ units +\d+ requests? +\d+ ms +\$[\d.]+ +\(prices of us-east-1\)$/);
    expect(shown[1]).toMatch(/^ {2}actual +[\d,.]+ units +\d+ requests? +[\d.]+ m?s +\$[\d.]+ +\d+ rows$/);
    expect(shown.filter((line) => /^[│ ] {4}actual( batch-get)? +[\d,.]+ units .* items?/.test(line))).toHaveLength(2);
  });

  test('has the same as data, and what was spent is the sum of the references', async () => {
    const [json = ''] = await lines(`EXPLAIN (ANALYZE, FORMAT JSON) ${JOIN}`);
    const told = JSON.parse(json) as {
      references: { actual: { readUnits: number; requests: number; dollars: number; milliseconds: number }[] }[];
      actual: { readUnits: number; requests: number; dollars: number };
    }; // What explain-rows.ts writes.
    const reads = told.references.flatMap(({ actual }) => actual);
    const sum = (of: (read: (typeof reads)[number]) => number) => reads.reduce((total, read) => total + of(read), 0);
    expect(reads.length).toBeGreaterThanOrEqual(2);
    expect(told.actual.readUnits).toBe(sum(({ readUnits }) => readUnits));
    expect(told.actual.requests).toBe(sum(({ requests }) => requests));
    expect(told.actual.dollars).toBeCloseTo(
      sum(({ dollars }) => dollars),
      12,
    );
    expect(reads.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
  });
});
