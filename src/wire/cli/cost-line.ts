import { formatCount, formatDollars, formatMs, formatUnits } from '../../base/format-quantity.js';
import type { StatementPlan } from '../../query/plan/statement-plan.js';
import type { ReadSummary, StatementSummary } from '../../query/statement.js';

/** What has been read; the price where it is known. */
export interface Spent {
  readonly readUnits: number;
  readonly requests: number;
  readonly dollars?: number;
}

/**
 * For example `42 rows in 120 ms (plan 8 ms). Read 1.5 units in 2 requests, $0.00000019: demo.flights by query 1.0,
 * demo.airports by get 0.5`, on one line without its end.
 */
export function costLine(summary: StatementSummary, plan: StatementPlan): string {
  const rows = `${formatCount(summary.rows)} ${summary.rows === 1 ? 'row' : 'rows'}`;
  const times = `${formatMs(summary.planMs + summary.executionMs)} (plan ${formatMs(summary.planMs)})`;
  const reads = summary.reads.map((read) => `${readName(read, plan)} ${formatUnits(read.readUnits)}`);
  const sampled = summary.sampledUnits > 0 ? ` (and ${formatUnits(summary.sampledUnits)} to sample new tables)` : '';
  return `${rows} in ${times}. ${spentText(summary)}${reads.length > 0 ? `: ${reads.join(', ')}` : ''}${sampled}`;
}

/** For example `Read 1.5 units in 2 requests, $0.00000019`. */
export function spentText(spent: Spent): string {
  const units = `${formatUnits(spent.readUnits)} ${spent.readUnits === 1 ? 'unit' : 'units'}`;
  const requests = `${formatCount(spent.requests)} ${spent.requests === 1 ? 'request' : 'requests'}`;
  return `Read ${units} in ${requests}${spent.dollars === undefined ? '' : `, ${formatDollars(spent.dollars)}`}`;
}

/** The summary knows what was read, the plan how; a table that the statement names twice may be read in two ways. */
function readName({ table, index }: ReadSummary, plan: StatementPlan): string {
  const paths = plan.references
    .filter((reference) => reference.table === table && reference.index === index)
    .map((reference) => reference.path);
  const by = paths.length === 0 ? '' : ` by ${[...new Set(paths)].join(' and ')}`;
  return `${table}${by}${index === undefined ? '' : ` on ${index}`}`;
}
