import { renderPlan } from '../../../query/explain.js';
import { normalizeSql } from '../../../query/parse/normalize-sql.js';
import { adviceText } from '../../../query/plan/index-advice.js';
import type { StatementPlan } from '../../../query/plan/statement-plan.js';
import type { Caller } from '../contract/http-services.js';
import type { Planned } from '../contract/query.js';
import type { RouteContext } from './route-context.js';
import type { Statement } from './statement-of.js';

/** The least that DynamoDB charges for a read: half a unit. */
const LEAST_UNITS = 0.5;

/** How a statement would be read, and what for; reads no items. */
export async function planOf(
  { services }: Pick<RouteContext, 'services'>,
  { statement, caller, signal }: { statement: Statement; caller: Caller; signal: AbortSignal },
): Promise<Planned> {
  const startedAt = performance.now();
  const plan = await services.statements.plan(caller, statement.request, signal);
  const { readUnits, requests, seconds, dollars } = plan.estimate;
  return {
    plan: renderPlan(plan),
    planTree: JSON.parse(JSON.stringify(plan)),
    weight: weightOf(plan),
    estimate: { readUnits, requests, seconds, dollars },
    normalizedSql: normalizeSql(statement.request.sql),
    planTime: performance.now() - startedAt,
    warnings: [...plan.warnings],
    advice: plan.references.flatMap(({ table, advice }) =>
      advice === undefined ? [] : [{ table, text: adviceText(advice) }],
    ),
  };
}

/** In units. A table that is thought to be empty must be asked nevertheless, so its weight is not nothing. */
function weightOf({ references, estimate }: StatementPlan): number {
  const readsTable = references.some(({ path }) => path !== 'none' && path !== 'catalog');
  return readsTable ? Math.max(estimate.readUnits, LEAST_UNITS) : estimate.readUnits;
}
