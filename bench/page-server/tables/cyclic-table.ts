import type { AttributeValue, Item } from '../../../src/dynamodb/attribute-value.js';
import { itemSize } from '../../../src/dynamodb/item-size.js';
import type { TableDefinition } from '../../../src/dynamodb/write-items.js';
import { attributesOf } from '../expression/condition.js';
import { CycleView } from './cycle-view.js';
import { type CyclicOptions, cyclicKey } from './cyclic-key.js';
import type { Entries, Range, Rendered, ServedTable, Shape } from './entries.js';

/**
 * A table of any size without memory: item `n` has the key of its number (`k0000000012`, and `000003` as the sort key), and
 * the attributes of item `n` modulo the cycle. So pages are copied from one prepared cycle and only the keys are written.
 */
export function cyclicTable(options: CyclicOptions): ServedTable {
  const { name, partitionKey, sortKey } = options;
  const definition: TableDefinition = {
    name,
    partitionKey: { name: partitionKey, type: 'S' },
    sortKey: sortKey === undefined ? undefined : { name: sortKey, type: 'S' },
  };
  return { definition, entries: new CyclicEntries(options), indexes: new Map() };
}

const VIEWS_KEPT = 32;

class CyclicEntries implements Entries {
  readonly keys: Entries['keys'];
  readonly count: number;
  /** Sizes of the items of a cycle, summed up; one more than there are items. */
  private readonly sizes: Float64Array;
  private readonly views = new Map<string, CycleView>();

  constructor(private readonly options: CyclicOptions) {
    const { partitionKey, sortKey, count, bodies } = options;
    this.keys = { partition: [partitionKey], sort: sortKey === undefined ? [] : [sortKey] };
    this.count = count;
    const keySize = itemSize(cyclicKey(0, options));
    this.sizes = new Float64Array(bodies.length + 1);
    bodies.forEach((body, i) => {
      this.sizes[i + 1] = (this.sizes[i] ?? 0) + keySize + itemSize(body);
    });
  }

  item(n: number): Item {
    return { ...cyclicKey(n, this.options), ...this.options.bodies[n % this.options.bodies.length] };
  }

  whole(n: number): Item {
    return this.item(n);
  }

  bytesBefore(n: number): number {
    const cycle = this.options.bodies.length;
    return Math.floor(n / cycle) * (this.sizes[cycle] ?? 0) + (this.sizes[n % cycle] ?? 0);
  }

  partition([value]: readonly AttributeValue[]): Range | undefined {
    const { itemsPerPartition } = this.options;
    const number = value !== undefined && 'S' in value && /^k\d{10}$/.test(value.S) ? Number(value.S.slice(1)) : -1;
    const from = number * itemsPerPartition;
    return from < 0 || from >= this.count ? undefined : { from, to: Math.min(this.count, from + itemsPerPartition) };
  }

  partitionStart(n: number): number {
    return n >= this.count ? this.count : n - (n % this.options.itemsPerPartition);
  }

  render(range: Range, shape: Shape): Rendered | undefined {
    const keys = [...this.keys.partition, ...this.keys.sort];
    if (shape.filter !== undefined && attributesOf(shape.filter).some((name) => keys.includes(name))) return undefined;
    return this.view(shape).render(range);
  }

  private view(shape: Shape): CycleView {
    const key = JSON.stringify([shape.filter, shape.projection && [...shape.projection].sort()]);
    const view = this.views.get(key) ?? new CycleView(this.options, shape);
    // Deleted and set again, so that the first one is the one that was not used for longest.
    this.views.delete(key);
    this.views.set(key, view);
    const [oldest] = this.views.keys();
    if (this.views.size > VIEWS_KEPT && oldest !== undefined) this.views.delete(oldest);
    return view;
  }
}
