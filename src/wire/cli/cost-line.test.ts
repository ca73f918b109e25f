import { expect, test } from 'vitest';
import { formatDollars, formatMs } from '../../base/format-quantity.js';
import type { ReferencePlan } from '../../query/plan/statement-plan.js';
import { costLine, spentText } from './cost-line.js';

const NOTHING = { readUnits: 0, requests: 0, dollars: 0 };

function reference(table: string, path: ReferencePlan['path'], index?: string): ReferencePlan {
  const named = index === undefined ? {} : { index };
  return { table, alias: table, path, ...named, columns: [], conjuncts: [], estimate: NOTHING, notes: [] };
}

function read(table: string, readUnits: number, index?: string) {
  return { table, index, readUnits, requests: 1, itemsScanned: 1, itemsReturned: 1 };
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

test('the cost line tells rows, time, units, requests, dollars, and what each table took by which path', () => {
  const plan = {
    references: [
      reference('demo.flights', 'query'),
      reference('demo.airports', 'get'),
      reference('demo.airports', 'index-query', 'by_city'),
      reference('demo.airports', 'scan'),
    ],
    estimate: NOTHING,
    warnings: [],
    sampledUnits: 0,
  };
  const reads = [read('demo.flights', 1), read('demo.airports', 0.5), read('demo.airports', 1234.5, 'by_city')];
  expect(costLine({ ...ONE_TABLE, rows: 42, reads }, plan)).toBe(
    '42 rows in 120 ms (plan 8 ms). Read 1.5 units in 2 requests, $0.00000019: demo.flights by query 1.0, ' +
      'demo.airports by get and scan 0.5, demo.airports by index-query on by_city 1,234.5',
  );
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

test('small prices keep two significant digits, others are in cents', () => {
  expect([0, 1.25e-7, 0.000625, 0.001, 0.0099, 0.01, 1.005, 1234.5].map(formatDollars)).toEqual([
    '$0',
    '$0.00000013',
    '$0.00063',
    '$0.0010',
    '$0.0099',
    '$0.01',
    '$1.01',
    '$1,234.50',
  ]);
});

test('times from a second upward are in seconds', () => {
  expect([0.4, 999, 1000, 65_432].map(formatMs)).toEqual(['0 ms', '999 ms', '1.0 s', '65.4 s']);
});
