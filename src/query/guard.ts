import { HeadgateError } from '../base/errors/headgate-error.js';
import { formatAboutUnits, formatCount, formatDollars, formatMs, formatUnits } from '../base/format-quantity.js';
import type { Meter } from './fetch/meter.js';
import { adviceText } from './plan/index-advice.js';
import type { Estimate, ReferencePlan, StatementPlan } from './plan/statement-plan.js';

/** Read units that a statement may spend unless told otherwise: about 200 MB. */
export const DEFAULT_MAX_UNITS = 25_000;

/** Throws UNITS_EXCEEDED when the estimate passes the limit; nothing has been read then. */
export function guardEstimate({ estimate, references }: StatementPlan, maxUnits: number): void {
  if (Math.ceil(estimate.readUnits) <= maxUnits) return;
  throw new HeadgateError(
    'UNITS_EXCEEDED',
    `the statement would read about ${costText(estimate)}, more than the ${formatCount(maxUnits)} allowed`,
    {
      detail: ['Nothing was read.', ...dearest(references).flatMap(reasonText)].join('\n'),
      hint: `Give a key in WHERE, or allow it with ${allowing(Math.ceil(estimate.readUnits))}. EXPLAIN shows the plan.`,
    },
  );
}

/**
 * Throws UNITS_EXCEEDED when what is still to be read, known only now, would pass the limit together with what was spent.
 * For reading that is decided on while the statement runs.
 */
export function guardRemaining(meter: Meter, remaining: Estimate, maxUnits: number): void {
  const { readUnits } = meter.totals();
  const all = Math.ceil(readUnits + remaining.readUnits);
  if (all <= maxUnits) return;
  throw new HeadgateError(
    'UNITS_EXCEEDED',
    `the statement was stopped after ${formatUnits(readUnits)} units: the rest would take about ${costText(remaining)}, more than the ${formatCount(maxUnits)} allowed in all`,
    {
      detail: 'How much is to be read was only known when its first tables were read.',
      hint: `Narrow it in WHERE, or allow it with ${allowing(all)}.`,
    },
  );
}

/** Throws UNITS_EXCEEDED when more was read than allowed. */
export function guardActual(meter: Meter, maxUnits: number): void {
  const { readUnits, dollars } = meter.totals();
  if (readUnits <= maxUnits) return;
  throw new HeadgateError(
    'UNITS_EXCEEDED',
    `the statement was stopped after ${formatUnits(readUnits)} units (${formatDollars(dollars)}), ${formatCount(maxUnits)} are allowed`,
    {
      detail: 'It read more than was estimated: counts and sizes of tables are up to six hours old.',
      hint: 'Narrow it by a key in WHERE, or allow more with --max-units or limits.maxUnits.',
    },
  );
}

function costText({ readUnits, seconds, dollars, pricesOf }: Estimate): string {
  const price = `${formatDollars(dollars)}${pricesOf === undefined ? '' : ` at prices of ${pricesOf}`}`;
  return `${formatCount(Math.ceil(readUnits))} units (${price}, ${formatMs(seconds * 1000)})`;
}

/** The option that lets so many units pass, with a round number above them. */
function allowing(units: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(units)) - 1);
  return `--max-units ${Math.ceil(units / step) * step} or limits.maxUnits`;
}

const SHOWN_REFERENCES = 3;

function dearest(references: readonly ReferencePlan[]): ReferencePlan[] {
  return references
    .filter(({ estimate }) => estimate.readUnits > 0)
    .sort((a, b) => b.estimate.readUnits - a.estimate.readUnits)
    .slice(0, SHOWN_REFERENCES);
}

/** What the units of a reference are for, and the index that would spare them. */
function reasonText({ table, path, index, estimate, advice }: ReferencePlan): string[] {
  const units = `${formatAboutUnits(estimate.readUnits)} units`;
  const by = `${path}${index === undefined ? '' : ` of ${index}`}`;
  const why = path === 'scan' ? ', because no key or index fits its conditions' : '';
  return [
    `${table} takes ${units} by ${by}${why}.`,
    ...(advice === undefined ? [] : [`  An index would help: ${adviceText(advice)}.`]),
  ];
}
