import { formatDollars, formatMs, formatNumberOf, formatShare, formatUnits } from '../../base/format-quantity.js';
import type { ReferencePlan, StatementPlan } from '../../query/plan/statement-plan.js';
import type { ReadSummary, StatementSummary } from '../../query/statement.js';

/** What has been read; the price where it is known. */
export interface Spent {
  readonly readUnits: number;
  readonly requests: number;
  readonly dollars?: number;
}

/**
 * For example `42 rows in 120 ms (plan 8 ms). Read 1.5 units in 2 requests, <$0.0001: demo.flights by query 1.0,
 * demo.airports by get 0.5`, on one line without its end.
 */
export function costLine(summary: StatementSummary, plan: StatementPlan): string {
  const times = `${formatMs(summary.planMs + summary.executionMs)} (plan ${formatMs(summary.planMs)})`;
  const reads = summary.reads.map((read) => readText(read, plan.references[read.slot]));
  const sampled = summary.sampledUnits > 0 ? ` (and ${formatUnits(summary.sampledUnits)} to sample new tables)` : '';
  return `${formatNumberOf(summary.rows, 'row')} in ${times}. ${spentText(summary)}${reads.length > 0 ? `: ${reads.join(', ')}` : ''}${sampled}`;
}

/** For example `Read 1.5 units in 2 requests, <$0.0001`. */
export function spentText(spent: Spent): string {
  const units = `${formatUnits(spent.readUnits)} ${spent.readUnits === 1 ? 'unit' : 'units'}`;
  const price = spent.dollars === undefined ? '' : `, ${formatDollars(spent.dollars)}`;
  return `Read ${units} in ${formatNumberOf(spent.requests, 'request')}${price}`;
}

/** From this share on it is worth a word that others had less throughput. */
const NOTABLE_SHARE = 0.1;

function readText(read: ReadSummary, reference: ReferencePlan | undefined): string {
  const { table, index, path, readUnits } = read;
  const share = reference === undefined ? 0 : shareTaken(read, reference);
  const remark = share < NOTABLE_SHARE ? '' : ` (${formatShare(share)} of its throughput)`;
  const on = index === undefined ? '' : ` on ${index}`;
  return `${table} by ${path}${on} ${formatUnits(readUnits)}${remark}`;
}

/** The plan's share of the throughput, at the rate at which the reading really went. */
function shareTaken(
  { readUnits, milliseconds }: ReadSummary,
  { estimate, throughputShare = 0 }: ReferencePlan,
): number {
  if (estimate.readUnits === 0) return 0;
  const planned = estimate.readUnits / Math.max(1, estimate.seconds);
  return (throughputShare * (readUnits / Math.max(1, milliseconds / 1000))) / planned;
}
