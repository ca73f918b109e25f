import type { Item } from '../../../src/dynamodb/attribute-value.js';
import { project, type ServedTable } from '../tables/entries.js';
import { consumedCapacity, unitsOf } from './capacity.js';
import { placeOf, tableKeys } from './key-place.js';
import type { Answer } from './read-items.js';
import { type ReadRequest, shapeOf } from './request.js';

/** GetItem. */
export function getItem(table: ServedTable, request: ReadRequest): Answer {
  const found = lookUp(table, request.Key ?? {});
  const units = unitsOf(found.bytes, request.ConsistentRead === true);
  const consumed = { table: table.definition.name, tableUnits: units };
  const answer = {
    ...(found.item !== undefined && { Item: project(found.item, shapeOf(request).projection) }),
    ConsumedCapacity: consumedCapacity(consumed, request.ReturnConsumedCapacity),
  };
  return { body: [Buffer.from(JSON.stringify(answer))], units, place: found.place };
}

/** Bytes of items after which a BatchGetItem leaves the other keys unprocessed (dynamodb-numbers.md 4). */
export const BATCH_BYTES = 16 * 2 ** 20;

export interface BatchPart {
  readonly items: readonly Item[];
  readonly unprocessed: readonly Item[];
  readonly bytes: number;
  readonly units: number;
}

/**
 * The keys of one table in a BatchGetItem, as far as so many bytes allow and the throttle admits them; `admit` is asked
 * for each key and told its units.
 */
export function getBatch(
  table: ServedTable,
  request: Omit<ReadRequest, 'TableName'>,
  limits: { readonly bytes: number; readonly admit: (place: number, units: number) => boolean },
): BatchPart {
  const { projection } = shapeOf(request);
  const items: Item[] = [];
  const unprocessed: Item[] = [];
  let bytes = 0;
  let units = 0;
  for (const key of request.Keys ?? []) {
    const found = lookUp(table, key);
    const own = unitsOf(found.bytes, request.ConsistentRead === true);
    if (bytes + found.bytes > limits.bytes || !limits.admit(found.place, own)) {
      unprocessed.push(key);
      continue;
    }
    bytes += found.bytes;
    units += own;
    if (found.item !== undefined) items.push(project(found.item, projection));
  }
  return { items, unprocessed, bytes, units };
}

function lookUp({ entries, definition }: ServedTable, key: Item) {
  const at = placeOf(key, entries, tableKeys(definition));
  const place = (at?.from ?? 0) / (entries.count + 1);
  if (at === undefined || at.from === at.to) return { item: undefined, bytes: 0, place };
  return { item: entries.item(at.from), bytes: entries.bytesBefore(at.to) - entries.bytesBefore(at.from), place };
}
