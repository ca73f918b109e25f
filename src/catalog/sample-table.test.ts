import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { Item } from '../dynamodb/attribute-value.js';
import type { TableDescription } from '../dynamodb/table-description.js';
import { sampleTable } from './sample-table.js';
import { describedAs, FakeDynamodb } from './testing/fake-dynamodb.js';
import { seededRandom } from './testing/seeded-random.js';

const clock = () => new Date('2026-01-31T12:00:00Z');
const signal = new AbortController().signal;

/** A table of items, and whatever DescribeTable is to say of them; the truth unless told. */
function tableOf(items: readonly Item[], facts: Partial<TableDescription> = {}) {
  const fake = new FakeDynamodb();
  const sizeBytes = items.reduce((sum, item) => sum + JSON.stringify(item).length, 0);
  const description = describedAs({ itemCount: items.length, sizeBytes, ...facts });
  fake.add(description, items);
  const sample = (seed = 1, options: { maxReadUnits?: number; sampleItems?: number } = {}) =>
    sampleTable({ reader: fake.reader, description, clock, random: seededRandom(seed), ...options }, signal);
  return { fake, sample };
}

function items(count: number, more: (i: number) => Item = () => ({})): Item[] {
  return Array.from({ length: count }, (_, i) => ({ id: { S: `item-${i}` }, ...more(i) }));
}

describe('a small table', () => {
  it('is read in one page and completely', async () => {
    const { fake, sample } = tableOf(items(300));
    const { profile, sample: taken } = await sample();
    expect(fake.scans).toEqual([{ tableName: 'orders', limit: 600 }]);
    expect(profile.items).toBe(300);
    expect(taken).toMatchObject({ items: 300, complete: true, takenAt: '2026-01-31T12:00:00.000Z' });
  });

  it('is read completely also when DescribeTable has not counted its items yet', async () => {
    const { fake, sample } = tableOf(items(240), { itemCount: 0, sizeBytes: 0 });
    expect((await sample()).sample).toMatchObject({ items: 240, complete: true });
    expect(fake.scans).toHaveLength(1);
  });

  it('is read whole when that costs no more than a sample', async () => {
    const wide = tableOf(items(1100, () => ({ note: { S: 'x'.repeat(550) } })));
    expect((await wide.sample()).sample).toMatchObject({ items: 1100, complete: true });
    const short = tableOf(items(3000));
    expect((await short.sample()).sample).toMatchObject({ items: 3000, complete: true });
    expect([wide.fake.scans.length, short.fake.scans.length]).toEqual([1, 1]);
  });

  it('may have no items at all', async () => {
    expect((await tableOf([]).sample()).sample).toMatchObject({ items: 0, averageItemBytes: 0, complete: true });
  });

  it('tells the size of its items as DynamoDB counts it', async () => {
    const { sample } = tableOf([{ id: { S: 'abc' }, n: { BOOL: true } }]);
    expect((await sample()).sample.averageItemBytes).toBe(2 + 3 + 1 + 1);
  });
});

describe('a large table', () => {
  it('is sampled from many places of the key space, for about as many items as wanted', async () => {
    const { fake, sample } = tableOf(items(50_000));
    const { sample: taken } = await sample();
    expect(taken.items).toBeGreaterThan(800);
    expect(taken.items).toBeLessThanOrEqual(1024);
    expect(taken.complete).toBe(false);
    expect(fake.scans).toHaveLength(32);
    expect(new Set(fake.scans.map(({ segment }) => segment)).size).toBe(32);
    expect(fake.scans.every(({ totalSegments }) => totalSegments !== undefined && totalSegments > 300)).toBe(true);
  });

  it('gives the same sample for the same random numbers, and another for others', async () => {
    const { sample } = tableOf(items(20_000, (i) => ({ [`a${i % 500}`]: { S: '' } })));
    const attributes = async (seed: number) => [...(await sample(seed)).profile.attributes.keys()].sort();
    expect(await attributes(7)).toEqual(await attributes(7));
    expect(await attributes(7)).not.toEqual(await attributes(8));
  });

  it('finds the share of an attribute, wherever the items with it lie', async () => {
    const { sample } = tableOf(items(20_000, (i): Item => (i % 4 === 0 ? { rare: { S: '' } } : {})));
    const { profile } = await sample();
    const share = (profile.attributes.get('rare')?.counts.get('S') ?? 0) / profile.items;
    expect(share).toBeGreaterThan(0.18);
    expect(share).toBeLessThan(0.32);
  });

  it('of few partition keys is sampled though most segments are empty', async () => {
    const sorted = items(6000, (i) => ({ id: { S: `p${i % 3}` }, at: { N: `${i}` } }));
    const { fake, sample } = tableOf(sorted, { sortKey: { name: 'at', type: 'N' } });
    const { sample: taken } = await sample();
    expect(taken.items).toBeGreaterThanOrEqual(500);
    expect(taken.complete).toBe(false);
    expect(fake.scans.length).toBeLessThanOrEqual(2 * 32 + 1);
  });

  it('that was just filled is sampled though its count is still 0', async () => {
    const { sample } = tableOf(items(30_000), { itemCount: 0, sizeBytes: 0 });
    const { sample: taken } = await sample();
    expect(taken.items).toBeGreaterThanOrEqual(500);
    expect(taken.complete).toBe(false);
  });

  it('that was just emptied is read to its end though its count is still high', async () => {
    const { sample } = tableOf(items(3), { itemCount: 5_000_000, sizeBytes: 500_000_000 });
    expect((await sample()).sample).toMatchObject({ items: 3, complete: true });
  });

  it('counts an item once that two requests bring', async () => {
    const { sample } = tableOf(items(700), { itemCount: 0, sizeBytes: 0 });
    const { profile, sample: taken } = await sample();
    // The first page has 250 of them, and the segments together nearly all.
    expect(taken.items).toBeGreaterThan(600);
    expect(taken.items).toBeLessThanOrEqual(700);
    expect(profile.attributes.get('id')?.counts.get('S')).toBe(taken.items);
  });
});

describe('what a sample costs', () => {
  const large = () => tableOf(items(400, (i) => ({ body: { S: 'x'.repeat(100_000 + i) } })));

  it('stays near the units that it may spend, also where items are large', async () => {
    const { sample: taken } = await large().sample(1, { sampleItems: 100 });
    expect(taken.items).toBeGreaterThanOrEqual(7);
    // Three requests of one item of 100 KB each may be under way when the limit is passed.
    expect(taken.readUnits).toBeLessThan(100 + 4 * 13);
  });

  it('is told', async () => {
    const { sample } = tableOf(items(10));
    expect((await sample()).sample.readUnits).toBe(0.5);
  });

  it('is bounded in requests, however empty the segments are', async () => {
    const { fake, sample } = tableOf([], { itemCount: 1_000_000_000, sizeBytes: 1e12 });
    await sample();
    expect(fake.scans.length).toBeLessThanOrEqual(2 * 32 + 1);
  });
});

describe('a scan that fails', () => {
  it('fails the sample, and no further requests are sent', async () => {
    const { fake, sample } = tableOf(items(50_000));
    fake.scanError = new HeadgateError('AWS_ACCESS_DENIED', 'No.');
    await expect(sample()).rejects.toMatchObject({ code: 'AWS_ACCESS_DENIED' });
    expect(fake.scans.length).toBeLessThanOrEqual(4);
  });

  it('by cancelling ends the sample', async () => {
    const { fake } = tableOf(items(50_000));
    const description = describedAs({ itemCount: 50_000, sizeBytes: 1e6 });
    const cancelled = sampleTable({ reader: fake.reader, description, clock }, AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
