import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogTable, Column } from '../catalog/model.js';
import type { RawPage, ScanRequest, TableReader } from '../dynamodb/table-reader.js';
import type { EngineOptions } from './engine-options.js';
import { openEngine } from './open-engine.js';
import type { RowBatch } from './result.js';
import type { Engine, StatementResult } from './statement.js';

const never = new AbortController().signal;

/** Takes hours, and gives no row before its end. */
const ENDLESS = 'SELECT count(*) FROM range(1000000000000) t(a) WHERE a % 7 = 3';
const MANY_ROWS = 'SELECT range AS n FROM range(1000000)';
const FAILS_LATE = "SELECT CAST(CASE WHEN range = 900000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(1000000)";
const SCAN = 'SELECT count(*), sum(n) FROM things';

const COLUMNS: Column[] = [
  { name: 'id', attribute: 'id', type: { kind: 'string', as: 'text' }, source: 'key', presence: 1, reason: '' },
  { name: 'n', attribute: 'n', type: { kind: 'bigint' }, source: 'sampled', presence: 1, reason: '' },
];

const TABLE: CatalogTable = {
  schema: 'test',
  name: 'things',
  description: {
    name: 'things',
    arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things',
    status: 'ACTIVE',
    partitionKey: { name: 'id', type: 'S' },
    sortKey: undefined,
    indexes: [],
    itemCount: 0,
    sizeBytes: 0,
    billing: { mode: 'on-demand', maxReadUnits: undefined },
    warmReadUnits: undefined,
    tableClass: 'STANDARD',
  },
  columns: COLUMNS,
  sample: undefined,
  describedAt: '2026-01-01T00:00:00.000Z',
};

const PAGE_ITEMS = 3000;

/** Page `number` of ten; more than is read without staging. */
function pageOf(number: number): RawPage {
  const items = Array.from({ length: PAGE_ITEMS }, (_, i) => ({
    id: { S: `${number}-${i}` },
    n: { N: String(number * PAGE_ITEMS + i) },
  }));
  return {
    items: Buffer.from(JSON.stringify(items)),
    itemCount: items.length,
    scannedCount: items.length,
    lastEvaluatedKey: number < 9 ? { id: { S: `${number + 1}` } } : undefined,
    readUnits: 1,
  };
}

async function scan({ exclusiveStartKey }: ScanRequest): Promise<RawPage> {
  const from = exclusiveStartKey?.['id'];
  return pageOf(from !== undefined && 'S' in from ? Number(from.S) : 0);
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(new Error('the request was aborted'));
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail, { once: true });
  });
}

let directory: string;
let engine: Engine;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headgate-engine-'));
  engine = await open({});
});

afterEach(async () => {
  await engine.close();
  await rm(directory, { recursive: true, force: true });
});

interface Fakes {
  readonly scan?: TableReader['scan'];
  readonly table?: EngineOptions['catalog']['table'];
  readonly threads?: number;
}

function open(fakes: Fakes): Promise<Engine> {
  const refuse = () => Promise.reject(new Error('this call was not expected'));
  return openEngine({
    catalog: {
      schemas: ['test'],
      listTables: async () => ['things'],
      table: fakes.table ?? (async () => TABLE),
      widen: async () => {},
    },
    readerOf: () => ({ getItem: refuse, batchGetItem: refuse, query: refuse, scan: fakes.scan ?? scan }),
    tempDirectory: directory,
    memoryBytes: 2 ** 29,
    tempDiskBytes: 2 ** 29,
    threads: fakes.threads ?? 2,
    timeoutMs: undefined,
    maxUnits: undefined,
  });
}

async function reopen(fakes: Fakes): Promise<void> {
  await engine.close();
  engine = await open(fakes);
}

async function ask(sql: string, options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<number> {
  const { signal = never, ...request } = options;
  return rest(iterate(await engine.run({ sql, ...request }, signal)));
}

function iterate({ batches }: StatementResult): AsyncIterator<RowBatch> {
  return batches[Symbol.asyncIterator]();
}

/** Takes all further rows and returns their number. */
async function rest(batches: AsyncIterator<RowBatch>): Promise<number> {
  let rows = 0;
  for (let next = await batches.next(); !next.done; next = await batches.next()) rows += next.value.length;
  return rows;
}

async function works(): Promise<void> {
  const result = await engine.run({ sql: SCAN }, never);
  const { value } = await iterate(result).next();
  expect(value).toEqual([[30_000n, 449_985_000n]]);
  await result.close();
}

describe('the time of a statement', () => {
  it('ends in TIMEOUT and soon, wherever the timeout strikes, and leaves the engine working', async () => {
    // From planning, through opening the workspace, to the first milliseconds of execution: none may go on for hours.
    for (let timeoutMs = 1; timeoutMs < 9; timeoutMs += 0.25) {
      await expect(ask(ENDLESS, { timeoutMs })).rejects.toMatchObject({ code: 'TIMEOUT' });
    }
    await works();
  });

  it('ends in TIMEOUT or the whole answer while pages are staged', async () => {
    for (let timeoutMs = 1; timeoutMs < 60; timeoutMs += 3) {
      const rows = ask('SELECT * FROM things', { timeoutMs });
      await rows.then(
        (count) => expect(count).toBe(30_000),
        (error: unknown) => expect(error).toMatchObject({ code: 'TIMEOUT' }),
      );
    }
    await works();
  });

  it('ends a long computation within a moment', async () => {
    const started = performance.now();
    await expect(
      ask(`SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range + b.range) % 7 = 3`, {
        timeoutMs: 100,
      }),
    ).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('is over for rows that were not taken in time, and never looks like the end of the rows', async () => {
    const batches = iterate(await engine.run({ sql: MANY_ROWS, timeoutMs: 150 }, never));
    expect((await batches.next()).done).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(rest(batches)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('cancelling a statement', () => {
  it('is CANCELLED before it begins', async () => {
    await expect(ask(MANY_ROWS, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('is CANCELLED while the catalog works', async () => {
    const caller = new AbortController();
    await reopen({
      table: (_name, signal) => {
        queueMicrotask(() => caller.abort());
        return untilAborted(signal);
      },
    });
    await expect(ask(SCAN, { signal: caller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('is CANCELLED while pages are fetched, and the requests in flight are aborted', async () => {
    const caller = new AbortController();
    let aborted = 0;
    await reopen({
      scan: async (request, signal) => {
        if (request.exclusiveStartKey === undefined) return scan(request);
        signal.addEventListener('abort', () => aborted++);
        setImmediate(() => caller.abort());
        return untilAborted(signal);
      },
    });
    await expect(ask(SCAN, { signal: caller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(aborted).toBe(1);
  });

  it('is CANCELLED during execution and between two batches', async () => {
    const caller = new AbortController();
    const batches = iterate(await engine.run({ sql: MANY_ROWS }, caller.signal));
    expect((await batches.next()).done).toBe(false);
    caller.abort();
    await expect(rest(batches)).rejects.toMatchObject({ code: 'CANCELLED' });

    const other = new AbortController();
    const running = ask(ENDLESS, { signal: other.signal });
    setTimeout(() => other.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the rows of a statement', () => {
  it('end everything when the consumer stops early', async () => {
    for await (const batch of (await engine.run({ sql: MANY_ROWS }, never)).batches) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    await works();
  });

  it('are never cut short by closing the result: a consumer that goes on gets CANCELLED', async () => {
    const result = await engine.run({ sql: MANY_ROWS }, never);
    const batches = iterate(result);
    await batches.next();
    await result.close();
    await result.close();
    await expect(rest(batches)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('are never cut short by closing the result while a batch is on its way', async () => {
    const result = await engine.run({ sql: MANY_ROWS }, never);
    const taken = rest(iterate(result));
    await turn();
    await result.close();
    await expect(taken).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('end in the error of a value that fails late', async () => {
    const batches = iterate(await engine.run({ sql: FAILS_LATE }, never));
    expect((await batches.next()).done).toBe(false);
    await expect(rest(batches)).rejects.toMatchObject({ code: 'SQL_EXECUTION' });
    await works();
  });

  it('end in the error of a page that fails late', async () => {
    await reopen({
      scan: async (request) => {
        if (request.exclusiveStartKey?.['id'] !== undefined && JSON.stringify(request).includes('"5"')) {
          throw new Error('page 5 is broken');
        }
        return scan(request);
      },
    });
    await expect(ask(SCAN)).rejects.toMatchObject({ code: 'INTERNAL', message: 'page 5 is broken' });
  });

  it('come for many statements at once, each with its own, without a warning about listeners', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const counts = await Promise.all(
      Array.from({ length: 12 }, (_, i) => ask(`SELECT * FROM things WHERE n < ${i * 100}`)),
    );
    expect(counts).toEqual(Array.from({ length: 12 }, (_, i) => i * 100));
    await turn();
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('opening an engine', () => {
  it('leaves nothing behind when it fails', async () => {
    await engine.close();
    await expect(open({ threads: -1 })).rejects.toMatchObject({ name: 'HeadgateError' });
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('closing the engine', () => {
  it('ends statements in every phase, leaves no folder, and is safe to call twice', async () => {
    await reopen({
      scan: (request, signal) => (request.exclusiveStartKey === undefined ? scan(request) : untilAborted(signal)),
    });
    const fetching = ask(SCAN);
    const streaming = iterate(await engine.run({ sql: MANY_ROWS }, never));
    await streaming.next();
    const executing = ask(ENDLESS);
    const early: Promise<number>[] = [];
    for (let i = 0; i < 5; i++) early.push(ask(ENDLESS));
    const ends = Promise.allSettled([fetching, executing, ...early]);
    await turn();
    await Promise.all([engine.close(), engine.close()]);
    for (const end of await ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
    }
    await expect(rest(streaming)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses what comes later', async () => {
    await engine.close();
    await expect(ask('SELECT 1')).rejects.toMatchObject({ code: 'CANCELLED', message: 'the engine is closed' });
    await expect(engine.plan({ sql: 'SELECT 1' }, never)).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(engine.exportParquet({ sql: 'SELECT 1' }, never)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a Parquet export', () => {
  it('leaves no file behind when it is cancelled or fails', async () => {
    await expect(engine.exportParquet({ sql: FAILS_LATE }, never)).rejects.toMatchObject({ code: 'SQL_EXECUTION' });
    await expect(
      engine.exportParquet({ sql: 'SELECT range FROM range(1000000000000)', timeoutMs: 300 }, never),
    ).rejects.toMatchObject({ code: 'TIMEOUT' });
    const [own = ''] = await readdir(directory);
    expect(await readdir(join(directory, own, 'export'))).toEqual([]);
  });

  it('lies in the folder of the engine, which closing the engine removes', async () => {
    const { path, summary } = await engine.exportParquet({ sql: 'SELECT * FROM things' }, never);
    expect(path.startsWith(directory)).toBe(true);
    expect(summary.rows).toBe(30_000);
    await access(path);
    await engine.close();
    expect(await readdir(directory)).toEqual([]);
  });
});
