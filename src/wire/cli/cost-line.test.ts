import { expect, test } from 'vitest';
import type { ReferencePlan } from '../../query/plan/statement-plan.js';
import type { ReadSummary } from '../../query/statement.js';
import { costLine, spentText } from './cost-line.js';

const NOTHING = { readUnits: 0, requests: 0, seconds: 0, dollars: 0 };

function reference(table: string, path: ReferencePlan['path'], index?: string): ReferencePlan {
  const named = index === undefined ? {} : { index };
  return { table, alias: table, path, ...named, columns: [], conjuncts: [], estimate: NOTHING, notes: [] };
}

function read(slot: number, path: ReadSummary['path'], readUnits: number, index?: string): ReadSummary {
  const items = { itemsScanned: 1, itemsReturned: 1 };
  return { slot, table: 'demo.airports', index, path, readUnits, requests: 1, ...items, dollars: 0, milliseconds: 1 };
}

const ONE_TABLE = {
  readUnits: 1.5,
  requests: 2,
  dollars: 1.875e-7,
  planMs: 8.2,
  executionMs: 112,
  warnings: [],
  sampledUnits: 0,
};

test('the cost line tells rows, time, units, requests, dollars, and what each reference took by which path', () => {
  const plan = {
    references: [
      reference('demo.flights', 'query'),
      reference('demo.airports', 'get'),
      reference('demo.airports', 'index-query', 'by_city'),
    ],
    estimate: NOTHING,
    warnings: [],
  };
  const reads = [
    { ...read(0, 'query', 1), table: 'demo.flights' },
    read(1, 'get', 0.5),
    read(2, 'index-query', 1234.5, 'by_city'),
    read(2, 'batch-get', 7),
  ];
  expect(costLine({ ...ONE_TABLE, rows: 42, reads }, plan)).toBe(
    '42 rows in 120 ms (plan 8 ms). Read 1.5 units in 2 requests, <$0.0001: demo.flights by query 1.0, ' +
      'demo.airports by get 0.5, demo.airports by index-query on by_city 1,234.5, demo.airports by batch-get 7.0',
  );
});

test('the share of the throughput is told from a tenth on, as it really was', () => {
  const estimate = { ...NOTHING, readUnits: 2000, seconds: 10 };
  const scan = { ...reference('s.t', 'scan'), estimate, throughputShare: 0.2 };
  const line = (milliseconds: number) =>
    costLine(
      { ...ONE_TABLE, rows: 0, reads: [{ ...read(0, 'scan', 2000), table: 's.t', milliseconds }] },
      { references: [scan], estimate, warnings: [] },
    ).replace(/.*: /, '');
  expect(line(20_000)).toBe('s.t by scan 2,000.0 (10 % of its throughput)');
  expect(line(5_000)).toBe('s.t by scan 2,000.0 (40 % of its throughput)');
  expect(line(40_000)).toBe('s.t by scan 2,000.0');
});

test('a statement that reads nothing says so', () => {
  const summary = { ...NOTHING, rows: 1, planMs: 1, executionMs: 1, reads: [], warnings: [], sampledUnits: 0 };
  expect(costLine(summary, { references: [], estimate: NOTHING, warnings: [] })).toBe(
    '1 row in 2 ms (plan 1 ms). Read 0.0 units in 0 requests, $0',
  );
});

test('what was spent is told without a price where it is not known', () => {
  expect(spentText({ readUnits: 1, requests: 1 })).toBe('Read 1.0 unit in 1 request');
});
