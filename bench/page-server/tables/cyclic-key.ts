import type { Item } from '../../../src/dynamodb/attribute-value.js';

export interface CyclicOptions {
  readonly name: string;
  readonly partitionKey: string;
  /** Attribute of the sort key; undefined for a table without, then each item is a partition. */
  readonly sortKey: string | undefined;
  readonly itemsPerPartition: number;
  readonly count: number;
  /** The attributes besides the key, which repeat themselves along the table. */
  readonly bodies: readonly Item[];
}

/** Digits of a partition key after its first letter, and of a sort key: always as many, so that all items have one layout. */
export const PARTITION_DIGITS = 10;
export const SORT_DIGITS = 6;

/** The key of an item by its number. */
export function cyclicKey(
  n: number,
  { partitionKey, sortKey, itemsPerPartition }: Omit<CyclicOptions, 'bodies'>,
): Item {
  const partition = `k${String(Math.floor(n / itemsPerPartition)).padStart(PARTITION_DIGITS, '0')}`;
  const sort = String(n % itemsPerPartition).padStart(SORT_DIGITS, '0');
  return { [partitionKey]: { S: partition }, ...(sortKey === undefined ? {} : { [sortKey]: { S: sort } }) };
}
