import { PassThrough, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ResultColumn, RowBatch } from '../../query/result.js';
import { ROW_FORMATS } from './row-format.js';
import { writeRows } from './write-rows.js';

const columns: ResultColumn[] = [
  { name: 'id', type: { kind: 'integer', bits: 32, signed: true, sql: 'INTEGER' } },
  { name: 'name', type: { kind: 'text', sql: 'VARCHAR' } },
];

describe.each(ROW_FORMATS)('%s', (format) => {
  test('is written in few large chunks to a stream that stays open and unwatched', async () => {
    const sink = new Sink();
    const listeners = sink.eventNames().length;
    const written = await writeRows(format, columns, batchesOf(10, 1000), sink);
    expect(written).toEqual({ rows: 10_000, ending: 'all-rows' });
    expect(sink.writes).toBeLessThan(60);
    expect([sink.writableEnded, sink.destroyed, sink.eventNames().length]).toEqual([false, false, listeners]);
  });

  test('ends the batches when the reader goes away in the middle', async () => {
    const source = new Source(1000, 1000);
    const sink = new Sink();
    sink.onWrite = (count) => (count === 3 ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : undefined);
    const written = await writeRows(format, columns, source, sink);
    expect(written.ending).toBe('reader-gone');
    expect(written.rows).toBeLessThan(10_000);
    expect(source.ended).toBe(true);
  });

  test('stops at maxRows and tells whether there were more', async () => {
    const run = (maxRows: number) => writeRows(format, columns, batchesOf(3, 10), new Sink(), { maxRows });
    const source = batchesOf(1000, 10);
    await writeRows(format, columns, source, new Sink(), { maxRows: 12 });
    expect([source.pulled, source.ended]).toEqual([2, true]);
    expect(await run(12)).toEqual({ rows: 12, ending: 'max-rows' });
    expect(await run(10)).toEqual({ rows: 10, ending: 'max-rows' });
    expect(await run(30)).toEqual({ rows: 30, ending: 'all-rows' });
    expect(await run(0)).toEqual({ rows: 0, ending: 'max-rows' });
  });
});

test('json is one array with one row per line, and [] without rows', async () => {
  expect(await written('json', batchesOf(2, 1))).toBe('[\n{"id":0,"name":"row 0"},\n{"id":0,"name":"row 0"}\n]\n');
  expect(await written('json', batchesOf(0, 0))).toBe('[]\n');
  expect(await written('json', batchesOf(2, 0))).toBe('[]\n');
});

test('ndjson is one object per line, and nothing without rows', async () => {
  expect(await written('ndjson', batchesOf(1, 2))).toBe('{"id":0,"name":"row 0"}\n{"id":1,"name":"row 1"}\n');
  expect(await written('ndjson', batchesOf(0, 0))).toBe('');
});

test('a slow stream holds the batches back', async () => {
  const source = new Source(100, 1000);
  const sink = new Sink();
  let release: (() => void) | undefined;
  sink.waitBeforeWrite = () => new Promise((resolve) => (release = resolve));
  const running = writeRows('ndjson', columns, source, sink);
  for (let turn = 0; turn < 50; turn++) await setImmediate();
  expect(source.pulled).toBe(1);
  sink.waitBeforeWrite = undefined;
  release?.();
  expect((await running).rows).toBe(100_000);
});

test('other work runs between the chunks even when the stream and the batches never wait', async () => {
  let turns = 0;
  let isRunning = true;
  const other = (async () => {
    while (isRunning) {
      await setImmediate();
      turns++;
    }
  })();
  const { writes } = await (async () => {
    const sink = new Sink();
    await writeRows('csv', columns, batchesOf(100, 1000), sink);
    return sink;
  })();
  isRunning = false;
  await other;
  expect(turns).toBeGreaterThanOrEqual(writes);
});

test('a stream that closes while a batch is being made ends the wait, and later the batches', async () => {
  let makeBatch: (() => void) | undefined;
  let ended = false;
  async function* slow(): AsyncGenerator<RowBatch> {
    try {
      await new Promise<void>((resolve) => (makeBatch = resolve));
      yield [[1, 'a']];
    } finally {
      ended = true;
    }
  }
  const sink = new Sink();
  const running = writeRows('ndjson', columns, slow(), sink);
  await setImmediate();
  sink.destroy();
  expect(await running).toEqual({ rows: 0, ending: 'reader-gone' });
  makeBatch?.();
  await setImmediate();
  expect(ended).toBe(true);
});

test.each(['csv', 'ndjson'] as const)('a closed stream takes no %s, and the batches are ended', async (format) => {
  const source = new Source(10, 10);
  source.beforeBatch = () => new Promise(() => undefined);
  const sink = new Sink();
  sink.destroy();
  await closed(sink);
  expect(await writeRows(format, columns, source, sink)).toEqual({ rows: 0, ending: 'reader-gone' });
  expect([source.pulled, source.ended]).toEqual([0, true]);
});

test('a stream that fails for another reason is a FILE_ERROR, and never an uncaught one', async () => {
  const source = new Source(1000, 1000);
  const sink = new Sink();
  sink.onWrite = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  await expect(writeRows('csv', columns, source, sink)).rejects.toMatchObject({
    code: 'FILE_ERROR',
    detail: 'no space left on device',
  });
  await closed(sink);
  expect(source.ended).toBe(true);
});

test('an error of the batches comes through as it is, and leaves the stream usable', async () => {
  const failure = new HeadgateError('TIMEOUT', 'The statement ran too long.');
  async function* failing() {
    yield [[1, 'a']];
    throw failure;
  }
  const sink = new Sink();
  await expect(writeRows('ndjson', columns, failing(), sink)).rejects.toBe(failure);
  expect(sink.writable).toBe(true);
  expect(sink.text).toBe('{"id":1,"name":"a"}\n');
});

test('a paused pipe resumes where it stopped', async () => {
  const pipe = new PassThrough({ highWaterMark: 1024 });
  const running = writeRows('ndjson', columns, batchesOf(20, 1000), pipe);
  let lines = 0;
  pipe.on('data', (chunk: Buffer) => {
    lines += chunk.filter((byte) => byte === 10).length;
    pipe.pause();
    globalThis.setImmediate(() => pipe.resume());
  });
  await running;
  pipe.end();
  await new Promise((resolve) => pipe.on('end', resolve));
  expect(lines).toBe(20_000);
});

function closed(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.on('close', resolve));
}

/** Keeps what is written; may wait or fail before it does. */
class Sink extends Writable {
  writes = 0;
  text = '';
  waitBeforeWrite: (() => Promise<void>) | undefined;
  onWrite: ((count: number) => Error | undefined) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.writes++;
    this.text += chunk.toString();
    const finish = () => done(this.onWrite?.(this.writes) ?? null);
    if (this.waitBeforeWrite === undefined) finish();
    else void this.waitBeforeWrite().then(finish);
  }

  /** Like a file, which tells of its errors only when it is closed. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    globalThis.setImmediate(() => done(error));
  }
}

/** Batches that tell how many were pulled and whether the iteration was ended. */
class Source implements AsyncIterableIterator<RowBatch> {
  pulled = 0;
  ended = false;
  beforeBatch: (() => Promise<void>) | undefined;
  readonly #count: number;
  readonly #batch: RowBatch;

  constructor(count: number, rowsPerBatch: number) {
    this.#count = count;
    this.#batch = Array.from({ length: rowsPerBatch }, (_, index) => [index, `row ${index}`]);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<RowBatch>> {
    await this.beforeBatch?.();
    if (this.pulled === this.#count) return { done: true, value: undefined };
    this.pulled++;
    return { done: false, value: this.#batch };
  }

  async return(): Promise<IteratorResult<RowBatch>> {
    this.ended = true;
    return { done: true, value: undefined };
  }
}

function batchesOf(count: number, rowsPerBatch: number): Source {
  return new Source(count, rowsPerBatch);
}

async function written(format: 'json' | 'ndjson', batches: AsyncIterable<RowBatch>): Promise<string> {
  const sink = new Sink();
  await writeRows(format, columns, batches, sink);
  return sink.text;
}
