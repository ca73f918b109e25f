import { type AccessPath, keySchema } from './access-path.js';
import { dollarsOf, estimateFirstItems } from './estimate.js';
import type { Goal, OrderTerm } from './goal.js';
import type { PlannedReference } from './plan-references.js';

/**
 * The reference read only as far as the goal needs. Everything that stops early needs every condition pushed exactly:
 * otherwise DuckDB may drop rows that were counted as found. The reference as it was when that is not so, or when the
 * path does not give its items in the order that is asked for.
 */
export function endEarly(planned: PlannedReference, goal: Goal): PlannedReference {
  const { path, plan } = planned;
  if (path.kind !== 'query' && path.kind !== 'scan') return planned;
  if (plan.conjuncts.some(({ pushdown }) => pushdown !== 'exact')) return planned;
  if (goal.kind === 'count') return noted(planned, { ...path, countOnly: true }, 'DynamoDB only counts');
  const direction = directionFor(goal.order, path, planned);
  if (direction === undefined || goal.rows === 0) return planned;
  const stop = { rows: goal.rows, backward: direction === 'backward' };
  const ranges = path.kind === 'query' ? path.ranges.length : 1;
  const from =
    goal.order.length === 0
      ? ''
      : `, from the ${stop.backward ? 'highest' : 'lowest'} ${goal.order[0]?.attribute} down`;
  const stopped = noted(
    planned,
    { ...path, stop },
    `stops after ${goal.rows} ${goal.rows === 1 ? 'item' : 'items'}${ranges > 1 ? ' of each key' : ''}${stop.backward ? from : from.replace(' down', ' up')}`,
  );
  return path.filter === undefined ? cheaper(stopped, goal.rows * ranges) : stopped;
}

/** The way to walk the sort keys so that the rows come in the order that is asked for; undefined when there is none. */
function directionFor(
  order: readonly OrderTerm[],
  path: AccessPath & { readonly kind: 'query' | 'scan' },
  { reference }: PlannedReference,
): 'forward' | 'backward' | undefined {
  if (order.length === 0) return 'forward';
  if (path.kind !== 'query' || reference.source.kind !== 'table') return undefined;
  const schema = keySchema(path, reference.source.table.description);
  const depth = Math.min(...path.ranges.map(({ sortEquals }) => sortEquals.length));
  // Attributes that have a single value in all ranges order nothing.
  const fixed = new Set(schema.partition.filter((_, i) => isSame(path.ranges.map(({ partition }) => partition[i]))));
  const [first, ...rest] = order.filter(({ attribute }) => !fixed.has(attribute));
  if (first === undefined) return 'forward';
  if (first.attribute !== schema.sort[depth] || depth > 0) return undefined;
  // In the table a sort key is unique within its partition; in an index equal ones are in an order of their own.
  if (rest.length > 0 && (path.index !== undefined || path.ranges.length > 1)) return undefined;
  return first.descending ? 'backward' : 'forward';
}

function isSame(values: readonly unknown[]): boolean {
  return new Set(values.map((value) => JSON.stringify(value))).size === 1;
}

function noted(planned: PlannedReference, path: AccessPath, note: string): PlannedReference {
  return { ...planned, path, plan: { ...planned.plan, notes: [...planned.plan.notes, note] } };
}

function cheaper(planned: PlannedReference, items: number): PlannedReference {
  const { source } = planned.reference;
  if (source.kind !== 'table' || planned.path.kind === 'none' || planned.path.kind === 'catalog') return planned;
  const first = estimateFirstItems(source.table, items, planned.path.common.consistentRead);
  const { estimate } = planned.plan;
  if (first.readUnits >= estimate.readUnits) return planned;
  const requests = Math.min(
    estimate.requests,
    Math.max(first.requests, planned.path.kind === 'query' ? planned.path.ranges.length : 1),
  );
  const readUnits = Math.min(estimate.readUnits, Math.max(first.readUnits, requests * 0.5));
  return { ...planned, plan: { ...planned.plan, estimate: { readUnits, requests, dollars: dollarsOf(readUnits) } } };
}
