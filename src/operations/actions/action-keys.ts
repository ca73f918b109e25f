import type { AttributeValue, Item } from '../../dynamodb/attribute-value.js';
import { itemOfPlain } from '../../dynamodb/plain-value.js';
import type { KeyAttribute } from '../../dynamodb/table-description.js';
import type { TableFacts } from '../context.js';
import { invalid } from '../refuse.js';
import { checkedItem } from '../values/check-value.js';
import { actionValue } from './expression-builder.js';

/** The key of an item, from its values alone. Throws REQUEST_INVALID where the table has another key. */
export function keyOf(
  { partitionKey, sortKey }: { readonly partitionKey?: unknown; readonly sortKey?: unknown },
  facts: TableFacts,
): Item {
  if (partitionKey === undefined)
    throw invalid('partitionKey', `the table has the partition key ${facts.partitionKey.name}`);
  const partition = [facts.partitionKey.name, keyValue(partitionKey, facts.partitionKey, 'partitionKey')] as const;
  if (facts.sortKey === undefined) {
    if (sortKey !== undefined) throw invalid('sortKey', 'the table has no sort key');
    return Object.fromEntries([partition]);
  }
  if (sortKey === undefined) throw invalid('sortKey', `the table has the sort key ${facts.sortKey.name}`);
  return Object.fromEntries([partition, [facts.sortKey.name, keyValue(sortKey, facts.sortKey, 'sortKey')]]);
}

/** The type of a key is fixed, so text says a number or base64 where the key is of that type. */
export function keyValue(plain: unknown, { type }: KeyAttribute, at: string): AttributeValue {
  if (typeof plain === 'string') return actionValue({ type, value: plain }, at);
  const value = actionValue(plain, at);
  if (!(type in value)) throw invalid(at, `the key is of type ${type}, got ${Object.keys(value)[0]}`);
  return value;
}

/** An item for the table: its key attributes get the type of the key. */
export function itemFor(plain: unknown, facts: TableFacts): Item {
  const item = checkedItem(itemOfPlain(plain, 'item', { typed: true }), 'item');
  const keys = facts.sortKey === undefined ? [facts.partitionKey] : [facts.partitionKey, facts.sortKey];
  const typed = keys.flatMap((key) => {
    const given = item[key.name];
    return given !== undefined && 'S' in given ? [[key.name, keyValue(given.S, key, `item.${key.name}`)] as const] : [];
  });
  return { ...item, ...Object.fromEntries(typed) };
}

/** The keys by which a table or one of its indexes is queried. Throws REQUEST_INVALID for an index that is not there. */
export function queriedKeys(
  facts: TableFacts,
  index: string | undefined,
): { readonly partition: readonly KeyAttribute[]; readonly sort: readonly KeyAttribute[] } {
  if (index === undefined) {
    return { partition: [facts.partitionKey], sort: facts.sortKey === undefined ? [] : [facts.sortKey] };
  }
  const found = facts.indexes.find(({ name }) => name === index);
  if (found !== undefined) return { partition: found.partitionKeys, sort: found.sortKeys };
  const names = facts.indexes.map(({ name }) => name).join(', ');
  throw invalid(
    'index',
    `the table has no index ${JSON.stringify(index)}`,
    names === '' ? 'It has none.' : `It has ${names}.`,
  );
}
