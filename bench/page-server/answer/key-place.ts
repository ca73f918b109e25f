import type { Item } from '../../../src/dynamodb/attribute-value.js';
import { compareValues } from '../expression/values.js';
import { type Entries, firstWhere, type Range, type ServedTable } from '../tables/entries.js';
import { invalid } from './refusal.js';

/**
 * Where a key lies among the entries: `from` is its own entry and `to` the next, or both are the next where there is no such
 * entry. Undefined when there is not even its partition. For an index the key has the attributes of the table's key too.
 */
export function placeOf(key: Item, entries: Entries, keysOfTable: readonly string[]): Range | undefined {
  const keyValue = (attribute: string) => {
    const value = key[attribute];
    if (value === undefined) throw invalid(`A key without ${attribute}`);
    return value;
  };
  const partition = entries.partition(entries.keys.partition.map(keyValue));
  if (partition === undefined) return undefined;
  const attributes = [...entries.keys.sort, ...keysOfTable];
  const order = (n: number) => {
    const item = entries.whole(n);
    for (const attribute of attributes) {
      const own = item[attribute];
      const each = own === undefined ? 0 : (compareValues(own, keyValue(attribute)) ?? 0);
      if (each !== 0) return each;
    }
    return 0;
  };
  return { from: firstWhere(partition, (n) => order(n) >= 0), to: firstWhere(partition, (n) => order(n) > 0) };
}

/** Names of the key attributes of a table. */
export function tableKeys({ partitionKey, sortKey }: ServedTable['definition']): string[] {
  return [partitionKey.name, ...(sortKey === undefined ? [] : [sortKey.name])];
}
