import { describe, expect, it } from 'vitest';
import type { IndexDescription, TableDescription } from '../../dynamodb/table-description.js';
import type { BatchGetItemRequest, Key, QueryRequest, RawPage, ScanRequest } from '../../dynamodb/table-reader.js';
import { ExpressionNames } from '../plan/conditions/expression-names.js';
import type { AccessPath, CommonRequest } from '../plan/paths/access-path.js';
import { type Page, readPages } from './read-pages.js';

const never = new AbortController().signal;
const DESCRIPTION: TableDescription = {
  name: 'things',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things',
  status: 'ACTIVE',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'N' },
  indexes: [],
  itemCount: 0,
  sizeBytes: 0,
  billing: { mode: 'on-demand', maxReadUnits: undefined },
  warmReadUnits: undefined,
  tableClass: 'STANDARD',
};

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

function common(more: Partial<CommonRequest> = {}): CommonRequest {
  return {
    tableName: 'things',
    projectionExpression: undefined,
    names: ExpressionNames.empty(),
    consistentRead: false,
    ...more,
  };
}

const refuse = () => {
  throw new Error('this call was not expected');
};

function readerOf(methods: Partial<Parameters<typeof readPages>[2]['reader']>) {
  return { getItem: refuse, batchGetItem: refuse, query: refuse, scan: refuse, ...methods };
}

function keys(count: number, from = 0): Key[] {
  return Array.from({ length: count }, (_, i) => ({ pk: { S: `p${from + i}` } }));
}

function page(names: readonly string[], more: Partial<RawPage> = {}): RawPage {
  const items = names.map((name) => ({ pk: { S: name } }));
  return {
    items: Buffer.from(JSON.stringify(items)),
    itemCount: names.length,
    scannedCount: names.length,
    lastEvaluatedKey: undefined,
    readUnits: 0.5,
    ...more,
  };
}

async function all(pages: AsyncIterable<Page>): Promise<Page[]> {
  const taken: Page[] = [];
  for await (const page of pages) taken.push(page);
  return taken;
}

async function namesOf(pages: AsyncIterable<Page>): Promise<string[]> {
  const names: string[] = [];
  for await (const { items, itemCount } of pages) {
    // The items are those of `page` above.
    const parsed = JSON.parse(Buffer.from(items).toString()) as { pk: { S: string } }[];
    expect(parsed).toHaveLength(itemCount);
    names.push(...parsed.map((item) => item.pk.S));
  }
  return names;
}

describe('readPages of a scan', () => {
  const path: AccessPath = { kind: 'scan', index: undefined, segments: 1, filter: undefined, common: common() };

  it('goes on after an empty page with a LastEvaluatedKey, and ends only where there is none', async () => {
    const asked: (Key | undefined)[] = [];
    const answers = [
      page([], { lastEvaluatedKey: { pk: { S: '1' } }, scannedCount: 4000 }),
      page(['a'], { lastEvaluatedKey: { pk: { S: '2' } } }),
      page([], { lastEvaluatedKey: { pk: { S: '3' } } }),
      page(['b']),
    ];
    const scan = async (request: ScanRequest) => {
      asked.push(request.exclusiveStartKey);
      return answers[asked.length - 1] ?? page([]);
    };
    expect(await namesOf(readPages(path, DESCRIPTION, { reader: readerOf({ scan }), signal: never }))).toEqual([
      'a',
      'b',
    ]);
    expect(asked.map((key) => key?.['pk'])).toEqual([undefined, { S: '1' }, { S: '2' }, { S: '3' }]);
  });

  it('reads no more than a few pages ahead of a consumer that does not take them', async () => {
    let asked = 0;
    const scan = async () => page([`${asked++}`], { lastEvaluatedKey: { pk: { S: 'more' } } });
    const pages = readPages(path, DESCRIPTION, { reader: readerOf({ scan }), signal: never });
    await pages.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(1 + 4 + 1);
    await pages.return(undefined);
    expect(asked).toBe(6);
  });

  it('fails with the error of a page in the middle', async () => {
    let asked = 0;
    const scan = async () => {
      asked += 1;
      if (asked === 3) throw new Error('page 3 is broken');
      return page(['a'], { lastEvaluatedKey: { pk: { S: 'more' } } });
    };
    const pages = readPages(path, DESCRIPTION, { reader: readerOf({ scan }), signal: never });
    await expect(namesOf(pages)).rejects.toThrow('page 3 is broken');
  });

  it('sends the filter and its placeholders with every page', async () => {
    const names = ExpressionNames.empty();
    const expression = `${names.name('size')} > ${names.value({ N: '5' })}`;
    const asked: ScanRequest[] = [];
    const scan = async (request: ScanRequest) => {
      asked.push(request);
      return page([], asked.length === 1 ? { lastEvaluatedKey: { pk: { S: '1' } } } : {});
    };
    const filtered: AccessPath = {
      kind: 'scan',
      index: undefined,
      segments: 1,
      filter: { expression, text: 'size > 5' },
      common: common({ names, projectionExpression: names.name('pk'), consistentRead: true }),
    };
    await namesOf(readPages(filtered, DESCRIPTION, { reader: readerOf({ scan }), signal: never }));
    expect(asked).toHaveLength(2);
    for (const request of asked) {
      expect(request).toMatchObject({
        filterExpression: '#n0 > :v0',
        projectionExpression: '#n1',
        names: { '#n0': 'size', '#n1': 'pk' },
        values: { ':v0': { N: '5' } },
        consistentRead: true,
      });
    }
  });
});

describe('readPages of a scan in segments', () => {
  const scanOf = (more: Partial<AccessPath & { kind: 'scan' }>): AccessPath => ({
    kind: 'scan',
    index: undefined,
    segments: 1,
    filter: undefined,
    common: common(),
    ...more,
  });

  it('follows each segment to its end, at most eight at once', async () => {
    let running = 0;
    let mostRunning = 0;
    const asked: string[] = [];
    const scan = async ({ segment, totalSegments, exclusiveStartKey }: ScanRequest) => {
      mostRunning = Math.max(mostRunning, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      const name = `${segment}/${totalSegments}${exclusiveStartKey === undefined ? '' : '+'}`;
      asked.push(name);
      return page([name], exclusiveStartKey === undefined ? { lastEvaluatedKey: { pk: { S: name } } } : {});
    };
    const pages = readPages(scanOf({ segments: 20 }), DESCRIPTION, { reader: readerOf({ scan }), signal: never });
    const names = await namesOf(pages);
    const all = Array.from({ length: 20 }, (_, i) => [`${i}/20`, `${i}/20+`]).flat();
    expect(names.toSorted()).toEqual(all.toSorted());
    expect(asked.toSorted()).toEqual(all.toSorted());
    expect(mostRunning).toBe(8);
  });

  it('is an ordinary scan where there is one segment', async () => {
    const asked: ScanRequest[] = [];
    const scan = async (request: ScanRequest) => {
      asked.push(request);
      return page([]);
    };
    await namesOf(readPages(scanOf({}), DESCRIPTION, { reader: readerOf({ scan }), signal: never }));
    expect(asked).toEqual([{ tableName: 'things' }]);
  });

  it('reads an index, counts only where that is asked for, and names the index in its pages', async () => {
    const asked: ScanRequest[] = [];
    const scan = async (request: ScanRequest) => {
      asked.push(request);
      return page([], { scannedCount: 10, itemCount: 10 });
    };
    const path = scanOf({ index: INDEX, segments: 2, countOnly: true });
    const pages = await all(readPages(path, DESCRIPTION, { reader: readerOf({ scan }), signal: never }));
    expect(asked).toEqual(
      [0, 1].map((segment) => ({
        tableName: 'things',
        indexName: 'by-day',
        countOnly: true,
        segment,
        totalSegments: 2,
      })),
    );
    expect(pages.map(({ index, itemCount }) => [index, itemCount])).toEqual([
      ['by-day', 10],
      ['by-day', 10],
    ]);
  });

  it('has one segment where it stops early: which items come first would be left to chance', () => {
    const path = scanOf({ segments: 2, stop: { rows: 1, backward: false } });
    expect(() => readPages(path, DESCRIPTION, { reader: readerOf({}), signal: never })).toThrow('one segment');
  });
});

describe('readPages of queries', () => {
  it('follows every range to its end, each with its own values, at most eight at once', async () => {
    const partitions = Array.from({ length: 20 }, (_, i) => `p${i}`);
    let running = 0;
    let mostRunning = 0;
    const asked = new Map<string, number>();
    const query = async (request: QueryRequest) => {
      mostRunning = Math.max(mostRunning, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      const [value] = Object.values(request.values ?? {});
      const partition = value !== undefined && 'S' in value ? value.S : '';
      const at = asked.get(partition) ?? 0;
      asked.set(partition, at + 1);
      return page([`${partition}.${at}`], at < 2 ? { lastEvaluatedKey: { pk: { S: partition } } } : {});
    };
    const path: AccessPath = {
      kind: 'query',
      index: undefined,
      filter: undefined,
      common: common(),
      ranges: partitions.map((S) => ({ partition: [{ S }], sortEquals: [], interval: {} })),
    };
    const names = await namesOf(readPages(path, DESCRIPTION, { reader: readerOf({ query }), signal: never }));
    expect(names.sort()).toEqual(partitions.flatMap((name) => [`${name}.0`, `${name}.1`, `${name}.2`]).sort());
    expect(mostRunning).toBe(8);
  });
});

describe('readPages of keys', () => {
  it('asks for one key by GetItem', async () => {
    const path: AccessPath = { kind: 'keys', keys: keys(1), common: common() };
    const getItem = async () => page(['only']);
    expect(await namesOf(readPages(path, DESCRIPTION, { reader: readerOf({ getItem }), signal: never }))).toEqual([
      'only',
    ]);
  });

  it('asks for many keys by BatchGetItem, a hundred at a time', async () => {
    const sizes: number[] = [];
    const batchGetItem = async ({ keys: wanted }: BatchGetItemRequest) => {
      sizes.push(wanted.length);
      return { ...page(wanted.map(nameOf)), unprocessedKeys: [] };
    };
    const path: AccessPath = { kind: 'keys', keys: keys(250), common: common() };
    const names = await namesOf(readPages(path, DESCRIPTION, { reader: readerOf({ batchGetItem }), signal: never }));
    expect(sizes).toEqual([100, 100, 50]);
    expect(new Set(names).size).toBe(250);
    expect(names).toHaveLength(250);
  });

  it('asks again for unprocessed keys until none is left, however few come each time', async () => {
    let calls = 0;
    const batchGetItem = async ({ keys: wanted }: BatchGetItemRequest) => {
      calls += 1;
      return { ...page(wanted.slice(0, 3).map(nameOf)), unprocessedKeys: wanted.slice(3) };
    };
    const path: AccessPath = { kind: 'keys', keys: keys(100), common: common() };
    const names = await namesOf(readPages(path, DESCRIPTION, { reader: readerOf({ batchGetItem }), signal: never }));
    expect(names).toEqual(keys(100).map(nameOf));
    expect(calls).toBe(34);
  });

  it('refuses a reader that gives batches without progress, instead of asking for ever', async () => {
    const batchGetItem = async ({ keys: wanted }: BatchGetItemRequest) => ({ ...page([]), unprocessedKeys: wanted });
    const path: AccessPath = { kind: 'keys', keys: keys(7), common: common() };
    const pages = readPages(path, DESCRIPTION, { reader: readerOf({ batchGetItem }), signal: never });
    await expect(namesOf(pages)).rejects.toThrow('progress');
  });

  it('stops asking for unprocessed keys when its signal is aborted', async () => {
    const caller = new AbortController();
    let calls = 0;
    const batchGetItem = async ({ keys: wanted }: BatchGetItemRequest, stop: AbortSignal) => {
      stop.throwIfAborted();
      if (++calls === 2) caller.abort(new Error('enough'));
      return { ...page([]), unprocessedKeys: wanted.slice(1) };
    };
    const path: AccessPath = { kind: 'keys', keys: keys(70), common: common() };
    const pages = readPages(path, DESCRIPTION, { reader: readerOf({ batchGetItem }), signal: caller.signal });
    await expect(namesOf(pages)).rejects.toThrow('enough');
    expect(calls).toBe(2);
  });
});

describe('readPages of nothing', () => {
  it('asks nothing where no item can match or the rows are there already', async () => {
    for (const kind of ['none', 'catalog'] as const) {
      expect(await namesOf(readPages({ kind }, DESCRIPTION, { reader: readerOf({}), signal: never }))).toEqual([]);
    }
  });
});

function nameOf(key: Key): string {
  const value = key['pk'];
  return value !== undefined && 'S' in value ? value.S : '';
}
