import type { Column } from '../../catalog/model.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import type { Predicate } from './conditions/predicate.js';
import type { PlannedReference } from './plan-reference.js';

/** A reference is wanted only where its attributes have the values that columns of another one have. */
export interface Lookup {
  /** Slot of the reference that knows the values. */
  readonly from: number;
  /** Equalities that hold together, row by row of that reference. */
  readonly terms: readonly LookupTerm[];
}

export interface LookupTerm {
  /** Of the reference that is looked up. */
  readonly attribute: string;
  /** Of the reference that knows the values. */
  readonly column: Column;
}

/** Reading so little is not worth waiting for another reference. */
const SMALL_UNITS = 1;

/** Whether knowing more could make reading the reference cheaper. */
export function isUseful({ ownUnits, path, needed }: PlannedReference): boolean {
  return needed.lookups.length > 0 && path.kind !== 'none' && ownUnits > SMALL_UNITS;
}

/**
 * The terms of a lookup by which the reference can be found: the whole key of the table where it has that, else each
 * attribute by itself that begins a key. Different values are then of different items, so they can be asked for in turns.
 */
export function lookupsOf({ reference }: PlannedReference, { terms }: Lookup): (readonly LookupTerm[])[] {
  if (reference.source.kind !== 'table') return [];
  const { partitionKey, sortKey, indexes } = reference.source.table.description;
  const termOf = (name: string | undefined) => terms.find(({ attribute }) => attribute === name);
  const [partition, sort] = [termOf(partitionKey.name), termOf(sortKey?.name)];
  if (partition !== undefined && sort !== undefined) return [[partition, sort]];
  const first = new Set([
    partitionKey.name,
    ...indexes.flatMap(({ partitionKeys }) => partitionKeys.map(({ name }) => name)),
  ]);
  const bySortKey = sort === undefined ? [] : [[sort]];
  return [...[...first].flatMap((name) => termOf(name) ?? []).map((term) => [term]), ...bySortKey];
}

/**
 * The references, cheapest by its own path first: each may learn from those before it which keys are wanted, and those that cost most learn
 * from all.
 */
export function readingOrder(references: readonly PlannedReference[]): PlannedReference[] {
  return references.toSorted((a, b) => a.ownUnits - b.ownUnits);
}

/** The condition that the attributes of the terms have one of these combinations of values. */
export function lookupCondition(
  terms: readonly LookupTerm[],
  combinations: readonly (readonly AttributeValue[])[],
): Predicate {
  const [first, second] = terms;
  if (first !== undefined && second === undefined) {
    return { kind: 'in', path: [first.attribute], values: combinations.flatMap(([value]) => value ?? []) };
  }
  return {
    kind: 'or',
    terms: combinations.map((values) => ({
      kind: 'and',
      terms: terms.flatMap(({ attribute }, i): Predicate[] => {
        const value = values[i];
        return value === undefined ? [] : [{ kind: 'compare', path: [attribute], op: '=', value }];
      }),
    })),
  };
}
