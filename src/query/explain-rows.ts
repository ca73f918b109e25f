import { renderPlan } from './explain.js';
import type { PlannedStatement } from './plan-statement.js';
import type { ResultColumn, ResultType, RowBatch } from './result.js';
import type { StatementSummary } from './statement.js';

/** What EXPLAIN answers: the plan as one column of text lines, or as JSON in one row; with ANALYZE, also what was spent. */
export function explainRows(
  { kind, plan }: Pick<PlannedStatement, 'kind' | 'plan'>,
  actual?: StatementSummary,
): { readonly columns: readonly ResultColumn[]; readonly batches: AsyncIterable<RowBatch> } {
  const text = kind.format === 'json' ? JSON.stringify(actual === undefined ? plan : { ...plan, actual }) : undefined;
  const lines = text === undefined ? [...renderPlan(plan).split('\n'), ...actualLines(actual)] : [text];
  const type: ResultType = text === undefined ? { kind: 'text', sql: 'VARCHAR' } : { kind: 'json', sql: 'JSON' };
  return { columns: [{ name: 'plan', type }], batches: once(lines.map((line) => [line])) };
}

function actualLines(actual: StatementSummary | undefined): string[] {
  if (actual === undefined) return [];
  const { readUnits, requests, rows, executionMs, reads, warnings } = actual;
  return [
    `actual  ${readUnits} units, ${requests} requests, ${rows} rows in ${Math.round(executionMs)} ms`,
    ...reads.map(
      (read) =>
        `   ${read.table}${read.index === undefined ? '' : ` ${read.index}`}: ${read.readUnits} units, ${read.requests} requests, ${read.itemsScanned} items read, ${read.itemsReturned} kept`,
    ),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
}

async function* once(batch: RowBatch): AsyncGenerator<RowBatch> {
  yield batch;
}
