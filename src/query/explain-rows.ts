import { renderPlan } from './explain.js';
import type { PlannedStatement } from './plan-statement.js';
import type { ResultType, RowBatch } from './result.js';
import type { StatementResult, StatementSummary } from './statement.js';

/** What EXPLAIN answers: the plan as one column of text lines, or as JSON in one row; with ANALYZE, also what was spent. */
export function explainRows(
  { kind, plan }: Pick<PlannedStatement, 'kind' | 'plan'>,
  actual?: StatementSummary,
): Pick<StatementResult, 'columns' | 'batches' | 'isExplained'> {
  const isJson = kind.format === 'json';
  const lines = isJson ? [JSON.stringify(planData(plan, actual))] : renderPlan(plan, actual).split('\n');
  const type: ResultType = isJson ? { kind: 'json', sql: 'JSON' } : { kind: 'text', sql: 'VARCHAR' };
  return { columns: [{ name: 'plan', type }], batches: once(lines.map((line) => [line])), isExplained: true };
}

/** The plan as data; what was spent stands beside each estimate, and in all beside that of the statement. */
function planData(plan: PlannedStatement['plan'], actual: StatementSummary | undefined) {
  if (actual === undefined) return plan;
  const { reads, ...total } = actual;
  const references = plan.references.map((reference, slot) => ({
    ...reference,
    actual: reads.filter((read) => read.slot === slot),
  }));
  return { ...plan, references, actual: total };
}

async function* once(batch: RowBatch): AsyncGenerator<RowBatch> {
  yield batch;
}
