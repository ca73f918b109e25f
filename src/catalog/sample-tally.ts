import type { Item } from '../dynamodb/attribute-value.js';
import { itemSize } from '../dynamodb/item-size.js';
import type { TableDescription } from '../dynamodb/table-description.js';
import type { RawPage } from '../dynamodb/table-reader.js';
import { addItem, emptyProfile } from './profile.js';
import { ValueTally } from './value-statistics.js';

/** What the pages of a sample add up to. An item that several pages bring counts once. */
export class SampleTally {
  readonly profile = emptyProfile();
  readonly values = new ValueTally();
  readUnits = 0;
  private itemBytes = 0;
  /** Partitions that pages were of, and those of them that a page did not reach the end of. */
  private partitions = 0;
  private partitionsCut = 0;
  private readonly keysSeen = new Set<string>();
  private readonly keyAttributes: readonly string[];

  constructor({ partitionKey, sortKey }: TableDescription) {
    this.keyAttributes = sortKey === undefined ? [partitionKey.name] : [partitionKey.name, sortKey.name];
  }

  get items(): number {
    return this.profile.items;
  }

  /** As DynamoDB counts an item's size; 0 while there are no items. */
  get averageItemBytes(): number {
    return this.items === 0 ? 0 : Math.round(this.itemBytes / this.items);
  }

  /** Items to a partition key, on average: all items, by the partitions whose end was seen. Undefined while there is none. */
  get itemsPerPartition(): number | undefined {
    if (this.keyAttributes.length === 1) return 1;
    const ended = this.partitions - this.partitionsCut;
    return ended > 0 ? this.items / ended : undefined;
  }

  add(page: RawPage): void {
    this.readUnits += page.readUnits;
    const [partitionKey = ''] = this.keyAttributes;
    let partition: string | undefined;
    for (const item of decodeItems(page.items)) {
      const key = JSON.stringify(this.keyAttributes.map((name) => item[name]));
      if (this.keysSeen.has(key)) continue;
      this.keysSeen.add(key);
      this.itemBytes += itemSize(item);
      addItem(this.profile, item);
      // A page has the items of a partition one after the other.
      const own = JSON.stringify(item[partitionKey]);
      if (own !== partition) this.partitions += 1;
      partition = own;
      this.values.add(item, this.partitions);
    }
    if (partition !== undefined && page.lastEvaluatedKey !== undefined) this.partitionsCut += 1;
  }
}

function decodeItems(bytes: Uint8Array): readonly Item[] {
  // The reader's contract: a JSON array of items in DynamoDB JSON. Numbers are strings in it, so that no digit is lost.
  return JSON.parse(new TextDecoder().decode(bytes)) as readonly Item[];
}
