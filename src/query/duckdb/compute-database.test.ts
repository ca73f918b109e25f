import { pbkdf2 } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RowBatch } from '../result.js';
import { BrokenStreamError, ComputeDatabase } from './compute-database.js';

const never = new AbortController().signal;
const ENDLESS = 'SELECT count(*) FROM range(1000000000000) t(a) WHERE a % 7 = 3';
const FAILS_LATE = "SELECT CAST(CASE WHEN range = 900000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(1000000)";

let compute: ComputeDatabase;

beforeAll(async () => {
  const tempDirectory = join(tmpdir(), 'headgate-compute-test');
  compute = await ComputeDatabase.open({ memoryBytes: 2 ** 28, tempDirectory, tempDiskBytes: 0, threads: 2 });
});

/** Whatever a test did, no statement's database is left. */
afterEach(async () => {
  const workspace = await compute.openWorkspace(never);
  const rows = await workspace.rows("SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'stmt_%'");
  await workspace.close();
  expect(rows).toEqual([[0n]]);
});

afterAll(() => compute.close());

async function countOf(batches: AsyncIterable<RowBatch>): Promise<number> {
  let count = 0;
  for await (const batch of batches) count += batch.length;
  return count;
}

describe('a workspace', () => {
  it('keeps its tables apart from those of others, and drops them at its end', async () => {
    const [a, b] = [await compute.openWorkspace(never), await compute.openWorkspace(never)];
    for (const [i, workspace] of [a, b].entries()) {
      await workspace.attach();
      await workspace.attach();
      await workspace.run(`CREATE TABLE ${workspace.name}.main.t AS SELECT ${i} AS n`);
    }
    expect(await a.rows(`SELECT n FROM ${a.name}.main.t`)).toEqual([[0]]);
    expect(await b.rows(`SELECT n FROM ${b.name}.main.t`)).toEqual([[1]]);
    await Promise.all([a.close(), a.close(), b.close()]);
  });

  it('is closed in the middle of a stream, and then gives no more rows rather than an end', async () => {
    const workspace = await compute.openWorkspace(never);
    await workspace.attach();
    await workspace.run(`CREATE TABLE ${workspace.name}.main.t AS SELECT range AS n FROM range(300000)`);
    const { batches } = await workspace.stream(`SELECT n FROM ${workspace.name}.main.t`);
    expect((await batches.next()).done).toBe(false);
    await workspace.close();
    await expect(batches.next()).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(workspace.rows('SELECT 1')).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('finds the first rows of one side of a join before it joins them', async () => {
    const workspace = await compute.openWorkspace(never);
    await workspace.attach();
    const [a, b] = ['a', 'b'].map((name) => `${workspace.name}.main.${name}`);
    await workspace.run(`CREATE TABLE ${b} AS FROM (VALUES (0.1::DOUBLE, 1), (1e40, 2), (0.1, 2)) t(k, s)`);
    await workspace.run(`CREATE TABLE ${a} AS FROM (VALUES (1, 1e40::DOUBLE), (2, 1e40)) t(id, k)`);
    // Half of the runs had a row, as long as DuckDB let the keys of `a` filter what the LIMIT takes.
    const sql = `SELECT count(*) FROM ${a} JOIN (FROM ${b} ORDER BY k, s LIMIT 2) USING (k) WHERE id = 1`;
    for (let i = 0; i < 60; i++) expect(await workspace.rows(sql)).toEqual([[0n]]);
    await workspace.close();
  });

  it('tells the columns of a query without running it', async () => {
    const workspace = await compute.openWorkspace(never);
    const columns = await workspace.columns(
      `SELECT 1 AS a, x.count AS b FROM (${ENDLESS.replace('count(*)', 'count(*) AS count')}) x`,
    );
    expect(columns.map(({ name, type }) => [name, type.sql])).toEqual([
      ['a', 'INTEGER'],
      ['b', 'BIGINT'],
    ]);
    await workspace.close();
  });

  it('gives all rows of a long stream', async () => {
    const workspace = await compute.openWorkspace(never);
    const { batches } = await workspace.stream('SELECT range FROM range(1000000)');
    expect(await countOf(batches)).toBe(1_000_000);
    await workspace.close();
  });
});

describe('a workspace that is asked for several things at once', () => {
  it('answers all of them, in any number', async () => {
    const workspace = await compute.openWorkspace(never);
    await workspace.attach();
    await workspace.run(`CREATE TABLE ${workspace.name}.main.t (b BLOB)`);
    const insert = await workspace.prepare(`INSERT INTO ${workspace.name}.main.t SELECT $1::BLOB FROM range(2)`);
    const written = await Promise.all(Array.from({ length: 20 }, (_, i) => insert(Buffer.from(`${i}`))));
    expect(written).toEqual(written.map(() => 2));
    const asked = Array.from({ length: 20 }, (_, i) => workspace.rows(`SELECT ${i}`));
    expect(await Promise.all(asked)).toEqual(asked.map((_, i) => [[i]]));
    expect(await workspace.rows(`SELECT count(DISTINCT b), count(*) FROM ${workspace.name}.main.t`)).toEqual([
      [20n, 40n],
    ]);
    await workspace.close();
  });

  it('goes on after a call that failed', async () => {
    const workspace = await compute.openWorkspace(never);
    const [bad, good] = [workspace.rows('SELECT nothing'), workspace.rows('SELECT 1')];
    await expect(bad).rejects.toThrow();
    expect(await good).toEqual([[1]]);
    await workspace.close();
  });

  it('is filled by lanes, whose rows are seen once they are committed', async () => {
    const workspace = await compute.openWorkspace(never);
    const lanes = await Promise.all([workspace.openLane(), workspace.openLane(), workspace.openLane()]);
    await Promise.all(
      lanes.map(async ({ connection, database }) => {
        await connection.run(`CREATE TABLE ${database}.main.t (n BIGINT)`);
        await connection.begin();
        await connection.run(`INSERT INTO ${database}.main.t SELECT range FROM range(1000)`);
      }),
    );
    const count = `SELECT count(*) FROM ${lanes[0]?.database}.main.t`;
    expect(await workspace.rows(count)).toEqual([[0n]]);
    for (const { connection } of lanes) await connection.commit();
    expect(await workspace.rows(count)).toEqual([[1000n]]);
    await workspace.close();
  });

  it('keeps the rows of a lane in less memory once they are packed, while other lanes go on', async () => {
    const workspace = await compute.openWorkspace(never);
    const [packed, other] = await Promise.all([workspace.openLane(), workspace.openLane()]);
    for (const { connection, database } of [packed, other]) {
      await connection.begin();
      await connection.run(`CREATE TABLE ${database}.main.t (n BIGINT, s VARCHAR)`);
      await connection.run(`INSERT INTO ${database}.main.t SELECT range, 'centre' FROM range(500000)`);
    }
    const bytes = async () => {
      const sql = "SELECT CAST(sum(memory_usage_bytes) AS BIGINT) FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'";
      return Number((await workspace.rows(sql))[0]?.[0]);
    };
    const before = await bytes();
    await packed.connection.pack(packed.database);
    expect(await bytes()).toBeLessThan(before * 0.7);
    await packed.connection.run(`INSERT INTO ${packed.database}.main.t VALUES (500000, 'last')`);
    await packed.connection.commit();
    const sums = await workspace.rows(`SELECT count(*), sum(n), max(s) FROM ${packed.database}.main.t`);
    expect(sums).toEqual([[500_001n, 125_000_250_000n, 'last']]);
    await workspace.close();
  });

  it('is closed in the middle of it: what runs ends, what waits is refused', async () => {
    const caller = new AbortController();
    const workspace = await compute.openWorkspace(caller.signal);
    const lanes = await Promise.all([workspace.openLane(), workspace.openLane()]);
    await lanes[0]?.connection.begin();
    const running = [workspace.rows(ENDLESS), ...lanes.map(({ connection }) => connection.run(ENDLESS))];
    const waiting = [workspace.rows('SELECT 1'), ...lanes.map(({ connection }) => connection.rows('SELECT 1'))];
    const ends = Promise.allSettled([...running, ...waiting]);
    setTimeout(() => caller.abort(new Error('enough')), 30);
    await new Promise<void>((resolve) => caller.signal.addEventListener('abort', () => resolve()));
    const opening = workspace.openLane();
    await Promise.all([workspace.close(), expect(opening).rejects.toThrow()]);
    expect((await ends).map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'rejected'));
    await expect(workspace.openLane()).rejects.toThrow();
    await expect(lanes[0]?.connection.rows('SELECT 1')).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('an error in the middle of a stream', () => {
  it('is told, though the client of DuckDB takes it for the end', async () => {
    const workspace = await compute.openWorkspace(never);
    const { batches } = await workspace.stream(FAILS_LATE);
    expect((await batches.next()).done).toBe(false);
    await expect(countOf(batches)).rejects.toBeInstanceOf(BrokenStreamError);
    await expect(workspace.runForErrors(FAILS_LATE)).rejects.toThrow("Could not convert string 'x'");
    await workspace.close();
  });

  it.each([
    "SELECT CASE WHEN range = 900000 THEN error('mine') ELSE '1' END FROM range(1000000)",
    'SELECT range + CASE WHEN range = 900000 THEN 9223372036854775807 ELSE 1 END FROM range(1000000)',
    "SELECT repeat('x', CASE WHEN range = 900000 THEN 1000000000 ELSE 1 END) FROM range(1000000)",
  ])('is told whatever it is: %s', async (sql) => {
    const workspace = await compute.openWorkspace(never);
    const taken = workspace.stream(sql).then(({ batches }) => countOf(batches));
    await expect(taken).rejects.toThrow();
    await workspace.close();
  });
});

describe('an aborted signal', () => {
  it('interrupts what runs, in well under a second', async () => {
    for (const sql of [
      ENDLESS,
      'SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range * b.range = 5',
    ]) {
      const caller = new AbortController();
      const workspace = await compute.openWorkspace(caller.signal);
      const running = workspace.rows(sql);
      setTimeout(() => caller.abort(), 30);
      const started = performance.now();
      await expect(running).rejects.toThrow(/INTERRUPT/);
      expect(performance.now() - started).toBeLessThan(1000);
      await workspace.close();
    }
  });

  it('interrupts what has not begun yet, because every thread of the pool is busy', async () => {
    const caller = new AbortController();
    const workspace = await compute.openWorkspace(caller.signal);
    const busy = Array.from({ length: 4 }, () => promisify(pbkdf2)('a', 'b', 100_000, 64, 'sha512'));
    const running = workspace.rows(ENDLESS);
    setImmediate(() => caller.abort());
    await expect(running).rejects.toThrow(/INTERRUPT/);
    await workspace.close();
    await Promise.all(busy);
  });

  it('lets nothing begin any more', async () => {
    const caller = new AbortController();
    const workspace = await compute.openWorkspace(caller.signal);
    await workspace.attach();
    caller.abort(new Error('enough'));
    await expect(workspace.rows('SELECT 1')).rejects.toThrow('enough');
    await expect(workspace.stream('SELECT 1')).rejects.toThrow('enough');
    await workspace.close();
  });
});
