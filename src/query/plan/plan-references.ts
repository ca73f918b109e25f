import { sumOfCosts } from '../cost/cost-of-path.js';
import { priceWarnings } from '../cost/price-of.js';
import { expectLookups } from './expect-lookups.js';
import { type NeededReference, type PlannedReference, type PlanOptions, planReference } from './plan-reference.js';
import type { StatementPlan } from './statement-plan.js';

/** One access path for every reference, and the plan that people see. Pure. */
export function planReferences(
  needed: readonly NeededReference[],
  options: PlanOptions,
): {
  readonly references: readonly PlannedReference[];
  readonly plan: StatementPlan;
  /** Set when DynamoDB counts the items, and that is the answer. */
  readonly countColumn?: string;
} {
  const references = expectLookups(
    needed.map((each) => planReference(each, options)),
    options,
  );
  const counted = references.find(({ path }) => 'countOnly' in path && path.countOnly === true)?.needed.goal;
  return {
    references,
    ...(counted?.kind === 'count' ? { countColumn: counted.columnName } : {}),
    plan: {
      references: references.map(({ plan }) => plan),
      estimate: sumOfCosts(references.map(({ plan }) => plan.estimate)),
      warnings: priceWarnings(references.map(({ reference }) => reference)),
    },
  };
}
