import type { Column } from '../../catalog/model.js';
import { displayName, ITEM_COLUMN, type Reference } from '../resolve/reference.js';
import { type AccessPath, keySchema } from './access-path.js';
import { choosePath } from './choose-path.js';
import { endEarly } from './early-end.js';
import { dollarsOf, type PathEstimate } from './estimate.js';
import { describeValue } from './filter-expression.js';
import type { Goal } from './goal.js';
import { describeKeyCondition, isExactCondition } from './key-condition.js';
import type { Conjunct, Predicate } from './predicate.js';
import type { AccessPathKind, ConjunctPlan, ReferencePlan, StatementPlan } from './statement-plan.js';

/** A reference with what DuckDB's optimizer found the statement to need of it. */
export interface NeededReference {
  readonly reference: Reference;
  /** The conjuncts of each reading; none when the plan does not read the reference. */
  readonly readings: readonly (readonly Conjunct[])[];
  /** Columns that are needed, in the order of the reference. */
  readonly columns: readonly Column[];
  /** Said in the plan, for example why everything is read. */
  readonly notes: readonly string[];
}

export interface PlannedReference {
  readonly reference: Reference;
  readonly columns: readonly Column[];
  readonly path: AccessPath;
  readonly plan: ReferencePlan;
}

/** One access path for every reference, and the plan that people see. Pure. */
export function planReferences(
  needed: readonly NeededReference[],
  options: { readonly consistentRead: boolean; readonly goal?: Goal | undefined },
): {
  readonly references: readonly PlannedReference[];
  readonly plan: StatementPlan;
  /** Set when DynamoDB counts the items, and that is the answer. */
  readonly countColumn?: string;
} {
  const { consistentRead, goal } = options;
  const references = needed.map((each) => {
    const planned = planReference(each, { consistentRead, project: true });
    const early = goal === undefined ? planned : endEarly(planned, goal);
    // Select=COUNT takes no projection.
    return isCount(early) && goal !== undefined
      ? endEarly(planReference(each, { consistentRead, project: false }), goal)
      : early;
  });
  const isCounted = references.some(isCount);
  const estimates = references.map(({ plan }) => plan.estimate);
  const readUnits = estimates.reduce((sum, each) => sum + each.readUnits, 0);
  return {
    references,
    ...(isCounted && goal?.kind === 'count' ? { countColumn: goal.columnName } : {}),
    plan: {
      references: references.map(({ plan }) => plan),
      estimate: {
        readUnits,
        requests: estimates.reduce((sum, each) => sum + each.requests, 0),
        dollars: dollarsOf(readUnits),
      },
      warnings: [],
    },
  };
}

function isCount({ path }: PlannedReference): boolean {
  return 'countOnly' in path && path.countOnly === true;
}

function planReference(
  needed: NeededReference,
  { consistentRead, project }: { readonly consistentRead: boolean; readonly project: boolean },
): PlannedReference {
  const { reference, readings, columns } = needed;
  const { source } = reference;
  if (source.kind === 'catalog') return planned(needed, { kind: 'catalog' }, NOTHING, []);
  if (readings.length === 0) return planned(needed, { kind: 'none' }, NOTHING, []);
  const { conjuncts, predicates } = combine(readings);
  const wholeItem = columns.includes(ITEM_COLUMN);
  const { path, estimate, uses, notes } = choosePath({
    table: source.table,
    predicates: predicates.map(({ predicate }) => predicate),
    attributes: wholeItem ? undefined : new Set(columns.map(({ attribute }) => attribute)),
    project,
    consistentRead,
  });
  const conjunctPlans = conjuncts.map((conjunct): ConjunctPlan => {
    const at = predicates.findIndex(({ conjunct: own }) => own === conjunct);
    const use = at < 0 ? 'none' : (uses[at] ?? 'none');
    if (use === 'none') return { sql: conjunct.sql, pushdown: 'none', use };
    const exact = conjunct.translated?.exact === true && (use === 'filter' || hasExactKeys(path));
    return { sql: conjunct.sql, pushdown: exact ? 'exact' : 'superset', use };
  });
  return planned({ ...needed, notes: [...needed.notes, ...notes] }, path, estimate, conjunctPlans);
}

const NOTHING: PathEstimate = { readUnits: 0, requests: 0, items: 0 };

/** A reference that the plan reads several times is fetched once, with every item that any of the readings wants. */
function combine(readings: readonly (readonly Conjunct[])[]): {
  readonly conjuncts: readonly Conjunct[];
  readonly predicates: readonly { readonly conjunct: Conjunct; readonly predicate: Predicate }[];
} {
  const different = new Map(readings.map((reading) => [reading.map(({ sql }) => sql).join('\n'), reading]));
  const [only = [], ...others] = different.values();
  const conjuncts = others.length === 0 ? only : [anyOf([only, ...others])];
  const predicates = conjuncts.flatMap((conjunct) =>
    conjunct.translated === undefined ? [] : [{ conjunct, predicate: conjunct.translated.predicate }],
  );
  return { conjuncts, predicates };
}

function anyOf(readings: readonly (readonly Conjunct[])[]): Conjunct {
  const sql = readings.map((conjuncts) => conjuncts.map((each) => each.sql).join(' AND ') || 'true').join(' OR ');
  const terms = readings.map((conjuncts): Predicate | undefined => {
    const known = conjuncts.flatMap(({ translated }) => (translated === undefined ? [] : [translated.predicate]));
    // An AND of one term would be parentheses within parentheses, which DynamoDB refuses.
    return known.length > 1 ? { kind: 'and', terms: known } : known[0];
  });
  if (!terms.every((term) => term !== undefined)) return { sql, translated: undefined };
  const exact = readings.flat().every(({ translated }) => translated?.exact === true);
  return { sql, translated: { predicate: { kind: 'or', terms }, exact } };
}

function hasExactKeys(path: AccessPath): boolean {
  return path.kind !== 'query' || path.ranges.every(isExactCondition);
}

function planned(
  { reference, columns, notes }: NeededReference,
  path: AccessPath,
  estimate: PathEstimate,
  conjuncts: readonly ConjunctPlan[],
): PlannedReference {
  const keyConditions = describeKeys(reference, path);
  const filter = path.kind === 'query' || path.kind === 'scan' ? path.filter?.text : undefined;
  const index = path.kind === 'query' ? path.index?.name : undefined;
  return {
    reference,
    columns,
    path,
    plan: {
      table: displayName(reference),
      alias: reference.alias,
      path: pathName(path),
      ...(index === undefined ? {} : { index }),
      ...(keyConditions === undefined ? {} : { keyConditions }),
      ...(filter === undefined ? {} : { filter }),
      columns: columns.includes(ITEM_COLUMN) ? ['*'] : columns.map(({ name }) => name),
      conjuncts,
      estimate: { readUnits: estimate.readUnits, requests: estimate.requests, dollars: dollarsOf(estimate.readUnits) },
      notes,
    },
  };
}

function pathName(path: AccessPath): AccessPathKind {
  switch (path.kind) {
    case 'keys':
      return path.keys.length === 1 ? 'get' : 'batch-get';
    case 'query':
      return path.index === undefined ? 'query' : 'index-query';
    default:
      return path.kind;
  }
}

/** Key conditions that are shown; a plan with thousands of keys shows the first few. */
const SHOWN_CONDITIONS = 6;

function describeKeys(reference: Reference, path: AccessPath): string[] | undefined {
  if (reference.source.kind !== 'table') return undefined;
  const { description } = reference.source.table;
  const all =
    path.kind === 'query'
      ? path.ranges.map((range) => () => describeKeyCondition(range, keySchema(path, description)))
      : path.kind === 'keys'
        ? path.keys.map((key) => () => describeKey(key))
        : undefined;
  if (all === undefined) return undefined;
  const shown = all.slice(0, SHOWN_CONDITIONS).map((show) => show());
  return all.length > SHOWN_CONDITIONS ? [...shown, `... ${all.length} in all`] : shown;
}

function describeKey(key: PlannedKey): string {
  return Object.entries(key)
    .map(([attribute, value]) => `${attribute} = ${describeValue(value)}`)
    .join(' AND ');
}

type PlannedKey = (AccessPath & { readonly kind: 'keys' })['keys'][number];
