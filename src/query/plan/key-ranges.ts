import type { AttributeValue } from '../../dynamodb/attribute-value.js';
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
import type { Predicate } from './predicate.js';

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
const MAX_ALTERNATIVES = 1_000;

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
    if (partitionValues.length * sortValues.length > MAX_RANGES) return undefined;
    for (const values of partitionValues) {
      for (const sortEquals of sortValues) {
        const identity = [...values, ...sortEquals].map(keyIdentity).join('\n');
        const group = groups.get(identity) ?? { prefix: { partition: values, sortEquals }, intervals: [] };
        group.intervals.push(...(sort[depth] ?? ANY));
        groups.set(identity, group);
      }
    }
  }
  const ranges = [...groups.values()].flatMap(({ prefix, intervals }) =>
    unite(intervals).map((each): KeyRange => ({ ...prefix, interval: each })),
  );
  return ranges.length > MAX_RANGES ? undefined : ranges;
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
    const branches = term.kind === 'or' ? term.terms : [term];
    const fits = alternatives.length * branches.length <= MAX_ALTERNATIVES;
    alternatives = fits
      ? alternatives.flatMap((alternative) => branches.map((branch) => [...alternative, ...flatten(branch)]))
      : alternatives.map((alternative) => [...alternative, term]);
  }
  return alternatives;
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
