import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { IndexDescription, TableDescription } from '../../dynamodb/table-description.js';
import type { BatchGetItemRequest, Key, QueryRequest, RawPage, TableReader } from '../../dynamodb/table-reader.js';
import { ExpressionNames } from '../plan/conditions/expression-names.js';
import type { AccessPath, CommonRequest } from '../plan/paths/access-path.js';
import { type Page, readPages } from './read-pages.js';

const never = new AbortController().signal;
const INDEX: IndexDescription = {
  name: 'by-day',
  kind: 'global',
  partitionKeys: [{ name: 'day', type: 'S' }],
  sortKeys: [{ name: 'rank', type: 'N' }],
  projection: { kind: 'keys-only' },
  usable: true,
  itemCount: 0,
  sizeBytes: 0,
};
const DESCRIPTION: TableDescription = {
  name: 'things',
  arn: undefined,
  status: 'ACTIVE',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'N' },
  indexes: [INDEX],
  itemCount: 0,
  sizeBytes: 0,
  billing: { mode: 'on-demand', maxReadUnits: undefined },
  warmReadUnits: undefined,
  tableClass: 'STANDARD',
};

interface Entry {
  readonly key: Key;
  readonly rank: number;
}

function entry(n: number, rank = n): Entry {
  return { key: { pk: { S: 'p' }, sk: { N: String(n) } }, rank };
}

function entries(count: number, from = 0): Entry[] {
  return Array.from({ length: count }, (_, i) => entry(from + i));
}

function pageOf(some: readonly Entry[], more: Partial<RawPage> = {}): RawPage {
  // As an index gives it that has more than the keys.
  const items = some.map(({ key, rank }) => ({ rank: { N: String(rank) }, ...key }));
  return {
    items: Buffer.from(JSON.stringify(items)),
    itemCount: some.length,
    scannedCount: some.length,
    lastEvaluatedKey: undefined,
    readUnits: 0.5,
    ...more,
  };
}

/** A table and an index over it: the ranges of the index by the value of `day`, in pages as DynamoDB would cut them. */
class Fake {
  readonly queries: QueryRequest[] = [];
  readonly batches: BatchGetItemRequest[] = [];
  /** Sort keys that are gone from the table. */
  readonly gone = new Set<string>();
  leaveUnprocessed = 0;
  beforeQuery: (request: QueryRequest, stop: AbortSignal) => Promise<void> = async () => {};

  constructor(
    private readonly index: Readonly<Record<string, readonly Entry[]>>,
    private readonly pageSize: number,
  ) {}

  readonly reader: TableReader = {
    getItem: () => Promise.reject(new Error('not expected')),
    scan: () => Promise.reject(new Error('not expected')),
    query: async (request, stop) => {
      this.queries.push(request);
      await this.beforeQuery(request, stop);
      const [day] = Object.values(request.values ?? {});
      const all = this.index[day !== undefined && 'S' in day ? day.S : ''] ?? [];
      const from = Number(textOf(request.exclusiveStartKey?.['at']) ?? 0);
      const to = Math.min(from + Math.min(this.pageSize, request.limit ?? this.pageSize), all.length);
      const next = to < all.length ? { lastEvaluatedKey: { at: { N: String(to) } } } : {};
      return pageOf(all.slice(from, to), next);
    },
    batchGetItem: async (request) => {
      this.batches.push(request);
      await turn();
      const served = request.keys.slice(0, request.keys.length - this.leaveUnprocessed);
      const unprocessedKeys = request.keys.slice(served.length);
      this.leaveUnprocessed = 0;
      const found = served.filter((key) => !this.gone.has(textOf(key['sk']) ?? ''));
      return {
        ...pageOf(
          found.map((key) => ({ key, rank: 0 })),
          { readUnits: found.length },
        ),
        unprocessedKeys,
      };
    },
  };
}

function textOf(value: Key[string] | undefined): string | undefined {
  return value !== undefined && 'N' in value ? value.N : undefined;
}

function common(projectionExpression: string): CommonRequest {
  return { tableName: 'things', projectionExpression, names: ExpressionNames.empty(), consistentRead: false };
}

function pathOf(days: readonly string[], more: Partial<AccessPath & { kind: 'query' }> = {}): AccessPath {
  return {
    kind: 'query',
    index: INDEX,
    ranges: days.map((day) => ({ partition: [{ S: day }], sortEquals: [], interval: {} })),
    filter: undefined,
    common: common('#pk, #sk'),
    fillIn: { common: common('#all') },
    ...more,
  };
}

async function all(pages: AsyncIterable<Page>): Promise<Page[]> {
  const taken: Page[] = [];
  for await (const page of pages) taken.push(page);
  return taken;
}

async function read(fake: Fake, path: AccessPath): Promise<{ pages: Page[]; numbers: number[] }> {
  const pages = await all(readPages(path, DESCRIPTION, { reader: fake.reader, signal: never }));
  return { pages, numbers: pages.flatMap(numbersOf).sort((a, b) => a - b) };
}

function numbersOf({ items, itemCount }: Page): number[] {
  // The items are those of `pageOf` above.
  const parsed = JSON.parse(Buffer.from(items).toString()) as { sk: { N: string } }[];
  expect(parsed).toHaveLength(itemCount);
  return parsed.map(({ sk }) => Number(sk.N));
}

describe('an index path that is filled in', () => {
  it('gives every item of the table once, by batches of a hundred keys, and the last ones too', async () => {
    const fake = new Fake({ a: entries(250), b: entries(180, 250) }, 70);
    const { numbers, pages } = await read(fake, pathOf(['a', 'b']));
    expect(numbers).toEqual(Array.from({ length: 430 }, (_, i) => i));
    expect(fake.batches.map(({ keys }) => keys.length).toSorted()).toEqual([100, 100, 100, 100, 30]);
    expect(fake.batches.every(({ projectionExpression }) => projectionExpression === '#all')).toBe(true);
    expect(fake.queries.every(({ projectionExpression }) => projectionExpression === '#pk, #sk')).toBe(true);
    expect(
      pages
        .filter(({ index }) => index === undefined)
        .map(({ readUnits }) => readUnits)
        .toSorted(),
    ).toEqual([100, 100, 100, 100, 30]);
  });

  it('gives the pages of the index without items, but with what they cost', async () => {
    const fake = new Fake({ a: entries(5) }, 3);
    const { pages } = await read(fake, pathOf(['a']));
    expect(pages.filter(({ index }) => index === 'by-day')).toEqual(
      [3, 2].map((scannedCount) => ({
        items: Buffer.from('[]'),
        itemCount: 0,
        scannedCount,
        readUnits: 0.5,
        index: 'by-day',
      })),
    );
  });

  it('asks the table by its own keys and by nothing else', async () => {
    const fake = new Fake({ a: entries(1) }, 3);
    await read(fake, pathOf(['a']));
    expect(fake.batches[0]?.keys).toEqual([{ pk: { S: 'p' }, sk: { N: '0' } }]);
  });

  it('fetches an item once that is seen twice, in one range or in two', async () => {
    const fake = new Fake({ a: [...entries(4), entry(2)], b: [entry(3), entry(9)] }, 2);
    expect((await read(fake, pathOf(['a', 'b']))).numbers).toEqual([0, 1, 2, 3, 9]);
    expect(fake.batches).toHaveLength(1);
  });

  it('asks again for keys that were left unprocessed', async () => {
    const fake = new Fake({ a: entries(20) }, 20);
    fake.leaveUnprocessed = 15;
    expect((await read(fake, pathOf(['a']))).numbers).toHaveLength(20);
    expect(fake.batches.map(({ keys }) => keys.length)).toEqual([20, 15]);
  });

  it('asks the table nothing where the index has nothing', async () => {
    const fake = new Fake({}, 10);
    expect((await read(fake, pathOf(['a']))).pages).toHaveLength(1);
    expect(fake.batches).toEqual([]);
  });

  it('begins with the table while the index is still being read', async () => {
    const fake = new Fake({ a: entries(300) }, 100);
    let batchesAtEnd = 0;
    fake.beforeQuery = async ({ exclusiveStartKey }) => {
      if (textOf(exclusiveStartKey?.['at']) !== '200') return;
      while (fake.batches.length < 2) await turn();
      batchesAtEnd = fake.batches.length;
    };
    await read(fake, pathOf(['a']));
    expect(batchesAtEnd).toBe(2);
  });

  it('reads no more than a few pages ahead of a consumer that does not take them', async () => {
    const fake = new Fake({ a: entries(100_000) }, 100);
    const pages = readPages(pathOf(['a']), DESCRIPTION, { reader: fake.reader, signal: never });
    await pages.next();
    for (let i = 0; i < 200; i++) await turn();
    expect(fake.queries.length + fake.batches.length).toBeLessThan(40);
    const before = fake.queries.length + fake.batches.length;
    await pages.return(undefined);
    expect(fake.queries.length + fake.batches.length).toBe(before);
  });

  it('stops both at once when the consumer stops, also where the index does not answer', async () => {
    const fake = new Fake({ a: entries(300) }, 100);
    let isStopped = false;
    fake.beforeQuery = async ({ exclusiveStartKey }, stop) => {
      if (exclusiveStartKey === undefined) return;
      await new Promise((_resolve, reject) => {
        stop.addEventListener('abort', () => {
          isStopped = true;
          reject(stop.reason);
        });
      });
    };
    const pages = readPages(pathOf(['a']), DESCRIPTION, { reader: fake.reader, signal: never });
    await pages.next();
    await pages.return(undefined);
    expect(isStopped).toBe(true);
  });

  it.each(['query', 'batchGetItem'] as const)('fails with the error of either side: %s', async (side) => {
    const fake = new Fake({ a: entries(300) }, 100);
    const reader = { ...fake.reader, [side]: () => Promise.reject(new Error('broken')) };
    await expect(all(readPages(pathOf(['a']), DESCRIPTION, { reader, signal: never }))).rejects.toThrow('broken');
  });

  it('fails when its signal is aborted in the middle', async () => {
    const fake = new Fake({ a: entries(1000) }, 10);
    const caller = new AbortController();
    fake.beforeQuery = async (_request, stop) => {
      if (fake.queries.length === 15) caller.abort(new Error('enough'));
      stop.throwIfAborted();
    };
    const pages = readPages(pathOf(['a']), DESCRIPTION, { reader: fake.reader, signal: caller.signal });
    await expect(all(pages)).rejects.toThrow('enough');
    expect(fake.queries.length).toBeLessThan(17);
  });
});

describe('an index scan that is filled in', () => {
  it('reads every segment', async () => {
    const batches: number[] = [];
    const fake = new Fake({}, 10);
    const reader: TableReader = {
      ...fake.reader,
      scan: async ({ segment = 0, indexName }) => {
        expect(indexName).toBe('by-day');
        return pageOf(entries(60, segment * 60));
      },
      batchGetItem: async (request, stop) => {
        batches.push(request.keys.length);
        return fake.reader.batchGetItem(request, stop);
      },
    };
    const path: AccessPath = {
      kind: 'scan',
      index: INDEX,
      segments: 4,
      filter: undefined,
      common: common('#pk, #sk'),
      fillIn: { common: common('#all') },
    };
    const pages = await all(readPages(path, DESCRIPTION, { reader, signal: never }));
    expect(pages.flatMap(numbersOf)).toHaveLength(240);
    expect(batches.toSorted()).toEqual([100, 100, 40]);
  });
});

describe('an index path that is filled in and stops early', () => {
  const stop = { rows: 3, backward: false };

  it('asks the index for as many entries of each range as items are wanted', async () => {
    const fake = new Fake({ a: entries(50), b: entries(50, 50) }, 20);
    const { numbers } = await read(fake, pathOf(['a', 'b'], { stop }));
    expect(numbers).toEqual([0, 1, 2, 50, 51, 52]);
    expect(fake.queries.map(({ limit }) => limit)).toEqual([3, 3]);
  });

  it('counts the items that are there and not the entries of the index', async () => {
    const fake = new Fake({ a: entries(50) }, 20);
    for (const gone of ['1', '2', '3']) fake.gone.add(gone);
    const { numbers } = await read(fake, pathOf(['a'], { stop }));
    expect(numbers).toEqual([0, 4, 5]);
    expect(fake.queries.map(({ limit }) => limit)).toEqual([3, 2, 1]);
  });

  it('ends where the index ends, when too few items are there', async () => {
    const fake = new Fake({ a: entries(4) }, 20);
    for (const gone of ['0', '1', '2', '3']) fake.gone.add(gone);
    expect((await read(fake, pathOf(['a'], { stop }))).numbers).toEqual([]);
  });

  it('goes on while the sort key ties', async () => {
    const tied = [entry(0, 1), entry(1, 2), entry(2, 5), entry(3, 5), entry(4, 5), entry(5, 6), entry(6, 7)];
    const fake = new Fake({ a: [...tied, ...entries(40, 10)] }, 100);
    const { numbers } = await read(fake, pathOf(['a'], { stop: { ...stop, ties: 'rank' } }));
    expect(numbers.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(fake.queries.map(({ limit }) => limit)).toEqual([4, 10]);
  });
});
