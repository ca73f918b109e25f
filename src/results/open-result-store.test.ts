import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { FakeClock } from '../query/fetch/testing/fake-clock.js';
import type { RowBatch } from '../query/result.js';
import {
  type ExecutionOrder,
  openResultStore,
  type ResultStore,
  type ResultStoreOptions,
} from './open-result-store.js';
import { type FakeStatement, fakeResult, fakeRow } from './testing/fake-statement.js';

const NEVER = new AbortController().signal;
const ORDER: ExecutionOrder = { owner: 'ada', key: 'select' };

let directory: string;
let clock: FakeClock;
const opened: ResultStore[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headgate-results-'));
  clock = new FakeClock();
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(directory, { recursive: true });
});

async function openStore(options: Partial<ResultStoreOptions> = {}): Promise<ResultStore> {
  const store = await openResultStore({ directory, clock, ...options });
  opened.push(store);
  return store;
}

async function files(): Promise<string[]> {
  const folders = await readdir(directory);
  return (await Promise.all(folders.map((folder) => readdir(join(directory, folder))))).flat();
}

function start(store: ResultStore, statement: FakeStatement, order: Partial<ExecutionOrder> = {}) {
  const { result, seen } = fakeResult(statement);
  const page = store.run(
    { ...ORDER, ...order },
    { range: { firstRow: 0, maxRows: 100 }, signal: NEVER },
    async () => result,
  );
  return { page, seen };
}

function gate() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function isKept(store: ResultStore, queryId: string): boolean {
  try {
    return store.status('ada', queryId).rowsKept > 0;
  } catch {
    return false;
  }
}

async function readAll(store: ResultStore, queryId: string, firstRow: number): Promise<RowBatch> {
  const rows = [];
  for (let next: number | undefined = firstRow; next !== undefined; ) {
    const page = await store.page('ada', queryId, { range: { firstRow: next, maxRows: 997 }, signal: NEVER });
    expect(page.rows.length).toBeGreaterThan(0);
    rows.push(...page.rows);
    next = page.nextRow;
  }
  return rows;
}

describe('pages of one execution', () => {
  it('neither skip nor repeat a row, and the rows are taken once', async () => {
    const store = await openStore();
    const { page, seen } = start(store, { rows: 5000 });
    const first = await page;
    const rows = [...first.rows, ...(await readAll(store, first.queryId, 100))];
    expect(rows).toEqual(Array.from({ length: 5000 }, (_, i) => fakeRow(i)));
    expect(seen).toEqual({ rows: 5000, isClosed: true });
    expect(await files()).toEqual([]);
  });

  it('are the same from a file as from memory', async () => {
    const store = await openStore({ resultMemoryBytes: 10_000 });
    const first = await start(store, { rows: 20_000 }).page;
    expect([...first.rows, ...(await readAll(store, first.queryId, 100))]).toEqual(
      Array.from({ length: 20_000 }, (_, i) => fakeRow(i)),
    );
    expect(await files()).toEqual([first.queryId]);
    expect(store.size.memoryBytes).toBe(0);
    await store.cancel('ada', first.queryId);
    expect(await files()).toEqual([]);
    expect(store.size).toEqual({ results: 0, memoryBytes: 0, totalBytes: 0 });
  });

  it('end with a page that has rows, also when the rows are a multiple of the page', async () => {
    const store = await openStore();
    const first = await start(store, { rows: 200 }).page;
    expect([first.rows.length, first.nextRow]).toEqual([100, 100]);
    const last = await store.page('ada', first.queryId, { range: { firstRow: 100, maxRows: 100 }, signal: NEVER });
    expect([last.rows.length, last.nextRow, last.rowCount]).toEqual([100, undefined, 200]);
  });

  it('are not kept when there is only one', async () => {
    const store = await openStore();
    const page = await start(store, { rows: 100 }).page;
    expect([page.rows.length, page.nextRow, page.rowCount]).toEqual([100, undefined, 100]);
    expect(store.size).toEqual({ results: 0, memoryBytes: 0, totalBytes: 0 });
    await expect(readAll(store, page.queryId, 0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('come as soon as their rows are there, while the rest is still to come', async () => {
    const store = await openStore();
    const rest = gate();
    const { page } = start(store, { rows: 1000, before: (batch) => (batch < 2 ? undefined : rest.promise) });
    const first = await page;
    expect([first.nextRow, first.rowCount]).toEqual([100, undefined]);
    expect(store.status('ada', first.queryId)).toMatchObject({ state: 'running', rowsKept: 200 });
    rest.resolve();
    expect(await readAll(store, first.queryId, 100)).toHaveLength(900);
    expect(store.status('ada', first.queryId)).toMatchObject({ state: 'finished', rowsKept: 1000 });
  });

  it('end early when their rows are large, and tell where the next one begins', async () => {
    const store = await openStore({ pageBytes: 200_000 });
    const rowOf = (i: number) => [i, String(i).padEnd(20_000, 'x')];
    const first = await start(store, { rows: 100, rowOf, batchRows: 30 }).page;
    expect(first.rows.length).toBeLessThan(40);
    expect(first.nextRow).toBe(first.rows.length);
    expect((await readAll(store, first.queryId, first.nextRow ?? 0)).at(-1)?.[0]).toBe(99);
  });

  it('after the last row are empty', async () => {
    const store = await openStore();
    const first = await start(store, { rows: 101 }).page;
    const beyond = await store.page('ada', first.queryId, { range: { firstRow: 500, maxRows: 10 }, signal: NEVER });
    expect([beyond.rows, beyond.nextRow]).toEqual([[], undefined]);
  });

  it('give values back as they were, whatever their kind', async () => {
    const row = [
      null,
      true,
      -0,
      Number.NaN,
      10n ** 38n,
      '\ud800',
      new Uint8Array([1, 2]),
      [['a', [1n]]],
      { tag: 't', value: null },
    ];
    const store = await openStore();
    const first = await start(store, { rows: 101, rowOf: () => row }).page;
    expect(first.rows[0]).toEqual(row);
  });
});

describe('a kept result', () => {
  it('belongs to its owner alone', async () => {
    const store = await openStore();
    const { queryId } = await start(store, { rows: 500 }).page;
    const range = { range: { firstRow: 0, maxRows: 1 }, signal: NEVER };
    await expect(store.page('eve', queryId, range)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(() => store.status('eve', queryId)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    await expect(store.cancel('eve', queryId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect([store.findLike('eve', 'select'), store.findLike('ada', 'other')]).toEqual([undefined, undefined]);
    expect(store.findLike('ada', 'select')).toBe(queryId);
  });

  it('is kept for ten minutes after its last use', async () => {
    const store = await openStore({ resultMemoryBytes: 100 });
    const { queryId } = await start(store, { rows: 500 }).page;
    const use = () => store.page('ada', queryId, { range: { firstRow: 0, maxRows: 1 }, signal: NEVER });
    await use();
    await clock.pass(590_000);
    await use();
    await clock.pass(590_000);
    await use();
    await clock.pass(600_001);
    expect(store.findLike('ada', 'select')).toBeUndefined();
    await expect(use()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await clock.pass(60_000);
    expect(store.size.results).toBe(0);
    await expect.poll(files).toEqual([]);
  });

  it('that fails after its first page gives the error where rows are missing, and the rows it has', async () => {
    const store = await openStore();
    const error = new HeadgateError('DYNAMODB_FAILED', 'gone');
    const { queryId } = await start(store, { rows: 300, error }).page;
    const ask = (firstRow: number) => store.page('ada', queryId, { range: { firstRow, maxRows: 100 }, signal: NEVER });
    expect((await ask(100)).rows).toHaveLength(100);
    await expect(ask(200)).rejects.toBe(error);
    expect(store.status('ada', queryId)).toMatchObject({ state: 'failed', error });
  });

  it('may not be larger than allowed', async () => {
    const store = await openStore({ resultBytes: 20_000 });
    const { queryId } = await start(store, { rows: 5000 }).page;
    await expect(readAll(store, queryId, 100)).rejects.toMatchObject({ code: 'RESOURCES_EXHAUSTED' });
  });

  it('makes room for others: the oldest of the owner who takes most goes first', async () => {
    const store = await openStore({ totalBytes: 100_000 });
    const ended = (queryId: string, owner: string) =>
      expect.poll(() => store.status(owner, queryId).state).toBe('finished');
    const small = await start(store, { rows: 101 }, { owner: 'bob' }).page;
    const large: string[] = [];
    for (let i = 0; i < 4; i++) {
      const { queryId } = await start(store, { rows: 1000 }).page;
      await ended(queryId, 'ada');
      large.push(queryId);
      await clock.pass(1);
    }
    expect(store.size.totalBytes).toBeLessThan(100_000);
    const left = large.filter((queryId) => isKept(store, queryId));
    expect(left).toEqual(large.slice(-left.length));
    expect(left.length).toBeLessThan(4);
    await ended(small.queryId, 'bob');
  });
});

describe('a statement at work', () => {
  /** A statement that gives nothing until it is stopped. */
  function endless(store: ResultStore, signal: AbortSignal, order: Partial<ExecutionOrder> = {}) {
    const stopped: unknown[] = [];
    const page = store.run(
      { ...ORDER, ...order },
      { range: { firstRow: 0, maxRows: 10 }, signal },
      async ({ signal: inner, onProgress }) => {
        onProgress({ phase: 'reading', table: 'test.orders', requests: 2, items: 3, readUnits: 4 });
        return new Promise((_, reject) => {
          inner.addEventListener('abort', () => {
            stopped.push(inner.reason);
            reject(inner.reason);
          });
        });
      },
    );
    return { page, stopped };
  }

  it('is stopped when the reader of its first page has gone', async () => {
    const store = await openStore();
    const reader = new AbortController();
    const { page, stopped } = endless(store, reader.signal);
    reader.abort(new HeadgateError('CANCELLED', 'the connection was closed'));
    await expect(page).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(stopped).toEqual([reader.signal.reason]);
    expect(store.size.results).toBe(0);
  });

  it('can be asked about, and stopped, by the id that its owner gave it', async () => {
    const store = await openStore();
    const { page } = endless(store, NEVER, { queryId: 'mine' });
    await expect.poll(() => store.status('ada', 'mine').progress?.readUnits).toBe(4);
    await expect(start(store, { rows: 1 }, { queryId: 'mine' }).page).rejects.toMatchObject({ code: 'CONFLICT' });
    const [, outcome] = await Promise.allSettled([store.cancel('ada', 'mine'), page]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
    expect(store.size.results).toBe(0);
  });

  it('is stopped when the store closes, which leaves no files and takes no statements', async () => {
    const store = await openStore({ resultMemoryBytes: 100 });
    const { page } = endless(store, NEVER);
    await start(store, { rows: 500 }).page;
    const [, outcome] = await Promise.allSettled([store.close(), page]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    expect(await readdir(directory)).toEqual([]);
    expect(clock.pending).toBe(0);
    await expect(start(store, { rows: 1 }).page).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('whose rows its caller takes tells afterwards how it ended', async () => {
    const store = await openStore();
    const { result } = fakeResult({ rows: 3 });
    await store.follow({ ...ORDER, queryId: 'a' }, NEVER, async ({ onResult }) => onResult(result));
    expect(store.status('ada', 'a')).toMatchObject({ state: 'finished', summary: { readUnits: 12.5 } });
    const error = new HeadgateError('SQL_EXECUTION', 'no');
    const failing = store.follow({ ...ORDER, queryId: 'b' }, NEVER, () => Promise.reject(error));
    await expect(failing).rejects.toBe(error);
    expect(store.status('ada', 'b')).toMatchObject({ state: 'failed', error });
    const range = { range: { firstRow: 0, maxRows: 1 }, signal: NEVER };
    await expect(store.page('ada', 'a', range)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(store.findLike('ada', 'select')).toBeUndefined();
  });
});
