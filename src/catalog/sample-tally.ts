import type { Item } from '../dynamodb/attribute-value.js';
import { itemSize } from '../dynamodb/item-size.js';
import type { TableDescription } from '../dynamodb/table-description.js';
import type { RawPage } from '../dynamodb/table-reader.js';
import { DistinctValues } from './distinct-values.js';
import { addItem, emptyProfile } from './profile.js';

/** What the pages of a sample add up to. An item that several pages bring counts once. */
export class SampleTally {
  readonly profile = emptyProfile();
  readonly distinct = new DistinctValues();
  readUnits = 0;
  private itemBytes = 0;
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

  add(page: RawPage): void {
    this.readUnits += page.readUnits;
    for (const item of decodeItems(page.items)) {
      const key = JSON.stringify(this.keyAttributes.map((name) => item[name]));
      if (this.keysSeen.has(key)) continue;
      this.keysSeen.add(key);
      this.itemBytes += itemSize(item);
      addItem(this.profile, item);
      this.distinct.add(item);
    }
  }
}

function decodeItems(bytes: Uint8Array): readonly Item[] {
  // The reader's contract: a JSON array of items in DynamoDB JSON. Numbers are strings in it, so that no digit is lost.
  return JSON.parse(new TextDecoder().decode(bytes)) as readonly Item[];
}
