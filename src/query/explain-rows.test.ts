import { describe, expect, it } from 'vitest';
import { explainRows } from './explain-rows.js';
import type { StatementPlan } from './plan/statement-plan.js';
import type { StatementSummary } from './statement.js';

const PLAN: StatementPlan = {
  references: [
    {
      table: 'demo.flights',
      alias: 'f',
      path: 'index-query',
      index: 'by-origin',
      keyConditions: ["origin = 'SEA'"],
      columns: ['origin', 'delay'],
      conjuncts: [{ sql: "(origin = 'SEA')", pushdown: 'exact', use: 'key' }],
      estimate: { readUnits: 12.5, requests: 1, seconds: 0.009, dollars: 0.0000015625 },
      throughputShare: 0.001,
      notes: [],
    },
    {
      table: 'demo.airports',
      alias: 'airports',
      path: 'scan',
      columns: ['iata'],
      conjuncts: [],
      estimate: { readUnits: 25_600, requests: 200, seconds: 9.5, dollars: 0.0032 },
      throughputShare: 0.22,
      advice: {
        partitionKey: 'status',
        sortKeys: ['created_at'],
        projection: 'INCLUDE',
        include: ['total'],
        readUnits: 12,
      },
      notes: ['every item is read'],
    },
  ],
  estimate: { readUnits: 25_612.5, requests: 201, seconds: 9.6, dollars: 0.0032015625, pricesOf: 'us-east-1' },
  warnings: [],
};

const READ = { requests: 2, dollars: 0.000002, milliseconds: 20 };
const SUMMARY: StatementSummary = {
  readUnits: 25_015.5,
  requests: 204,
  dollars: 0.00313,
  rows: 7,
  sampledUnits: 0,
  planMs: 3.2,
  executionMs: 11_416,
  throttling: { refusals: 3, waitedMs: 450 },
  reads: [
    {
      ...READ,
      slot: 0,
      table: 'demo.flights',
      index: 'by-origin',
      path: 'index-query',
      readUnits: 13,
      itemsScanned: 90,
      itemsReturned: 80,
    },
    {
      ...READ,
      slot: 0,
      table: 'demo.flights',
      index: undefined,
      path: 'batch-get',
      readUnits: 2.5,
      itemsScanned: 5,
      itemsReturned: 5,
    },
    {
      slot: 1,
      table: 'demo.airports',
      index: undefined,
      path: 'scan',
      readUnits: 25_000,
      requests: 200,
      itemsScanned: 1_000_000,
      itemsReturned: 1,
      dollars: 0.003125,
      milliseconds: 11_200,
    },
  ],
  warnings: ['demo.flights: 1 value of "delay" are not BIGINT'],
};

async function explained(format: 'text' | 'json', actual?: StatementSummary) {
  const { columns, batches } = explainRows({ kind: { action: 'explain', format }, plan: PLAN }, actual);
  const rows = [];
  for await (const batch of batches) rows.push(...batch);
  return { columns, rows };
}

describe('explainRows', () => {
  it('is one column of text, a row for each line, with the figures in columns', async () => {
    const { columns, rows } = await explained('text');
    expect(columns).toEqual([{ name: 'plan', type: { kind: 'text', sql: 'VARCHAR' } }]);
    expect(rows.map(([line]) => line)).toMatchInlineSnapshot(`
      [
        "statement                                    ~25,613 units  201 requests  9.6 s   $0.0032  (prices of us-east-1)",
        "├─ demo.flights AS f: index-query by-origin    ~12.5 units    1 request    9 ms  <$0.0001",
        "│  key: origin = 'SEA'",
        "│  columns: origin, delay",
        "│  where (origin = 'SEA')  [exact, key]",
        "└─ demo.airports: scan                       ~25,600 units  200 requests  9.5 s   $0.0032  22 % of the throughput",
        "   columns: iata",
        "   note: every item is read",
        "   advice: a GSI on status, created_at (INCLUDE total) would make this about 12.0 units instead of 25,600",
      ]
    `);
  });

  it('has what was spent below each estimate, for the table and each index', async () => {
    const { rows } = await explained('text', SUMMARY);
    expect(rows.map(([line]) => line)).toMatchInlineSnapshot(`
      [
        "statement                                     ~25,613 units  201 requests   9.6 s   $0.0032  (prices of us-east-1)",
        "  actual                                     25,015.5 units  204 requests  11.4 s   $0.0031  7 rows, throttled 3 times, waited 450 ms",
        "├─ demo.flights AS f: index-query by-origin     ~12.5 units    1 request     9 ms  <$0.0001",
        "│    actual index-query by-origin                13.0 units    2 requests   20 ms  <$0.0001  90 items, 80 kept",
        "│    actual batch-get                             2.5 units    2 requests   20 ms  <$0.0001  5 items",
        "│  key: origin = 'SEA'",
        "│  columns: origin, delay",
        "│  where (origin = 'SEA')  [exact, key]",
        "└─ demo.airports: scan                        ~25,600 units  200 requests   9.5 s   $0.0032  22 % of the throughput",
        "     actual                                  25,000.0 units  200 requests  11.2 s   $0.0031  1,000,000 items, 1 kept",
        "   columns: iata",
        "   note: every item is read",
        "   advice: a GSI on status, created_at (INCLUDE total) would make this about 12.0 units instead of 25,600",
        "warning: demo.flights: 1 value of "delay" are not BIGINT",
      ]
    `);
  });

  it('is the plan itself as JSON, in one row', async () => {
    const { columns, rows } = await explained('json');
    expect(columns).toEqual([{ name: 'plan', type: { kind: 'json', sql: 'JSON' } }]);
    expect(rows).toHaveLength(1);
    expect(JSON.parse(String(rows[0]?.[0]))).toEqual(PLAN);
  });

  it('has what was spent beside each estimate in the JSON, as numbers', async () => {
    const { rows } = await explained('json', SUMMARY);
    const { reads, ...total } = SUMMARY;
    const told: unknown = JSON.parse(String(rows[0]?.[0]));
    expect(told).toMatchObject({ estimate: PLAN.estimate, actual: total });
    expect(told).toMatchObject({
      references: [
        { estimate: { readUnits: 12.5 }, actual: [{ readUnits: 13, milliseconds: 20 }, { readUnits: 2.5 }] },
        { advice: { partitionKey: 'status', readUnits: 12 }, actual: [{ readUnits: 25_000, milliseconds: 11_200 }] },
      ],
    });
  });
});
