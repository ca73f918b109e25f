import { expect, it } from 'vitest';
import type { Key, RawPage } from '../dynamodb/table-reader.js';
import { SampleTally } from './sample-tally.js';
import { describedAs } from './testing/fake-dynamodb.js';

const description = describedAs({
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'N' },
});

/** `a1 a2 b1` is two items of partition a and one of b; a page that was cut has a key to go on from. */
function page(items: string, isCut: boolean): RawPage {
  const keys = items.split(' ').map((item): Key => ({ pk: { S: item[0] ?? '' }, sk: { N: item.slice(1) } }));
  return {
    items: new TextEncoder().encode(JSON.stringify(keys)),
    itemCount: keys.length,
    scannedCount: keys.length,
    lastEvaluatedKey: isCut ? keys.at(-1) : undefined,
    readUnits: 1,
  };
}

it.each<[string, RawPage[], number | undefined]>([
  ['whole pages', [page('a1 a2 a3 b1', false), page('c1 c2', false)], 2],
  ['a page that ends within a partition', [page('a1 a2 b1', true)], 3],
  ['a partition that goes on in the next page', [page('a1 a2 b1', true), page('b2 b3 c1', false)], 2],
  ['pages of partitions whose end was not seen', [page('a1 a2', true), page('b1 b2', true)], undefined],
  ['an item that comes twice', [page('a1 a2', false), page('a1 a2', false)], 2],
  ['no pages', [], undefined],
])('tells the size of partitions from %s', (_, pages, expected) => {
  const tally = new SampleTally(description);
  for (const each of pages) tally.add(each);
  expect(tally.itemsPerPartition).toBe(expected);
});

it('knows that a partition without a sort key is one item', () => {
  expect(new SampleTally(describedAs()).itemsPerPartition).toBe(1);
});
