import type { Item } from '../../../src/dynamodb/attribute-value.js';
import { itemSize } from '../../../src/dynamodb/item-size.js';
import type { IndexDescription } from '../../../src/dynamodb/table-description.js';
import { parseCondition } from '../expression/parse-condition.js';
import {
  attributesOfShape,
  type Entries,
  project,
  type Range,
  renderItems,
  type ServedTable,
  type Shape,
} from '../tables/entries.js';
import { type Consumed, consumedCapacity, totalUnits, unitsOf } from './capacity.js';
import { tableKeys } from './key-place.js';
import { keyRange } from './key-range.js';
import { type PageRange, pageOf, segmentRange } from './page.js';
import { invalid } from './refusal.js';
import { placeholdersOf, type ReadRequest, shapeOf } from './request.js';

/** An answer and what it cost: which table, and which part of it, from 0 up to, not including, 1. */
export interface Answer {
  /** The body, in parts: joining them would copy a page once more. */
  readonly body: readonly Buffer[];
  readonly units: number;
  readonly place: number;
}

/** One page of a Scan. */
export function scan(table: ServedTable, request: ReadRequest): Answer {
  const source = sourceOf(table, request);
  const { Segment: segment = 0, TotalSegments: total = 1 } = request;
  return page(source, segmentRange(source.entries, segment, total), request);
}

/** One page of a Query. */
export function query(table: ServedTable, request: ReadRequest): Answer {
  const source = sourceOf(table, request);
  const condition = parseCondition(request.KeyConditionExpression ?? '', placeholdersOf(request));
  return page(source, keyRange(condition, source.entries), request);
}

/** Where a request reads, and what it wants to see there. */
interface Source {
  readonly table: ServedTable;
  readonly index: Pick<IndexDescription, 'name' | 'kind'> | undefined;
  readonly entries: Entries;
  readonly shape: Shape;
  /** Whether attributes that a local index does not hold are fetched from the table. */
  readonly fetches: boolean;
}

function sourceOf(table: ServedTable, request: ReadRequest): Source {
  const shape = shapeOf(request);
  const index = (table.definition.indexes ?? []).find(({ name }) => name === request.IndexName);
  if (request.IndexName === undefined)
    return { table, index: undefined, entries: table.entries, shape, fetches: false };
  const entries = table.indexes.get(request.IndexName);
  if (index === undefined || entries === undefined) {
    throw invalid(`The table does not have the specified index: ${request.IndexName}`);
  }
  if (index.kind === 'global' && request.ConsistentRead) {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  const fetches = !holdsAll(index, table, { shape, select: request.Select });
  if (fetches && index.kind === 'global') {
    throw invalid(`Global secondary index ${index.name} does not project all the attributes that are asked for`);
  }
  return { table, index, entries, shape, fetches };
}

function holdsAll(
  index: Pick<IndexDescription, 'partitionKeys' | 'sortKeys' | 'projection'>,
  { definition }: ServedTable,
  { shape, select }: { readonly shape: Shape; readonly select: string | undefined },
): boolean {
  if (index.projection.kind === 'all') return true;
  const wanted = attributesOfShape(shape);
  // Without a projection an index gives what it holds, unless all is asked for.
  if (wanted === undefined) return select !== 'ALL_ATTRIBUTES';
  const held = new Set([
    ...[...index.partitionKeys, ...index.sortKeys].map(({ name }) => name),
    ...tableKeys(definition),
    ...(index.projection.kind === 'include' ? index.projection.attributes : []),
  ]);
  return [...wanted].every((attribute) => held.has(attribute));
}

function page(source: Source, range: Range, request: ReadRequest): Answer {
  const { table, entries } = source;
  const keys = tableKeys(table.definition);
  const forward = request.ScanIndexForward !== false;
  const own = pageOf(entries, range, {
    startKey: request.ExclusiveStartKey,
    limit: request.Limit,
    forward,
    tableKeys: keys,
  });
  const { json, count } = render(source, own, forward);
  const consumed = consumedBy(source, own, request.ConsistentRead === true);
  const last = own.last === undefined ? undefined : entries.whole(own.last);
  const keyAttributes = new Set([...entries.keys.partition, ...entries.keys.sort, ...keys]);
  const rest = {
    Count: count,
    ScannedCount: own.to - own.from,
    ...(last !== undefined && { LastEvaluatedKey: project(last, keyAttributes) }),
    ConsumedCapacity: consumedCapacity(consumed, request.ReturnConsumedCapacity),
  };
  const counts = Buffer.from(JSON.stringify(rest));
  const body = request.Select === 'COUNT' ? [counts] : [OPENING, json, CLOSING, counts.subarray(1)];
  return { body, units: totalUnits(consumed), place: entries.count === 0 ? 0 : own.from / (entries.count + 1) };
}

const OPENING = Buffer.from('{"Items":[');
const CLOSING = Buffer.from('],');

function render({ entries, shape, fetches }: Source, { from, to }: PageRange, forward: boolean) {
  const prepared = forward ? entries.render?.({ from, to }, shape) : undefined;
  if (prepared !== undefined) return prepared;
  const items: Item[] = Array.from({ length: to - from }, (_, i) => {
    const n = forward ? from + i : to - 1 - i;
    return fetches ? entries.whole(n) : entries.item(n);
  });
  return renderItems(items, shape);
}

function consumedBy(
  { table, index, entries, fetches }: Source,
  { from, to, bytes }: PageRange,
  consistent: boolean,
): Consumed {
  const { name } = table.definition;
  if (index === undefined) return { table: name, tableUnits: unitsOf(bytes, consistent) };
  // Every item that a local index has to fetch is rounded up by itself (dynamodb-numbers.md 1.1).
  let tableUnits = 0;
  for (let n = from; fetches && n < to; n++) tableUnits += unitsOf(itemSize(entries.whole(n)), consistent);
  return { table: name, tableUnits, index: { ...index, units: unitsOf(bytes, consistent) } };
}
