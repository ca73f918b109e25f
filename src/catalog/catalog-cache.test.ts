import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { CacheEntry } from './cache-entry.js';
import { CatalogCache } from './catalog-cache.js';
import type { Column } from './model.js';
import { describedAs } from './testing/fake-dynamodb.js';
import { statisticsOf, values } from './testing/statistics-of.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const orders = { schema: 'shop', table: 'orders' };

function entryOf(table: string, sampledItemCount = 1): CacheEntry {
  const description = describedAs({ name: table });
  const describedAt = '2026-01-31T12:00:00.000Z';
  return {
    table: { schema: 'shop', name: table, description, columns: [], sample: undefined, describedAt },
    sampledItemCount,
    widened: [{ attribute: '__proto__', type: { kind: 'hugeint' } }],
  };
}

async function filesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => path.extname(name) !== '').sort();
}

it('gives back after a restart what was saved, from a readable place', async () => {
  const directory = await temporaryDirectory();
  await new CatalogCache(directory).save(orders, 'key', entryOf('orders'));
  expect(await filesIn(directory)).toEqual(['shop/orders.json']);
  expect(await new CatalogCache(directory).load(orders, 'key')).toEqual(entryOf('orders'));
});

it('keeps what a sample told of values, and no text of them', async () => {
  const directory = await temporaryDirectory();
  const text = statisticsOf(values(100, (i) => ({ S: `secret-${i % 4}` })));
  const numbers = statisticsOf(values(100, (i) => ({ N: `${i}.5` })));
  const columns = [text, numbers].map((statistics, i): Column => {
    const type = { kind: 'string', as: 'text' } as const;
    return { name: `c${i}`, attribute: `c${i}`, type, source: 'sampled', presence: 1, statistics, reason: '' };
  });
  const entry = entryOf('orders');
  const sampled = { ...entry, table: { ...entry.table, columns } };
  await new CatalogCache(directory).save(orders, 'key', sampled);
  expect(await new CatalogCache(directory).load(orders, 'key')).toEqual(sampled);
  expect(await readFile(path.join(directory, 'shop', 'orders.json'), 'utf8')).not.toContain('secret');
});

it('knows nothing of a table that was never saved, or was deleted', async () => {
  const directory = await temporaryDirectory();
  const cache = new CatalogCache(directory);
  expect(await cache.load(orders, 'key')).toBeUndefined();
  await cache.save(orders, 'key', entryOf('orders'));
  await cache.delete(orders);
  expect(await cache.load(orders, 'key')).toBeUndefined();
  expect(await filesIn(directory)).toEqual([]);
});

it('ignores what was saved for another account, region or declaration', async () => {
  const directory = await temporaryDirectory();
  await new CatalogCache(directory).save(orders, 'key', entryOf('orders'));
  expect(await new CatalogCache(directory).load(orders, 'other key')).toBeUndefined();
});

it.each<[string, (text: string) => string]>([
  ['empty', () => ''],
  ['cut short', (text) => text.slice(0, -20)],
  ['not an object', () => 'null'],
  ['without an entry', (text) => JSON.stringify({ ...JSON.parse(text), entry: undefined })],
  ['of another version', (text) => text.replace('"version":1', '"version":0')],
  ['altered in its entry', (text) => text.replace('"sampledItemCount":1', '"sampledItemCount":2')],
])('ignores a file that is %s, and replaces it', async (_, damage) => {
  const directory = await temporaryDirectory();
  const file = path.join(directory, 'shop', 'orders.json');
  await new CatalogCache(directory).save(orders, 'key', entryOf('orders'));
  const text = await readFile(file, 'utf8');
  expect(damage(text)).not.toBe(text);
  await writeFile(file, damage(text));
  const cache = new CatalogCache(directory);
  expect(await cache.load(orders, 'key')).toBeUndefined();
  await cache.save(orders, 'key', entryOf('orders', 5));
  expect(await new CatalogCache(directory).load(orders, 'key')).toEqual(entryOf('orders', 5));
});

it('keeps tables apart whose names differ in case alone, look like paths, or are very long', async () => {
  const directory = await temporaryDirectory();
  const tables = ['orders', 'Orders', 'a.b', 'a_b', '..', '../../orders', 'x'.repeat(255), `${'x'.repeat(254)}y`];
  const cache = new CatalogCache(directory);
  for (const table of tables) await cache.save({ schema: 'shop', table }, 'key', entryOf(table));
  const files = await filesIn(directory);
  expect(new Set(files.map((name) => name.toLowerCase())).size).toBe(tables.length);
  expect(files.every((name) => path.dirname(name) === 'shop')).toBe(true);
  for (const table of tables) {
    expect(await new CatalogCache(directory).load({ schema: 'shop', table }, 'key')).toEqual(entryOf(table));
  }
});

it('leaves the last of the entries that are saved at once, however long the first take, and no temporary files', async () => {
  const directory = await temporaryDirectory();
  const cache = new CatalogCache(directory);
  const widened = Array.from({ length: 50_000 }, (_, i) => ({
    attribute: `a${i}`,
    type: { kind: 'hugeint' } as const,
  }));
  const large = { ...entryOf('orders'), widened };
  await Promise.all([large, large, entryOf('orders', 3)].map((entry) => cache.save(orders, 'key', entry)));
  expect((await new CatalogCache(directory).load(orders, 'key'))?.sampledItemCount).toBe(3);
  expect(await filesIn(directory)).toEqual(['shop/orders.json']);
});

it('keeps an entry in memory, and goes on writing others, when a file cannot be written', async () => {
  const directory = await temporaryDirectory();
  await writeFile(path.join(directory, 'shop'), 'a file where the folder should be');
  const cache = new CatalogCache(directory);
  await expect(cache.save(orders, 'key', entryOf('orders'))).rejects.toThrow();
  expect(cache.peek(orders, 'key')).toEqual(entryOf('orders'));
  await expect(cache.save({ schema: 'other', table: 'orders' }, 'key', entryOf('orders'))).resolves.toBeUndefined();
});
