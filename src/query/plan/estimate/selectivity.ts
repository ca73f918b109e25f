import type { CatalogTable } from '../../../catalog/model.js';
import { type ValueStatistics, valueHash } from '../../../catalog/value-statistics.js';
import type { AttributeValue } from '../../../dynamodb/attribute-value.js';
import { type Predicate, pathsOf } from '../conditions/predicate.js';
import { ANY, type Cut, type Domain, type Interval, intersect, isAny, pointValue, prefixOf } from '../keys/interval.js';
import { domainOf, flatten } from '../keys/key-ranges.js';
import { positionAmong } from './boundary-position.js';
import { itemCount } from './table-size.js';

/** Share of the items that conditions are taken to let through that nothing is known of. */
const UNKNOWN_FILTER_SHARE = 1 / 3;

/**
 * The share of the items with the attribute that have this value, 0 to 1: what the sample saw of a common value, or else an
 * equal part of what the common ones leave. Undefined when no sample tells of the attribute.
 */
export function shareOfValue(table: CatalogTable, attribute: string, value: AttributeValue): number | undefined {
  const { sample, description } = table;
  const statistics = statisticsOf(table, attribute);
  if (sample === undefined || statistics === undefined) return undefined;
  if (attribute === description.partitionKey.name && !sample.complete) {
    // A sample takes neighbours from few places: of partitions it tells how large they are, not how many there are.
    return sample.itemsPerPartition === undefined
      ? undefined
      : Math.min(1, sample.itemsPerPartition / Math.max(1, itemCount(table)));
  }
  const hash = valueHash(value);
  const common = statistics.common.find(([known]) => known === hash);
  if (common !== undefined) return common[1];
  const rest = 1 - statistics.common.reduce((sum, [, share]) => sum + share, 0);
  const others = distinctInTable(statistics, table) - statistics.common.length;
  return Math.max(rest, leastShare(statistics)) / Math.max(1, others);
}

/**
 * The share of the items with the attribute whose value is in the interval, 0 to 1: by the boundaries of the sample, or
 * by the form of the interval where there are none.
 */
export function shareOfInterval(table: CatalogTable, attribute: string, interval: Interval): number {
  if (isAny([interval])) return 1;
  const value = pointValue(interval);
  if (value !== undefined) return shareOfValue(table, attribute, value) ?? 0.02;
  const statistics = statisticsOf(table, attribute);
  const lower = positionOf(interval.lower, statistics, 0);
  const upper = positionOf(interval.upper, statistics, 1);
  if (statistics === undefined || lower === undefined || upper === undefined) return shareByForm(interval);
  return Math.max(upper - lower, leastShare(statistics));
}

/**
 * The share of the items that fulfil the predicates, 0 to 1, as if attributes had nothing to do with each other. Items have the
 * attributes of `present` for sure.
 */
export function shareOfPredicates(
  table: CatalogTable,
  predicates: readonly Predicate[],
  present: ReadonlySet<string> = new Set(),
): number {
  const domains = new Map<string, Domain>();
  let unknown = 1;
  for (const term of predicates.flatMap(flatten)) {
    const [attribute, another] = new Set(pathsOf(term).map(([first]) => first));
    if (attribute === undefined || another !== undefined || !isDomain(term) || !statisticsOf(table, attribute)) {
      unknown = UNKNOWN_FILTER_SHARE;
      continue;
    }
    domains.set(attribute, intersect(domains.get(attribute) ?? ANY, domainOf(term, attribute)));
  }
  return [...domains].reduce((product, [attribute, domain]) => {
    const share = domain.reduce((sum, each) => sum + shareOfInterval(table, attribute, each), 0);
    return product * Math.min(1, share) * (present.has(attribute) ? 1 : shareWith(table, attribute));
  }, unknown);
}

/** The share of the items that have a value of the attribute that can be a key, 0 to 1; 1 when no sample tells of it. */
export function shareWith(table: CatalogTable, attribute: string): number {
  const statistics = statisticsOf(table, attribute);
  return statistics === undefined ? 1 : Math.min(1, statistics.count / Math.max(1, table.sample?.items ?? 0));
}

/** Whether the predicate is just a set of values, or says that there is a value. */
function isDomain(predicate: Predicate): boolean {
  if (predicate.kind === 'and' || predicate.kind === 'or') return predicate.terms.every(isDomain);
  if (predicate.path.length > 1 || predicate.kind === 'contains' || predicate.kind === 'absent') return false;
  return predicate.kind !== 'compare' || predicate.op !== '<>';
}

function statisticsOf({ columns, sample }: CatalogTable, attribute: string): ValueStatistics | undefined {
  const statistics = sample && columns.find((column) => column.attribute === attribute)?.statistics;
  return statistics === undefined || statistics.count === 0 ? undefined : statistics;
}

/** What a value can have that the sample did not see. */
function leastShare({ count }: ValueStatistics): number {
  return 1 / (count + 1);
}

/**
 * Different values in all of the table, by the estimator Duj1 of Haas and Stokes: n d / (n - f1 + f1 q), where the share q of
 * the table was sampled, of n sightings d were different and f1 of these seen once. Values that were all seen again are all
 * there are; of values that were all different the table has 1/q times as many.
 */
function distinctInTable({ distinct, sightings, once }: ValueStatistics, table: CatalogTable): number {
  const { sample } = table;
  if (sample === undefined || sample.complete) return distinct;
  const sampled = sample.items / Math.max(1, itemCount(table));
  return (sightings * distinct) / (sightings - once + once * sampled);
}

/** The share of the items before a cut. */
function positionOf(cut: Cut | undefined, statistics: ValueStatistics | undefined, open: number): number | undefined {
  if (cut === undefined) return open;
  const boundaries = statistics?.boundaries;
  return boundaries === undefined ? undefined : positionAmong(boundaries, cut);
}

function shareByForm(interval: Interval): number {
  if (prefixOf(interval) !== undefined) return 0.1;
  return interval.lower === undefined || interval.upper === undefined ? 1 / 3 : 1 / 8;
}
