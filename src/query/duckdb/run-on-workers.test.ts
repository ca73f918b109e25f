import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DuckDBConnection, DuckDBInstance } from './node-api.js';
import { openDuckdb } from './open-duckdb.js';
import { runOnWorkers } from './run-on-workers.js';

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  const tempDirectory = join(tmpdir(), 'headgate-workers-test');
  ({ instance, connection } = await openDuckdb({ memoryBytes: 2 ** 28, tempDirectory, tempDiskBytes: 0, threads: 2 }));
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const ENDLESS = 'SELECT count(*) FROM range(1000000000000) t(a) WHERE a % 7 = 3';

async function run(sql: string, on = connection): Promise<unknown> {
  const statement = await on.prepare(sql);
  try {
    const result = await runOnWorkers(statement);
    return result.rowsChanged > 0 ? result.rowsChanged : await result.getRows();
  } finally {
    statement.destroySync();
  }
}

describe('a statement on the threads of DuckDB', () => {
  it('gives what it gives otherwise, again and again', async () => {
    await run('CREATE TABLE t (n BIGINT)');
    const insert = await connection.prepare('INSERT INTO t SELECT * FROM range(1000)');
    for (let i = 0; i < 20; i++) expect((await runOnWorkers(insert)).rowsChanged).toBe(1000);
    insert.destroySync();
    expect(await run('SELECT count(*), sum(n) FROM t')).toEqual([[20_000n, 20n * 499_500n]]);
  });

  it('fails as it does otherwise', async () => {
    await expect(run("SELECT CAST('x' AS INTEGER) FROM range(10) WHERE range >= 0")).rejects.toThrow('Conversion');
    await expect(run("SELECT CASE WHEN range = 90000 THEN error('mine') END FROM range(100000)")).rejects.toThrow(
      'mine',
    );
  });

  it('is interrupted', async () => {
    const running = run(ENDLESS);
    const timer = setInterval(() => connection.interrupt(), 20);
    await expect(running).rejects.toThrow('INTERRUPT');
    clearInterval(timer);
  });

  it('does not wait for ever when others keep them busy', async () => {
    const others = await Promise.all([instance.connect(), instance.connect()]);
    const busy = Promise.allSettled(others.map((other) => other.run(ENDLESS)));
    expect(await run('SELECT count(*) FROM range(100000)')).toEqual([[100_000n]]);
    const timer = setInterval(() => {
      for (const other of others) other.interrupt();
    }, 20);
    await busy;
    clearInterval(timer);
    for (const other of others) other.closeSync();
  });
});
