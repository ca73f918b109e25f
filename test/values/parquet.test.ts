import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

const never = new AbortController().signal;
let gateway: TestGateway;

beforeAll(async () => {
  const items = Array.from({ length: 400 }, (_, i) => ({
    id: { S: `k${String(i).padStart(4, '0')}` },
    whole: { N: `1234567890123456789012345678901234${String(i).padStart(4, '0')}` },
    small: { N: String(i) },
    price: { N: `${i}.25` },
    text: { S: i === 7 ? 'a\0b "c" \n 😀' : `text ${i}` },
    flag: { BOOL: i % 2 === 0 },
    bytes: { B: Buffer.from([0, 255, i % 256]).toString('base64') },
    tags: { SS: ['x', 'y'] },
    numbers: { L: [{ N: '99999999999999999999999999999999999999' }] },
    place: { M: { city: { S: 'Oslo' }, units: { N: `-1234567890123456789012345678901234${1000 + i}` } } },
    mixed: i % 2 === 0 ? { S: 'one' } : { N: '1' },
    nothing: { NULL: true as const },
  }));
  gateway = await openTestGateway({
    tables: [{ name: 'things', partitionKey: { name: 'id', type: 'S' }, items }],
    declarations: {},
  });
});

afterAll(() => gateway.close());

/** Exports the statement and reads the file with a DuckDB of its own. */
async function exported(sql: string) {
  const { path, summary } = await gateway.engine.exportParquet({ sql }, never);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(`SELECT * FROM '${path}'`);
    expect(reader.currentRowCount).toBe(summary.rows);
    return { names: reader.columnNames(), types: reader.columnTypes().map(String), rows: reader.getRowsJson() };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe('a Parquet export', () => {
  it('holds every row with every digit', async () => {
    const { names, types, rows } = await exported('SELECT * FROM things ORDER BY id');
    expect(rows).toHaveLength(400);
    const typeOf = Object.fromEntries(names.map((name, i) => [name, types[i]]));
    expect(typeOf).toMatchObject({
      id: 'VARCHAR',
      whole: 'DECIMAL(38,0)',
      small: 'BIGINT',
      price: 'DECIMAL(18,2)',
      text: 'VARCHAR',
      flag: 'BOOLEAN',
      bytes: 'BLOB',
      tags: 'VARCHAR[]',
      numbers: 'DECIMAL(38,0)[]',
      place: 'STRUCT("city" VARCHAR, "units" DECIMAL(38,0))',
    });
    const seventh = Object.fromEntries(names.map((name, i) => [name, rows[7]?.[i]]));
    expect(seventh).toEqual({
      id: 'k0007',
      whole: '12345678901234567890123456789012340007',
      small: '7',
      price: '7.25',
      text: 'a\0b "c" \n 😀',
      flag: false,
      bytes: '\\x00\\xFF\\x07',
      tags: ['x', 'y'],
      numbers: ['99999999999999999999999999999999999999'],
      place: { city: 'Oslo', units: '-12345678901234567890123456789012341007' },
      mixed: '1',
      nothing: null,
    });
  });

  it('keeps the order of the rows', async () => {
    const { rows } = await exported('SELECT small FROM things ORDER BY small DESC');
    expect(rows.map(([small]) => Number(small))).toEqual(Array.from({ length: 400 }, (_, i) => 399 - i));
  });

  it('holds sums exactly, which SQL gives 128 bits', async () => {
    expect(await exported('SELECT sum(small) AS total, count(*) AS n FROM things')).toMatchObject({
      types: ['DECIMAL(38,0)', 'BIGINT'],
      rows: [['79800', '400']],
    });
  });

  it('numbers columns that share a name', async () => {
    const { names, rows } = await exported('SELECT 1 AS a, 2 AS a, 3 AS "A", \'x\' AS b');
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(4);
    expect(rows).toEqual([[1, 2, 3, 'x']]);
  });

  it.each([
    ['a semicolon', 'SELECT 5 AS n;'],
    ['a comment at the end', 'SELECT 5 AS n -- five'],
    ['both', 'SELECT 5 AS n; -- five;\n/* that is all */'],
    ['WITH', 'WITH x AS (SELECT 5 AS n) SELECT * FROM x'],
    ['FROM first', 'FROM (SELECT 5 AS n)'],
    ['a set operation', 'SELECT 5 AS n INTERSECT SELECT 5'],
  ])('takes a statement with %s', async (_what, sql) => {
    expect(await exported(sql)).toEqual({ names: ['n'], types: ['INTEGER'], rows: [[5]] });
  });

  it('takes SHOW, DESCRIBE and SUMMARIZE', async () => {
    expect((await exported('SHOW TABLES')).rows.flat()).toContain('things');
    expect((await exported('DESCRIBE things')).rows.map(([name]) => name)).toContain('whole');
    expect((await exported('SUMMARIZE SELECT small FROM things')).rows).toHaveLength(1);
  });

  it('has its columns when it has no rows', async () => {
    expect(await exported("SELECT id, small FROM things WHERE id = 'nobody'")).toEqual({
      names: ['id', 'small'],
      types: ['VARCHAR', 'BIGINT'],
      rows: [],
    });
  });

  it('refuses EXPLAIN, which has no rows', async () => {
    for (const sql of ['EXPLAIN SELECT * FROM things', 'EXPLAIN ANALYZE SELECT * FROM things']) {
      await expect(gateway.engine.exportParquet({ sql }, never)).rejects.toMatchObject({ code: 'SQL_UNSUPPORTED' });
    }
  });

  it('says what is wrong with a value, and nothing of its own SQL', async () => {
    const sql = "SELECT id, CAST('x' || small AS INTEGER) FROM things WHERE id = 'k0001'";
    await expect(gateway.engine.exportParquet({ sql }, never)).rejects.toMatchObject({
      code: 'SQL_EXECUTION',
      message: "could not convert string 'x1' to INT32",
      detail: undefined,
    });
  });

  it('says so when a whole number has more digits than Parquet holds exactly', async () => {
    const sql = 'SELECT sum(whole) * 100 FROM things';
    await expect(gateway.engine.exportParquet({ sql }, never)).rejects.toMatchObject({ code: 'SQL_EXECUTION' });
  });
});
