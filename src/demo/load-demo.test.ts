import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectDynamodb, type DynamodbConnectionHandle } from '../dynamodb/connect.js';
import { openEmbedded } from '../dynamodb/embedded/open-embedded.js';
import { demoItems } from './demo-items.js';
import { DEMO_TABLES } from './demo-tables.js';
import { DEMO_ITEM_COUNT, type DemoTarget, demoMissing, type LoadDemoProgress, loadDemo } from './load-demo.js';

const signal = new AbortController().signal;
const closers: (() => Promise<void> | void)[] = [];
let target: DemoTarget;

beforeEach(async () => {
  const home = await mkdtemp(join(tmpdir(), 'headgate-demo-'));
  closers.push(() => rm(home, { recursive: true }));
  target = { handle: await freshDynamodb(), home };
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function freshDynamodb(): Promise<DynamodbConnectionHandle> {
  const embedded = await openEmbedded({ directory: undefined, signal });
  closers.push(() => embedded.close());
  const credentials = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
  const handle = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials });
  closers.push(() => handle.close());
  return handle;
}

/** Loads until the first progress of the given table, as if the process were stopped there. */
async function loadPartly(table: string): Promise<unknown> {
  const interruption = new AbortController();
  const onProgress = (progress: LoadDemoProgress) => {
    if (progress.table === table) interruption.abort();
  };
  return loadDemo(target, { signal: interruption.signal, onProgress }).catch((error: unknown) => error);
}

describe('loading the sample data', () => {
  it('repairs a load that was broken off, tells its progress, and is then known to be done', {
    timeout: 90_000,
  }, async () => {
    expect(await demoMissing(target, signal)).toBe(true);
    expect(await loadPartly('airports')).toMatchObject({ code: 'CANCELLED' });
    expect(await demoMissing(target, signal)).toBe(true);

    const seen: LoadDemoProgress[] = [];
    await loadDemo(target, { signal, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ table: 'shop', items: DEMO_ITEM_COUNT, totalItems: DEMO_ITEM_COUNT });
    expect(seen.every(({ items }, i) => items > (seen[i - 1]?.items ?? 0))).toBe(true);
    expect(await demoMissing(target, signal)).toBe(false);
    for (const { definition, itemCount } of DEMO_TABLES) {
      const described = await target.handle.directory.describeTable(definition.name, signal);
      expect(described).toMatchObject({ name: definition.name, itemCount, partitionKey: definition.partitionKey });
      expect(described.indexes.map(({ name, kind, projection }) => ({ name, kind, projection }))).toEqual(
        expect.arrayContaining(
          definition.indexes?.map(({ name, kind, projection }) => ({ name, kind, projection })) ?? [],
        ),
      );
    }

    // The marker alone is not believed: the tables may have been deleted, or another DynamoDB be meant.
    expect(await demoMissing({ ...target, handle: await freshDynamodb() }, signal)).toBe(true);
  });
});

describe('the sample data', () => {
  it('has the number of items that the tables say, each with a key of its own', async () => {
    for (const { definition, itemCount } of DEMO_TABLES) {
      const items = await demoItems(definition.name);
      const keys = items.map((item) => {
        const key = [definition.partitionKey, ...(definition.sortKey ? [definition.sortKey] : [])];
        for (const { name, type } of key) expect(item[name]).toHaveProperty(type);
        return JSON.stringify(key.map(({ name }) => item[name]));
      });
      expect([definition.name, items.length, new Set(keys).size]).toEqual([definition.name, itemCount, itemCount]);
    }
  });

  it('has values of the right type in every index key, or none', async () => {
    for (const { definition } of DEMO_TABLES) {
      const items = await demoItems(definition.name);
      for (const { name, partitionKeys, sortKeys } of definition.indexes ?? []) {
        for (const key of [...partitionKeys, ...sortKeys]) {
          const types = new Set(items.flatMap((item) => Object.keys(item[key.name] ?? {})));
          expect([name, key.name, ...types]).toEqual([name, key.name, key.type]);
        }
      }
    }
  });

  it('has all ten types and numbers of 38 digits', async () => {
    const text = (await Promise.all(DEMO_TABLES.map(({ definition }) => demoItems(definition.name))))
      .map((items) => JSON.stringify(items))
      .join();
    const types = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'];
    expect(types.filter((type) => !text.includes(`{"${type}":`))).toEqual([]);
    expect(text).toMatch(/"serial":\{"N":"\d{38}"\}/);
  });
});
