import type { Column } from '../../catalog/model.js';
import { costOfPath, type ReadingPace } from '../cost/cost-of-path.js';
import { displayName, ITEM_COLUMN, type Reference } from '../resolve/reference.js';
import { combineReadings } from './conditions/conjuncts.js';
import type { Conjunct, Predicate } from './conditions/predicate.js';
import { describePath } from './describe-path.js';
import { NOTHING } from './estimate/estimate.js';
import { withAdvice } from './index-advice.js';
import { isExactCondition } from './keys/key-condition.js';
import type { Lookup } from './lookup.js';
import type { AccessPath } from './paths/access-path.js';
import { type ChosenPath, choosePath } from './paths/choose-path.js';
import type { Goal } from './paths/goal.js';
import type { Candidate } from './paths/path-request.js';
import type { ConjunctPlan, ReferencePlan } from './statement-plan.js';

/** A reference with what DuckDB's optimizer found the statement to need of it. */
export interface NeededReference {
  readonly reference: Reference;
  /** The conjuncts of each reading; none when the plan does not read the reference. */
  readonly readings: readonly (readonly Conjunct[])[];
  /** Columns that are needed, in the order of the reference. */
  readonly columns: readonly Column[];
  /** Said in the plan, for example why everything is read. */
  readonly notes: readonly string[];
  readonly goal: Goal | undefined;
  /** Other references that know which values are wanted. */
  readonly lookups: readonly Lookup[];
}

export interface PlannedReference {
  readonly reference: Reference;
  readonly columns: readonly Column[];
  readonly path: AccessPath;
  /** Items that are expected. */
  readonly items: number;
  /** The path gives no item for which a condition that was learned does not hold. */
  readonly isNarrowed?: boolean;
  /** Read units that the path takes; the plan may have those of a lookup, which are fewer. */
  readonly ownUnits: number;
  readonly plan: ReferencePlan;
  /** What to read when the path ends before it has given the rows that are wanted. */
  readonly otherwise?: PlannedReference;
  /** What it was planned from, for planning it again when more is known. */
  readonly needed: NeededReference;
}

export interface PlanOptions extends ReadingPace {
  readonly consistentRead: boolean;
}

/**
 * The access path of one reference and the plan that people see. `known` are conditions that are learned while the
 * statement runs, and hold for every item that is wanted. Pure.
 */
export function planReference(
  needed: NeededReference,
  options: PlanOptions,
  known: readonly Predicate[] = [],
): PlannedReference {
  const { reference, readings, columns, goal } = needed;
  const { source } = reference;
  if (source.kind === 'catalog') return withoutReading(needed, { kind: 'catalog' });
  if (readings.length === 0) return withoutReading(needed, { kind: 'none' });
  const { conjuncts, translated } = combineReadings(readings);
  const chosen = choosePath({
    table: source.table,
    conditions: [
      ...translated.map(({ condition }) => condition),
      ...known.map((predicate) => ({ predicate, exact: true })),
    ],
    isComplete: translated.length === conjuncts.length,
    attributes: columns.includes(ITEM_COLUMN) ? undefined : new Set(columns.map(({ attribute }) => attribute)),
    goal,
    consistentRead: options.consistentRead,
  });
  const conjunctsOf = ({ path, uses }: Candidate) =>
    conjuncts.map((conjunct): ConjunctPlan => {
      const at = translated.findIndex(({ conjunct: own }) => own === conjunct);
      const use = at < 0 ? 'none' : (uses[at] ?? 'none');
      if (use === 'none') return { sql: conjunct.sql, pushdown: 'none', use };
      const exact = conjunct.translated?.exact === true && (use === 'filter' || hasExactKeys(path));
      return { sql: conjunct.sql, pushdown: exact ? 'exact' : 'superset', use };
    });
  const predicates = translated.map(({ condition }) => condition.predicate);
  const planned = (candidate: Candidate) => ({
    ...withAdvice(plannedReference(needed, { ...candidate, conjuncts: conjunctsOf(candidate) }, options), predicates),
    isNarrowed: candidate.uses.slice(translated.length).every((use) => use !== 'none'),
  });
  return chosen.otherwise === undefined
    ? planned(chosen)
    : { ...planned(withFallbackNote(chosen)), otherwise: planned(chosen.otherwise) };
}

function withFallbackNote(chosen: ChosenPath): Candidate {
  const note = `if it has fewer rows, items without ${chosen.mayLack} are read too`;
  return { ...chosen, notes: [...chosen.notes, note] };
}

function withoutReading(needed: NeededReference, path: AccessPath): PlannedReference {
  return plannedReference(needed, { path, estimate: NOTHING, notes: [], conjuncts: [] }, {});
}

function hasExactKeys(path: AccessPath): boolean {
  return path.kind !== 'query' || path.ranges.every(isExactCondition);
}

function plannedReference(
  needed: NeededReference,
  chosen: Pick<Candidate, 'path' | 'estimate' | 'notes'> & { readonly conjuncts: readonly ConjunctPlan[] },
  pace: ReadingPace,
): PlannedReference {
  const { reference, columns } = needed;
  const { path, estimate, notes, conjuncts } = chosen;
  return {
    reference,
    columns,
    path,
    items: estimate.items,
    ownUnits: estimate.readUnits,
    needed,
    plan: {
      table: displayName(reference),
      alias: reference.alias,
      ...describePath(path, reference),
      columns: columns.includes(ITEM_COLUMN) ? ['*'] : columns.map(({ name }) => name),
      conjuncts,
      ...costOfPath(path, estimate, { ...pace, source: reference.source }),
      notes: [...needed.notes, ...notes],
    },
  };
}
