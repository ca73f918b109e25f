import { formatAboutUnits } from '../../base/format-quantity.js';
import type { CatalogTable } from '../../catalog/model.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import type { IndexDescription } from '../../dynamodb/table-description.js';
import { ITEM_COLUMN } from '../resolve/reference.js';
import type { Predicate } from './conditions/predicate.js';
import { pagedUnits } from './estimate/estimate.js';
import { shareOfInterval, shareOfValue } from './estimate/selectivity.js';
import { itemBytes, itemCount } from './estimate/table-size.js';
import { ANY, type Domain, intersect, pointValues } from './keys/interval.js';
import { domainOf, flatten } from './keys/key-ranges.js';
import type { PlannedReference } from './plan-reference.js';
import type { IndexAdvice } from './statement-plan.js';

/** The reference with the advice for an index, where one would help much. */
export function withAdvice(planned: PlannedReference, predicates: readonly Predicate[]): PlannedReference {
  const { path, plan, reference, columns } = planned;
  if (reference.source.kind !== 'table' || (path.kind !== 'scan' && path.kind !== 'query')) return planned;
  // A global index has no consistent reads.
  if (path.common.consistentRead) return planned;
  const advice = adviseIndex({
    table: reference.source.table,
    predicates,
    attributes: columns.includes(ITEM_COLUMN) ? undefined : new Set(columns.map(({ attribute }) => attribute)),
    readUnits: plan.estimate.readUnits,
    index: path.index,
  });
  return advice === undefined ? planned : { ...planned, plan: { ...plan, advice } };
}

/** For example `a GSI on status, created_at (INCLUDE total) would make this about 12.0 units`. */
export function adviceText({ partitionKey, sortKeys, projection, include, readUnits }: IndexAdvice): string {
  const holds = include === undefined ? projection : `${projection} ${include.join(', ')}`;
  const units = `about ${formatAboutUnits(readUnits)} ${readUnits === 1 ? 'unit' : 'units'}`;
  return `a GSI on ${[partitionKey, ...sortKeys].join(', ')} (${holds}) would make this ${units}`;
}

/** A reading as it is planned now. */
export interface AdvisedReading {
  readonly table: CatalogTable;
  readonly predicates: readonly Predicate[];
  /** Attributes that are fetched; undefined for the whole item. */
  readonly attributes: ReadonlySet<string> | undefined;
  readonly readUnits: number;
  /** The index that is read now. */
  readonly index: IndexDescription | undefined;
}

/** Less than this is not worth the writes that an index costs. */
const MIN_FACTOR = 10;
const MIN_SAVED_UNITS = 100;

/** dynamodb-numbers.md 6: sort attributes of a global index, indexes of a table, attributes that an index can be told to hold. */
const MAX_SORT_KEYS = 4;
const MAX_GLOBAL_INDEXES = 20;
const MAX_INCLUDED = 100;

/** From this share of the attributes on the index may as well hold all, and serve other statements too. */
const NEARLY_ALL = 2 / 3;

/**
 * The global index that would make the reading at least ten times cheaper; undefined when there is none, or when the table
 * has an index for these conditions already: why that is not used is then in the notes of the plan. The figures come from
 * what the sample tells of values, so they are rough. Pure.
 */
export function adviseIndex(reading: AdvisedReading): IndexAdvice | undefined {
  const { table, predicates, readUnits: now } = reading;
  if (now < MIN_SAVED_UNITS) return undefined;
  const keys = keysFor(keyConditions(predicates, table));
  if (keys === undefined || isServed(reading, keys) || globalIndexes(table) >= MAX_GLOBAL_INDEXES) return undefined;
  const { projection, bytes } = holding(reading, keys);
  const readUnits = unitsBy(keys, itemCount(table) * bytes);
  if (readUnits * MIN_FACTOR > now || now - readUnits < MIN_SAVED_UNITS) return undefined;
  const [partitionKey, ...sortKeys] = keys.map(({ attribute }) => attribute);
  return partitionKey === undefined ? undefined : { partitionKey, sortKeys, ...projection, readUnits };
}

/** The most selective equality as the partition key, then the others, and one range as the last sort key. */
function keysFor(conditions: readonly KeyCondition[]): KeyCondition[] | undefined {
  const [partition, ...others] = conditions.filter(({ kind }) => kind === 'equal');
  if (partition === undefined) return undefined;
  const ranges = conditions.filter(({ kind }) => kind === 'range').slice(0, 1);
  return [partition, ...others.slice(0, MAX_SORT_KEYS - ranges.length), ...ranges];
}

/** One query for each combination of values; of all entries each key leaves its share. */
function unitsBy(keys: readonly KeyCondition[], bytesOfAll: number): number {
  const queries = keys.reduce((product, { values }) => product * Math.max(1, values), 1);
  const bytes = keys.reduce((left, { share }) => left * share, bytesOfAll);
  return queries * pagedUnits(bytes / queries, false);
}

/** What the conditions say of one attribute that could be a key. */
interface KeyCondition {
  readonly attribute: string;
  readonly kind: 'equal' | 'range';
  /** How many values it may have; each is a query of its own. */
  readonly values: number;
  /** About this share of the items fulfils it. */
  readonly share: number;
}

/** Equalities before ranges, each with the most selective first, then by name. */
function keyConditions(predicates: readonly Predicate[], table: CatalogTable): KeyCondition[] {
  const domains = new Map<string, Domain>();
  for (const predicate of predicates.flatMap(flatten)) {
    if (!canBeKeyCondition(predicate)) continue;
    const [attribute] = predicate.path;
    domains.set(attribute, intersect(domains.get(attribute) ?? ANY, domainOf(predicate, attribute)));
  }
  const rank = ({ kind }: KeyCondition) => (kind === 'equal' ? 0 : 1);
  return [...domains]
    .map(([attribute, domain]) => keyCondition(attribute, domain, table))
    .sort((a, b) => rank(a) - rank(b) || a.share - b.share || (a.attribute < b.attribute ? -1 : 1));
}

type Leaf = Exclude<Predicate, { readonly kind: 'and' | 'or' }>;

function canBeKeyCondition(predicate: Predicate): predicate is Leaf {
  if (predicate.kind === 'and' || predicate.kind === 'or' || predicate.path.length > 1) return false;
  switch (predicate.kind) {
    case 'compare':
      return predicate.op !== '<>' && canBeKey(predicate.value);
    case 'in':
      return predicate.values.every(canBeKey);
    default:
      return predicate.kind === 'begins-with';
  }
}

function canBeKey(value: AttributeValue): boolean {
  return 'S' in value || 'N' in value || 'B' in value;
}

function keyCondition(attribute: string, domain: Domain, table: CatalogTable): KeyCondition {
  const values = pointValues(domain);
  // Of an attribute that nothing is known of, the square root is taken, as for a partition of unknown size.
  const unknown = 1 / Math.sqrt(Math.max(1, itemCount(table)));
  const shares =
    values === undefined
      ? domain.map((each) => shareOfInterval(table, attribute, each))
      : values.map((value) => shareOfValue(table, attribute, value) ?? unknown);
  const share = shares.reduce((sum, each) => sum + each, 0);
  return {
    attribute,
    kind: values === undefined ? 'range' : 'equal',
    values: values?.length ?? 1,
    share: Math.min(1, share) * presence(attribute, table),
  };
}

/** The share of items that have the attribute; an index with it as a key holds no others. */
function presence(attribute: string, { columns }: CatalogTable): number {
  return columns.find((column) => column.attribute === attribute)?.presence ?? 1;
}

/** Whether the table or one of its indexes already has these keys, or a beginning that the planner passed over. */
function isServed({ table, index: readNow }: AdvisedReading, used: readonly KeyCondition[]): boolean {
  const equal = new Set(used.filter(({ kind }) => kind === 'equal').map(({ attribute }) => attribute));
  return table.description.indexes.some((index) => {
    if (!index.partitionKeys.every(({ name }) => equal.has(name))) return false;
    if (index.name !== readNow?.name) return true;
    const held = new Set([...index.partitionKeys, ...index.sortKeys].map(({ name }) => name));
    return used.every(({ attribute }) => held.has(attribute));
  });
}

function globalIndexes({ description }: CatalogTable): number {
  return description.indexes.filter(({ kind }) => kind === 'global').length;
}

interface Held {
  readonly projection: Pick<IndexAdvice, 'projection' | 'include'>;
  /** Of an entry. */
  readonly bytes: number;
}

/** What the index has to hold, and how large that is. Nothing tells the size of single attributes: all count the same. */
function holding({ table, attributes }: AdvisedReading, used: readonly KeyCondition[]): Held {
  const all = itemBytes(table);
  if (attributes === undefined) return { projection: { projection: 'ALL' }, bytes: all };
  const { partitionKey, sortKey } = table.description;
  const keys = new Set([partitionKey, sortKey].flatMap((key) => key?.name ?? []));
  for (const { attribute } of used) keys.add(attribute);
  const include = [...attributes].filter((attribute) => !keys.has(attribute)).sort();
  const share = Math.min(1, (keys.size + include.length) / Math.max(1, table.columns.length));
  if (include.length === 0) return { projection: { projection: 'KEYS_ONLY' }, bytes: all * share };
  return share > NEARLY_ALL || include.length > MAX_INCLUDED
    ? { projection: { projection: 'ALL' }, bytes: all }
    : { projection: { projection: 'INCLUDE', include }, bytes: all * share };
}
