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
      estimate: { readUnits: 12.5, requests: 1, dollars: 0.0000015625 },
      notes: [],
    },
  ],
  estimate: { readUnits: 12.5, requests: 1, dollars: 0.0000015625 },
  warnings: [],
};

const SUMMARY: StatementSummary = {
  readUnits: 13,
  requests: 2,
  dollars: 0.000001625,
  rows: 7,
  sampledUnits: 0,
  planMs: 3.2,
  executionMs: 41.6,
  reads: [
    { table: 'demo.flights', index: 'by-origin', readUnits: 13, requests: 2, itemsScanned: 90, itemsReturned: 80 },
    { table: 'demo.airports', index: undefined, readUnits: 0, requests: 0, itemsScanned: 0, itemsReturned: 0 },
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
  it('is one column of text, a row for each line', async () => {
    const { columns, rows } = await explained('text');
    expect(columns).toEqual([{ name: 'plan', type: { kind: 'text', sql: 'VARCHAR' } }]);
    const lines = rows.map(([line]) => String(line));
    expect(lines[0]).toMatch(/^statement .*12\.5 units/);
    expect(lines.join('\n')).toContain('demo.flights AS f: index-query by-origin');
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    expect(lines.join('\n')).not.toContain('actual');
  });

  it('adds what was spent to the lines, in all and for each read', async () => {
    const { rows } = await explained('text', SUMMARY);
    expect(rows.map(([line]) => line).slice(-4)).toEqual([
      'actual  13 units, 2 requests, 7 rows in 42 ms',
      '   demo.flights by-origin: 13 units, 2 requests, 90 items read, 80 kept',
      '   demo.airports: 0 units, 0 requests, 0 items read, 0 kept',
      'warning: demo.flights: 1 value of "delay" are not BIGINT',
    ]);
  });

  it('is the plan itself as JSON, in one row', async () => {
    const { columns, rows } = await explained('json');
    expect(columns).toEqual([{ name: 'plan', type: { kind: 'json', sql: 'JSON' } }]);
    expect(rows).toHaveLength(1);
    expect(JSON.parse(String(rows[0]?.[0]))).toEqual(PLAN);
  });

  it('adds what was spent to the JSON', async () => {
    const { rows } = await explained('json', SUMMARY);
    expect(JSON.parse(String(rows[0]?.[0]))).toEqual({ ...PLAN, actual: JSON.parse(JSON.stringify(SUMMARY)) });
  });
});
