import { estimateFirstItems } from '../estimate/estimate.js';
import { isExactCondition } from '../keys/key-condition.js';
import { type AccessPath, keySchema, type Stop } from './access-path.js';
import type { Goal, OrderTerm } from './goal.js';
import type { Candidate, PathRequest } from './path-request.js';

type PagedPath = AccessPath & { readonly kind: 'query' | 'scan' };
type RowsGoal = Goal & { readonly kind: 'rows' };

/** Whether the path ends before its last item, or only counts. */
export function isEnded(path: AccessPath): boolean {
  return (path.kind === 'query' || path.kind === 'scan') && (path.stop !== undefined || path.countOnly === true);
}

/**
 * The candidate read only as far as the goal needs. Everything that stops early needs every condition pushed exactly:
 * otherwise DuckDB may drop rows that were counted as found. The candidate as it was when that is not so, or when the
 * path does not give its items in the order that is asked for.
 */
export function endEarly(candidate: Candidate, request: PathRequest): Candidate {
  const { path } = candidate;
  const { goal } = request;
  if (goal === undefined || (path.kind !== 'query' && path.kind !== 'scan')) return candidate;
  const surplus = surplusOf(candidate, path, request);
  if (surplus === undefined) return candidate;
  if (goal.kind === 'count') {
    if (surplus > 0 || path.fillIn !== undefined) return candidate;
    return { ...candidate, path: { ...path, countOnly: true }, notes: [...candidate.notes, 'DynamoDB only counts'] };
  }
  const stop = goal.rows === 0 ? undefined : stopFor(goal, path, request);
  if (stop === undefined) return candidate;
  const ended = { ...candidate, path: withStop(path, { ...stop, rows: stop.rows + surplus }) };
  const noted = { ...ended, notes: [...candidate.notes, describeStop(goal, path, stop)] };
  return path.filter === undefined ? cheaper(noted, path, { goal, surplus, request }) : noted;
}

function withStop(path: PagedPath, stop: Stop): PagedPath {
  // Several segments would each give so many rows.
  return path.kind === 'scan' ? { ...path, segments: 1, stop } : { ...path, stop };
}

/**
 * Items that a path may give beyond those that count, for each of its ranges: a sort key takes one condition, so an open
 * range becomes a BETWEEN with its ends, and in the table each end is one item at most. Undefined when it may give any.
 */
function surplusOf({ uses }: Candidate, path: PagedPath, { conditions, isComplete }: PathRequest): number | undefined {
  if (!isComplete || !conditions.every(({ exact }, i) => exact && uses[i] !== 'none')) return undefined;
  if (path.kind === 'scan' || path.ranges.every(isExactCondition)) return 0;
  return path.index === undefined ? 2 : undefined;
}

function stopFor(goal: RowsGoal, path: PagedPath, request: PathRequest): Stop | undefined {
  if (goal.order.length === 0) return { rows: goal.rows, backward: false };
  if (path.kind !== 'query') return undefined;
  const schema = keySchema(path, request.table.description);
  const depth = Math.min(...path.ranges.map(({ sortEquals }) => sortEquals.length));
  // Attributes that have a single value in all ranges order nothing.
  const fixed = new Set([
    ...schema.partition.filter((_, i) => isSame(path.ranges.map(({ partition }) => partition[i]))),
    ...schema.sort.slice(0, depth).filter((_, i) => isSame(path.ranges.map(({ sortEquals }) => sortEquals[i]))),
  ]);
  const [first, ...rest] = goal.order.filter(({ attribute }) => !fixed.has(attribute));
  if (first === undefined) return { rows: goal.rows, backward: false };
  if (!schema.sort.slice(0, depth).every((attribute) => fixed.has(attribute))) return undefined;
  if (first.attribute !== schema.sort[depth]) return undefined;
  const stop = { rows: goal.rows, backward: first.descending };
  // In the table a sort key is unique within its partition; in an index equal ones are in an order of their own.
  return rest.length > 0 && path.index !== undefined ? { ...stop, ties: first.attribute } : stop;
}

function isSame(values: readonly unknown[]): boolean {
  return new Set(values.map((value) => JSON.stringify(value))).size === 1;
}

function describeStop({ rows, order }: RowsGoal, path: PagedPath, { backward }: Stop): string {
  const ranges = path.kind === 'query' ? path.ranges.length : 1;
  return `stops after ${rows} ${rows === 1 ? 'item' : 'items'}${ranges > 1 ? ' of each key' : ''}${describeOrder(order, backward)}`;
}

function describeOrder([first]: readonly OrderTerm[], backward: boolean): string {
  if (first === undefined) return '';
  return backward ? `, from the highest ${first.attribute} down` : `, from the lowest ${first.attribute} up`;
}

function cheaper(
  candidate: Candidate,
  path: PagedPath,
  { goal, surplus, request }: { readonly goal: RowsGoal; readonly surplus: number; readonly request: PathRequest },
): Candidate {
  const ranges = path.kind === 'query' ? path.ranges.length : 1;
  const first = estimateFirstItems(request, path, { items: goal.rows + surplus, ranges });
  return first.readUnits < candidate.estimate.readUnits ? { ...candidate, estimate: first } : candidate;
}
