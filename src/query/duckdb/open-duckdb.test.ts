import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDuckdbError } from './duckdb-error.js';
import { openDuckdb } from './open-duckdb.js';

let directory: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headgate-duckdb-'));
  await writeFile(join(directory, 'secret.csv'), 'a,b\n1,2\n');
  ({ instance, connection } = await openDuckdb({
    memoryBytes: 2 ** 27,
    tempDirectory: join(directory, 'spill'),
    tempDiskBytes: 2 ** 27,
    threads: 2,
    exportDirectory: join(directory, 'it is the export'),
  }));
});

afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true, force: true });
});

async function refusalOf(sql: string): Promise<string> {
  try {
    await connection.runAndReadAll(sql);
  } catch (error) {
    return readDuckdbError(error).type;
  }
  return 'it was allowed';
}

describe('openDuckdb', () => {
  it.each([
    "SELECT * FROM '$DIR/secret.csv'",
    "SELECT * FROM read_csv('$DIR/secret.csv')",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM read_parquet('https://example.com/x.parquet')",
    "SELECT * FROM read_json('s3://bucket/key')",
    "SELECT * FROM glob('/*')",
    "ATTACH '$DIR/other.db' AS other",
    "COPY (SELECT 1) TO '$DIR/out.csv'",
    "COPY (SELECT 1) TO '$DIR/it is the export/../out.csv'",
    "COPY (SELECT 1) TO '/dev/stdout'",
    "EXPORT DATABASE '$DIR/out'",
    'INSTALL httpfs',
    'LOAD httpfs',
    "LOAD '$DIR/x.duckdb_extension'",
    "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
  ])('cannot reach files, network or extensions: %s', async (sql) => {
    const refusal = await refusalOf(sql.replaceAll('$DIR', directory));
    expect([
      'Permission',
      'Invalid Input',
      'Catalog',
      'Invalid Configuration',
      'IO',
      'Binder',
      'Not implemented',
    ]).toContain(refusal);
    expect(existsSync(join(directory, 'out.csv'))).toBe(false);
    expect(existsSync(join(directory, 'other.db'))).toBe(false);
  });

  it.each([
    "SET memory_limit = '100GB'",
    'SET threads = 64',
    'PRAGMA threads = 64',
    "SET GLOBAL TimeZone = 'Asia/Tokyo'",
    "SET SESSION TimeZone = 'Asia/Tokyo'",
    'SET enable_external_access = true',
    'SET lock_configuration = false',
    'RESET lock_configuration',
    "SET temp_directory = '/tmp/elsewhere'",
    "SET allowed_directories = ['/']",
    'SET errors_as_json = false',
  ])('cannot change its settings: %s', async (sql) => {
    expect(await refusalOf(sql)).toBe('Invalid Input');
  });

  it('has its settings on every connection', async () => {
    const other = await instance.connect();
    try {
      const reader = await other.runAndReadAll(
        `SELECT current_setting('TimeZone'), current_setting('enable_external_access'), current_setting('errors_as_json'),
                current_setting('threads')`,
      );
      expect(reader.getRows()).toEqual([['UTC', false, true, 2n]]);
    } finally {
      other.closeSync();
    }
  });

  it('writes and reads in the export folder, and nowhere beside it', async () => {
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(directory, 'it is the export'));
    const file = join(directory, 'it is the export', 'a.parquet');
    await connection.run(`COPY (SELECT 1 AS a) TO '${file}'`);
    expect(existsSync(file)).toBe(true);
    expect(await refusalOf(`COPY (SELECT 1) TO '${directory}/it is the export-not/a.parquet'`)).toBe('Permission');
  });

  it('fails when its folder for spilled data is full', async () => {
    const small = await openDuckdb({
      memoryBytes: 2 ** 25,
      tempDirectory: join(directory, 'small'),
      tempDiskBytes: 2 ** 22,
      threads: 1,
    });
    try {
      const sorted = small.connection.run(
        'SELECT count(r) FROM (SELECT hash(range) AS r FROM range(4000000) ORDER BY r LIMIT 3999999)',
      );
      await expect(sorted).rejects.toThrow('Out of Memory');
    } finally {
      small.connection.closeSync();
      small.instance.closeSync();
    }
  });
});
