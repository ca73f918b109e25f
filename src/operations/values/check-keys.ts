import type { Item } from '../../dynamodb/attribute-value.js';
import { itemSize, valueSize } from '../../dynamodb/item-size.js';
import type { KeyAttribute } from '../../dynamodb/table-description.js';
import type { TableFacts } from '../context.js';
import { invalid } from '../refuse.js';

/** Bytes (dynamodb-numbers 3 and 6). */
const MAX_ITEM_BYTES = 409_600;
const MAX_KEY_BYTES = { partition: 2048, sort: 1024 } as const;

/** Whether DynamoDB takes the item into the table: its key, the keys of indexes where it has them, its size. Throws REQUEST_INVALID. */
export function checkItem(item: Item, facts: TableFacts, at: string): void {
  for (const { key, place } of keysOf(facts)) checkKey(item, key, { at, place });
  for (const { partitionKeys, sortKeys } of facts.indexes) {
    for (const key of [...partitionKeys, ...sortKeys]) {
      if (Object.hasOwn(item, key.name)) checkType(item, key, at);
    }
  }
  const size = itemSize(item);
  if (size > MAX_ITEM_BYTES) {
    throw invalid(at, `an item has at most ${MAX_ITEM_BYTES} bytes (400 KB), names included; this one has ${size}`);
  }
}

/** Whether these are the attributes of a key of the table, all of them and no other. Throws REQUEST_INVALID. */
export function checkKeyOf(key: Item, facts: TableFacts, at: string): void {
  const keys = keysOf(facts);
  for (const each of keys) checkKey(key, each.key, { at, place: each.place });
  const other = Object.keys(key).find((name) => !keys.some((each) => each.key.name === name));
  if (other === undefined) return;
  throw invalid(
    `${at}.${other}`,
    `the key of the table is ${keys.map((each) => each.key.name).join(' and ')}, without this`,
  );
}

function keysOf({ partitionKey, sortKey }: TableFacts) {
  const partition = { key: partitionKey, place: 'partition' as const };
  return sortKey === undefined ? [partition] : [partition, { key: sortKey, place: 'sort' as const }];
}

function checkKey(
  item: Item,
  key: KeyAttribute,
  { at, place }: { readonly at: string; readonly place: keyof typeof MAX_KEY_BYTES },
): void {
  const path = `${at}.${key.name}`;
  if (!Object.hasOwn(item, key.name)) throw invalid(path, `the ${place} key of the table is missing`);
  checkType(item, key, at);
  const value = item[key.name];
  const size = value === undefined ? 0 : valueSize(value);
  if (size === 0) throw invalid(path, 'the value of a key cannot be empty');
  const most = MAX_KEY_BYTES[place];
  if (size > most) throw invalid(path, `the value of a ${place} key has at most ${most} bytes, this one has ${size}`);
}

function checkType(item: Item, { name, type }: KeyAttribute, at: string): void {
  const [given] = Object.keys(item[name] ?? {});
  if (given !== type) throw invalid(`${at}.${name}`, `the key is of type ${type}, got ${given}`);
}
