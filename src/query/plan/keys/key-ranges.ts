import type { AttributeValue } from '../../../dynamodb/attribute-value.js';
import type { Predicate } from '../conditions/predicate.js';
import {
  ANY,
  type Domain,
  type Interval,
  intersect,
  interval,
  isAny,
  point,
  pointValues,
  prefixInterval,
  unite,
} from './interval.js';
import { canBeKey, keyIdentity, PARTITION_KEY_BYTES, SORT_KEY_BYTES } from './key-value.js';

/** The key attributes of a table or index, in the order of its key schema. */
export interface KeySchema {
  readonly partition: readonly string[];
  readonly sort: readonly string[];
}

/** What one Query reads: one value per partition attribute, values for some sort attributes, and a range of the next one. */
export interface KeyRange {
  readonly partition: readonly AttributeValue[];
  readonly sortEquals: readonly AttributeValue[];
  readonly interval: Interval;
}

/** More ranges than this are no longer a way to read few items. */
const MAX_RANGES = 10_000;
/** Branches of an OR that are read one by one, see `splitAlternatives`. */
export const MAX_ALTERNATIVES = 1_000;

/**
 * The ranges that together hold every item for which all predicates are true, none twice; undefined when a partition
 * attribute is not bound to a list of values. The empty list: no item can match.
 */
export function keyRanges(predicates: readonly Predicate[], schema: KeySchema): KeyRange[] | undefined {
  const keys = new Set([...schema.partition, ...schema.sort]);
  const relevant = predicates.flatMap(flatten).filter((predicate) => mentions(predicate, keys));
  const alternatives = splitAlternatives(relevant, keys).map((terms) => domainsOf(terms, schema));
  const possible = alternatives.filter(({ partition, sort }) =>
    [...partition, ...sort].every((domain) => domain.length > 0),
  );
  const depth = Math.min(...possible.map(({ sort }) => leadingPoints(sort)), Math.max(0, schema.sort.length - 1));
  const groups = new Map<string, { prefix: Pick<KeyRange, 'partition' | 'sortEquals'>; intervals: Interval[] }>();
  for (const { partition, sort } of possible) {
    const partitionValues = product(partition.map(pointValues));
    const sortValues = product(sort.slice(0, depth).map(pointValues));
    if (partitionValues === undefined || sortValues === undefined) return undefined;
    const intervals = sort[depth] ?? ANY;
    if (partitionValues.length * sortValues.length * intervals.length > MAX_RANGES) return undefined;
    for (const values of partitionValues) {
      for (const sortEquals of sortValues) {
        const identity = [...values, ...sortEquals].map(keyIdentity).join('\n');
        const group = groups.get(identity) ?? { prefix: { partition: values, sortEquals }, intervals: [] };
        for (const each of intervals) group.intervals.push(each);
        groups.set(identity, group);
      }
    }
  }
  const ranges = [...groups.values()].flatMap(({ prefix, intervals }) =>
    unite(intervals).map((each): KeyRange => ({ ...prefix, interval: each })),
  );
  return ranges.length > MAX_RANGES ? undefined : ranges;
}

/**
 * Per predicate, whether the ranges hold just the items for which it is true. Only then may whoever reads them stop early.
 * `schema` is what the conditions of the ranges reach, `keys` all key attributes of the table or index.
 */
export function areBound(
  predicates: readonly Predicate[],
  schema: KeySchema,
  keys: ReadonlySet<string>,
): readonly boolean[] {
  const branches = predicates.flatMap(flatten).map((term) => (tiesKeys(term, keys) ? branchesOf(term).length : 1));
  const isSplit = branches.reduce((product, count) => product * count, 1) <= MAX_ALTERNATIVES;
  return predicates.map((predicate) =>
    flatten(predicate).every((term) =>
      tiesKeys(term, keys)
        ? isSplit && branchesOf(term).every((branch) => flatten(branch).every((each) => isBound(each, schema)))
        : isBound(term, schema),
    ),
  );
}

/** A condition on one attribute, in any form of AND and OR, is just a set of values. */
function isBound(predicate: Predicate, { partition, sort }: KeySchema): boolean {
  const leaves = leavesOf(predicate);
  const attributes = new Set(leaves.map(({ path }) => path[0]));
  const [attribute = ''] = attributes;
  const maxBytes = partition.includes(attribute) ? PARTITION_KEY_BYTES : SORT_KEY_BYTES;
  return (
    attributes.size === 1 &&
    [...partition, ...sort].includes(attribute) &&
    leaves.every((leaf) => leaf.path.length === 1 && isExactLeaf(leaf, maxBytes))
  );
}

/** Bounds that no key can reach are left out of a condition, see `storable`. */
function isExactLeaf(leaf: Leaf, maxBytes: number): boolean {
  switch (leaf.kind) {
    case 'compare':
      return leaf.op === '=' || (leaf.op !== '<>' && (canBeKey(leaf.value, maxBytes) || isEmptyText(leaf.value)));
    case 'begins-with':
      return leaf.prefix === '' || canBeKey({ S: leaf.prefix }, maxBytes);
    case 'in':
    case 'present':
      return true;
    case 'contains':
    case 'absent':
      return false;
  }
}

type Leaf = Exclude<Predicate, { readonly kind: 'and' | 'or' }>;

function leavesOf(predicate: Predicate): Leaf[] {
  return predicate.kind === 'and' || predicate.kind === 'or' ? predicate.terms.flatMap(leavesOf) : [predicate];
}

interface Domains {
  readonly partition: readonly Domain[];
  readonly sort: readonly Domain[];
}

function domainsOf(terms: readonly Predicate[], schema: KeySchema): Domains {
  const domain = (attribute: string, maxBytes: number) =>
    terms
      .map((term) => domainOf(term, attribute))
      .reduce(intersect, ANY)
      .flatMap((each) => storable(each, maxBytes));
  return {
    partition: schema.partition.map((attribute) => domain(attribute, PARTITION_KEY_BYTES)),
    sort: schema.sort.map((attribute) => domain(attribute, SORT_KEY_BYTES)),
  };
}

/** Values of one attribute for which the predicate may be true. */
export function domainOf(predicate: Predicate, attribute: string): Domain {
  switch (predicate.kind) {
    case 'and':
      return predicate.terms.map((term) => domainOf(term, attribute)).reduce(intersect, ANY);
    case 'or':
      return unite(predicate.terms.flatMap((term) => domainOf(term, attribute)));
    case 'compare':
      return isAttribute(predicate, attribute) ? compareDomain(predicate.op, predicate.value) : ANY;
    case 'in':
      return isAttribute(predicate, attribute) ? unite(predicate.values.map(point)) : ANY;
    case 'begins-with':
      return isAttribute(predicate, attribute) ? [prefixInterval(predicate.prefix)] : ANY;
    case 'contains':
    case 'present':
    case 'absent':
      return ANY;
  }
}

function compareDomain(op: string, value: AttributeValue): Domain {
  switch (op) {
    case '=':
      return [point(value)];
    case '<':
      return [interval(undefined, { value, side: 'before' })];
    case '<=':
      return [interval(undefined, { value, side: 'after' })];
    case '>':
      return [interval({ value, side: 'after' }, undefined)];
    case '>=':
      return [interval({ value, side: 'before' }, undefined)];
    default:
      return ANY;
  }
}

/** The interval without bounds that DynamoDB refuses, because no key can be empty or that long. */
function storable(each: Interval, maxBytes: number): Interval[] {
  const lower = each.lower !== undefined && canBeKey(each.lower.value, maxBytes) ? each.lower : undefined;
  const upper = each.upper !== undefined && canBeKey(each.upper.value, maxBytes) ? each.upper : undefined;
  const isPoint = pointValues([each]) !== undefined;
  const isBelowAll = each.upper !== undefined && isEmptyText(each.upper.value);
  if ((isPoint && lower === undefined) || isBelowAll) return [];
  return [interval(lower, upper)];
}

function isEmptyText(value: AttributeValue): boolean {
  return ('S' in value && value.S === '') || ('B' in value && value.B === '');
}

/**
 * `(pk = 'a' AND sk = 1) OR (pk = 'b' AND sk = 2)` ties attributes together, so its branches are read one by one; an OR
 * over a single attribute is just a larger domain. Too many branches stay together: wider, and still right.
 */
function splitAlternatives(terms: readonly Predicate[], keys: ReadonlySet<string>): Predicate[][] {
  let alternatives: Predicate[][] = [terms.filter((term) => !tiesKeys(term, keys))];
  for (const term of terms.filter((each) => tiesKeys(each, keys))) {
    const branches = branchesOf(term);
    const fits = alternatives.length * branches.length <= MAX_ALTERNATIVES;
    alternatives = fits
      ? alternatives.flatMap((alternative) => branches.map((branch) => [...alternative, ...flatten(branch)]))
      : alternatives.map((alternative) => [...alternative, term]);
  }
  return alternatives;
}

function branchesOf(term: Predicate): readonly Predicate[] {
  return term.kind === 'or' ? term.terms : [term];
}

function tiesKeys(predicate: Predicate, keys: ReadonlySet<string>): boolean {
  return predicate.kind === 'or' && [...keys].filter((key) => mentions(predicate, new Set([key]))).length > 1;
}

function mentions(predicate: Predicate, attributes: ReadonlySet<string>): boolean {
  if (predicate.kind === 'and' || predicate.kind === 'or')
    return predicate.terms.some((term) => mentions(term, attributes));
  return predicate.path.length === 1 && attributes.has(predicate.path[0]);
}

/** Terms of nested ANDs. */
export function flatten(predicate: Predicate): Predicate[] {
  return predicate.kind === 'and' ? predicate.terms.flatMap(flatten) : [predicate];
}

function isAttribute(predicate: { readonly path: readonly unknown[] }, attribute: string): boolean {
  return predicate.path.length === 1 && predicate.path[0] === attribute;
}

/** How many sort attributes, from the left, are bound to lists of values. */
function leadingPoints(sort: readonly Domain[]): number {
  const end = sort.findIndex((domain) => isAny(domain) || pointValues(domain) === undefined);
  return end < 0 ? sort.length : end;
}

/** All combinations of one value per list; undefined when a list is missing or there would be too many. */
function product(lists: readonly (AttributeValue[] | undefined)[]): AttributeValue[][] | undefined {
  let combinations: AttributeValue[][] = [[]];
  for (const list of lists) {
    if (list === undefined || combinations.length * list.length > MAX_RANGES) return undefined;
    combinations = combinations.flatMap((combination) => list.map((value) => [...combination, value]));
  }
  return combinations;
}
