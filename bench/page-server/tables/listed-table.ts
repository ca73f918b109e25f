import { crc32 } from 'node:zlib';
import type { AttributeValue, Item } from '../../../src/dynamodb/attribute-value.js';
import { itemSize } from '../../../src/dynamodb/item-size.js';
import type { TableDefinition } from '../../../src/dynamodb/write-items.js';
import { compareValues, identity } from '../expression/values.js';
import { type Entries, firstWhere, project, type Range, type ServedTable } from './entries.js';

/** A small table whose items are all in memory, with its indexes. */
export function listedTable(definition: TableDefinition, items: readonly Item[]): ServedTable {
  const tableKeys = {
    partition: [definition.partitionKey.name],
    sort: definition.sortKey === undefined ? [] : [definition.sortKey.name],
  };
  const indexes = (definition.indexes ?? []).map(({ name, partitionKeys, sortKeys, projection }): [string, Entries] => {
    const keys = { partition: partitionKeys.map((key) => key.name), sort: sortKeys.map((key) => key.name) };
    const held = new Set([keys, tableKeys].flatMap(({ partition, sort }) => [...partition, ...sort]));
    if (projection.kind === 'include') for (const attribute of projection.attributes) held.add(attribute);
    // An index leaves out items that lack one of its key attributes.
    const indexed = items.filter((item) => [...keys.partition, ...keys.sort].every((key) => key in item));
    return [name, new ListedEntries(indexed, { keys, tableKeys, held: projection.kind === 'all' ? undefined : held })];
  });
  const entries = new ListedEntries(items, { keys: tableKeys, tableKeys, held: undefined });
  return { definition, entries, indexes: new Map(indexes) };
}

class ListedEntries implements Entries {
  readonly keys: Entries['keys'];
  private readonly wholes: readonly Item[];
  private readonly items: readonly Item[];
  private readonly sizes: readonly number[];
  private readonly partitions: ReadonlyMap<string, Range>;
  /** Where the partition of each entry starts. */
  private readonly starts: readonly number[];

  constructor(
    items: readonly Item[],
    options: {
      readonly keys: Entries['keys'];
      readonly tableKeys: Entries['keys'];
      readonly held: ReadonlySet<string> | undefined;
    },
  ) {
    this.keys = options.keys;
    this.wholes = inKeyOrder(items, options.keys, options.tableKeys);
    this.items = this.wholes.map((item) => project(item, options.held));
    this.sizes = runningSums(this.items.map(itemSize));
    this.partitions = partitionRanges(this.wholes, this.keys.partition);
    this.starts = [...this.partitions.values()].flatMap(({ from, to }) => new Array<number>(to - from).fill(from));
  }

  get count(): number {
    return this.items.length;
  }

  item(n: number): Item {
    return this.items[n] ?? {};
  }

  whole(n: number): Item {
    return this.wholes[n] ?? {};
  }

  bytesBefore(n: number): number {
    return this.sizes[n] ?? 0;
  }

  partition(values: readonly AttributeValue[]): Range | undefined {
    return this.partitions.get(values.map(identity).join());
  }

  partitionStart(n: number): number {
    return this.starts[n] ?? this.count;
  }
}

/** Partitions in the order of a hash, as DynamoDB has them, so that nobody relies on a Scan being sorted. */
function inKeyOrder(items: readonly Item[], keys: Entries['keys'], tableKeys: Entries['keys']): Item[] {
  const placed = items.map((item) => {
    const partition = partitionIdentity(item, keys.partition);
    return { item, partition, hash: crc32(partition) };
  });
  const ordered = [...keys.sort, ...tableKeys.partition, ...tableKeys.sort];
  placed.sort((a, b) => {
    if (a.hash !== b.hash) return a.hash - b.hash;
    if (a.partition !== b.partition) return a.partition < b.partition ? -1 : 1;
    for (const attribute of ordered) {
      const [left, right] = [a.item[attribute], b.item[attribute]];
      const order = left === undefined || right === undefined ? 0 : (compareValues(left, right) ?? 0);
      if (order !== 0) return order;
    }
    return 0;
  });
  return placed.map(({ item }) => item);
}

function partitionRanges(items: readonly Item[], attributes: readonly string[]): Map<string, Range> {
  const ranges = new Map<string, Range>();
  for (let from = 0; from < items.length; ) {
    const own = partitionIdentity(items[from] ?? {}, attributes);
    const range = { from, to: items.length };
    const to = firstWhere(range, (n) => partitionIdentity(items[n] ?? {}, attributes) !== own);
    ranges.set(own, { from, to });
    from = to;
  }
  return ranges;
}

function partitionIdentity(item: Item, attributes: readonly string[]): string {
  return attributes.map((attribute) => identity(item[attribute] ?? { NULL: true })).join();
}

function runningSums(sizes: readonly number[]): number[] {
  let sum = 0;
  return [0, ...sizes.map((size) => (sum += size))];
}
