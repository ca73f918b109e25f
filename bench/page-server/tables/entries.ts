import type { AttributeValue, Item } from '../../../src/dynamodb/attribute-value.js';
import type { TableDefinition } from '../../../src/dynamodb/write-items.js';
import { attributesOf, type Condition } from '../expression/condition.js';
import { matches } from '../expression/matches.js';

/**
 * The entries of a table or of one of its indexes, numbered in the order in which DynamoDB walks them: partition after
 * partition, and by sort key within each. Every read is a range of these numbers.
 */
export interface Entries {
  readonly count: number;
  readonly keys: { readonly partition: readonly string[]; readonly sort: readonly string[] };
  /** What the entry holds: all attributes for a table, the projected ones for an index. */
  item(n: number): Item;
  /** The item of the table that the entry stands for. */
  whole(n: number): Item;
  /** Size, as DynamoDB counts it, of all entries before this one. */
  bytesBefore(n: number): number;
  /** The entries with these partition-key values. */
  partition(values: readonly AttributeValue[]): Range | undefined;
  /** The first entry of the partition that holds this one; `count` for `count`. */
  partitionStart(n: number): number;
  /** A fast way to what `renderItems` gives; undefined where there is none for this shape. */
  render?(range: Range, shape: Shape): Rendered | undefined;
}

/** Entries from `from` up to, not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What a request wants to see of the items it reads. */
export interface Shape {
  /** Attributes to be sent; undefined for all. */
  readonly projection: ReadonlySet<string> | undefined;
  readonly filter: Condition | undefined;
}

/** Items in DynamoDB JSON, with a comma between two of them and no brackets. */
export interface Rendered {
  readonly json: Buffer;
  readonly count: number;
}

export interface ServedTable {
  readonly definition: TableDefinition;
  readonly entries: Entries;
  /** By name. */
  readonly indexes: ReadonlyMap<string, Entries>;
}

/** Items of a page: those that pass the filter, with the wanted attributes. */
export function renderItems(items: readonly Item[], { filter, projection }: Shape): Rendered {
  const passing = filter === undefined ? items : items.filter((item) => matches(filter, item));
  const json = passing.map((item) => JSON.stringify(project(item, projection))).join(',');
  return { json: Buffer.from(json), count: passing.length };
}

/** The item with the wanted attributes only. */
export function project(item: Item, projection: Shape['projection']): Item {
  if (projection === undefined) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => projection.has(name)));
}

/** Attributes that a shape looks at; undefined for all. */
export function attributesOfShape({ projection, filter }: Shape): ReadonlySet<string> | undefined {
  if (projection === undefined) return undefined;
  return new Set([...projection, ...(filter === undefined ? [] : attributesOf(filter))]);
}

/** The first of the entries of a range for which the test, once true, stays true; `to` when there is none. */
export function firstWhere({ from, to }: Range, test: (n: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
