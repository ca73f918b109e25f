import type { ResultColumn, ResultValue, RowBatch } from '../../query/result.js';
import type { StatementResult } from '../../query/statement.js';

export const FAKE_COLUMNS: readonly ResultColumn[] = [
  { name: 'id', type: { kind: 'integer', bits: 32, signed: true, sql: 'INTEGER' } },
  { name: 'amount', type: { kind: 'decimal', precision: 38, scale: 2, sql: 'DECIMAL(38,2)' } },
];

/** Row number `i` of the statement below: the number, and a decimal that no double holds. */
export function fakeRow(i: number): readonly ResultValue[] {
  return [i, `${i}2345678901234567890.25`];
}

export interface FakeStatement {
  readonly rows: number;
  readonly batchRows?: number;
  /** Thrown after the last row. */
  readonly error?: Error;
  /** Waited for before each batch; told which. */
  readonly before?: (batch: number) => Promise<void> | void;
  readonly columns?: readonly ResultColumn[];
  readonly rowOf?: (i: number) => readonly ResultValue[];
}

/** A result as the engine gives it, with rows made on the way; counts what is taken, and whether it was closed. */
export function fakeResult({ rows, batchRows = 100, error, before, columns, rowOf = fakeRow }: FakeStatement) {
  const seen = { rows: 0, isClosed: false };
  async function* batches(): AsyncGenerator<RowBatch> {
    for (let first = 0, batch = 0; first < rows; first += batchRows, batch++) {
      await before?.(batch);
      const count = Math.min(batchRows, rows - first);
      seen.rows += count;
      yield Array.from({ length: count }, (_, i) => rowOf(first + i));
    }
    if (error !== undefined) throw error;
  }
  const result: StatementResult = {
    columns: columns ?? FAKE_COLUMNS,
    batches: batches(),
    plan: {
      references: [
        {
          table: 'test.orders',
          alias: 'orders',
          path: 'scan',
          columns: ['*'],
          conjuncts: [],
          estimate: { readUnits: 12, requests: 3, seconds: 0.1, dollars: 0.000003 },
          notes: [],
        },
      ],
      estimate: { readUnits: 12, requests: 3, seconds: 0.1, dollars: 0.000003 },
      warnings: [],
    },
    summary: () => ({
      readUnits: 12.5,
      requests: 3,
      dollars: 0.0000031,
      rows: seen.rows,
      planMs: 2,
      executionMs: 18,
      sampledUnits: 0,
      reads: [
        {
          slot: 0,
          table: 'test.orders',
          index: undefined,
          path: 'scan',
          readUnits: 12.5,
          requests: 3,
          itemsScanned: rows,
          itemsReturned: rows,
          dollars: 0.0000031,
          milliseconds: 10,
        },
      ],
      warnings: [],
    }),
    close: async () => {
      seen.isClosed = true;
    },
  };
  return { result, seen };
}
