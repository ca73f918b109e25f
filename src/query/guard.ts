import { HeadgateError } from '../base/errors/headgate-error.js';
import type { Meter } from './fetch/meter.js';
import type { StatementPlan } from './plan/statement-plan.js';

/** Read units that a statement may spend unless told otherwise: about 200 MB. */
export const DEFAULT_MAX_UNITS = 25_000;

/** Throws UNITS_EXCEEDED when the estimate passes the limit; nothing has been read then. */
export function guardEstimate(plan: StatementPlan, maxUnits: number): void {
  const units = Math.ceil(plan.estimate.readUnits);
  if (units <= maxUnits) return;
  const scans = plan.references.filter(({ path }) => path === 'scan').map(({ table }) => table);
  throw new HeadgateError(
    'UNITS_EXCEEDED',
    `the statement would read about ${units} units, more than the ${maxUnits} allowed`,
    {
      detail:
        scans.length === 0
          ? 'That is the sum of its key look-ups and queries.'
          : `It scans ${[...new Set(scans)].join(', ')}, because no key or index fits its conditions. Nothing was read.`,
      hint: 'Give a key in WHERE, or allow it with --max-units or limits.maxUnits. EXPLAIN shows the plan.',
    },
  );
}

/** Throws UNITS_EXCEEDED when more was read than allowed. */
export function guardActual(meter: Meter, maxUnits: number): void {
  const { readUnits } = meter.totals();
  if (readUnits <= maxUnits) return;
  throw new HeadgateError(
    'UNITS_EXCEEDED',
    `the statement was stopped after ${readUnits} units, ${maxUnits} are allowed`,
    {
      detail: 'It read more than was estimated: counts and sizes of tables are up to six hours old.',
      hint: 'Narrow it by a key in WHERE, or allow more with --max-units or limits.maxUnits.',
    },
  );
}
