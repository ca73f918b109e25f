import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { sumOfCosts } from '../cost/cost-of-path.js';
import { quoteIdentifier } from '../parse/scan-sql.js';
import { MAX_ALTERNATIVES } from '../plan/keys/key-ranges.js';
import { isUseful, type Lookup, type LookupTerm, lookupCondition, lookupsOf } from '../plan/lookup.js';
import type { AccessPath } from '../plan/paths/access-path.js';
import { type PlannedReference, type PlanOptions, planReference } from '../plan/plan-reference.js';
import type { ReadContext, ReadReference } from './read-reference.js';

/** A reference that has been read, and what it tells of the one that is still to be read. */
export interface KnownSource {
  readonly lookup: Lookup;
  readonly read: ReadReference;
}

/**
 * Keys that are planned and asked for in one go: planning them holds the event loop for a few milliseconds, and more pairs of
 * keys would be read as all their combinations.
 */
const KEYS_AT_ONCE = MAX_ALTERNATIVES;

/**
 * The paths by which to read the reference now that others have been read: by their keys where that is cheaper than the
 * path that was planned, which it is in the end when there are too many. Tells `onEstimate` what it will take.
 */
export async function lookUp(
  planned: PlannedReference,
  known: readonly KnownSource[],
  { options, context }: { readonly options: PlanOptions; readonly context: ReadContext },
): Promise<Iterable<AccessPath>> {
  if (planned.path.kind === 'none') return [];
  if (known.length === 0 || !isUseful(planned)) return [planned.path];
  const base = planReference(planned.needed, options);
  let best = { paths: [base.path] as readonly AccessPath[], estimate: base.plan.estimate };
  for (const { lookup, read } of known) {
    const { source } = read;
    for (const terms of lookupsOf(planned, lookup).filter((each) => each.every((term) => isExact(term, read)))) {
      const found = await pathsByKeys(
        planned,
        { terms, source, maxUnits: best.estimate.readUnits },
        { options, context },
      );
      if (found !== undefined && found.estimate.readUnits < best.estimate.readUnits) best = found;
    }
  }
  context.onEstimate(best.estimate);
  return best.paths;
}

/** Values that had to be rounded when they were staged are no longer those of keys. */
function isExact({ column }: LookupTerm, { widened }: ReadReference): boolean {
  return widened.every(({ name, type }) => name !== column.name || type.kind !== 'double');
}

interface KnownKeys {
  readonly terms: readonly LookupTerm[];
  readonly source: string;
  /** What the keys may cost before another way is cheaper. */
  readonly maxUnits: number;
}

/** Undefined when there are more keys than are worth it. */
async function pathsByKeys(
  { needed }: PlannedReference,
  { terms, source, maxUnits }: KnownKeys,
  { options, context }: { readonly options: PlanOptions; readonly context: ReadContext },
) {
  // No key costs less than the smallest read.
  const maxKeys = Math.ceil(maxUnits / (options.consistentRead ? 1 : 0.5));
  const keys = await distinctKeys(terms, source, { maxKeys, context });
  if (keys === undefined) return undefined;
  const plans: PlannedReference[] = [];
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    const condition = lookupCondition(terms, keys.slice(from, from + KEYS_AT_ONCE));
    const plan = planReference(needed, options, [condition]);
    // What is asked for in turns must not have an item in common.
    if (plan.path.kind === 'scan' || (keys.length > KEYS_AT_ONCE && plan.isNarrowed !== true)) return undefined;
    plans.push(plan);
    await new Promise(setImmediate);
    context.signal.throwIfAborted();
  }
  return {
    paths: plans.map(({ path }) => path).filter(({ kind }) => kind !== 'none'),
    estimate: sumOfCosts(plans.map(({ plan }) => plan.estimate)),
  };
}

async function distinctKeys(
  terms: readonly LookupTerm[],
  source: string,
  { maxKeys, context }: { readonly maxKeys: number; readonly context: ReadContext },
): Promise<AttributeValue[][] | undefined> {
  const columns = terms.map(({ column }) => quoteIdentifier(column.name));
  const values = columns.map((column, i) => asText(column, terms[i])).join(', ');
  const present = columns.map((column) => `${column} IS NOT NULL`).join(' AND ');
  const rows = await context.workspace.rows(
    `SELECT ${values} FROM (SELECT DISTINCT ${columns.join(', ')} FROM ${source} AS known WHERE ${present} LIMIT ${maxKeys + 1})`,
  );
  if (rows.length > maxKeys) return undefined;
  return rows.map((row) => row.map((text, i) => attributeValue(String(text), terms[i])));
}

function asText(column: string, term: LookupTerm | undefined): string {
  return term?.column.type.kind === 'binary' ? `to_base64(${column})` : `CAST(${column} AS VARCHAR)`;
}

function attributeValue(text: string, term: LookupTerm | undefined): AttributeValue {
  switch (term?.column.type.kind) {
    case 'string':
      return { S: text };
    case 'binary':
      return { B: text };
    default:
      return { N: text };
  }
}
