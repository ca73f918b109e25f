import { describe, expect, it } from 'vitest';
import { bareQuery, parquetCopy } from './parquet-copy.js';
import { toBytes } from './parse/scan-sql.js';
import type { ResultType } from './result.js';

function column(name: string, sql: string) {
  const type: ResultType = { kind: 'text', sql };
  return { name, type };
}

describe('bareQuery', () => {
  it.each([
    ['SELECT 1', 'SELECT 1'],
    ['SELECT 1;', 'SELECT 1'],
    ['SELECT 1 ; ; -- done; really', 'SELECT 1'],
    ["SELECT ';' -- x", "SELECT ';'"],
    ['SELECT 1 /* a; /* b */ */ ;', 'SELECT 1'],
    ["SELECT 'é'; -- ü", "SELECT 'é'"],
    ['', ''],
  ])('makes of %j the query %j', (text, query) => {
    expect(bareQuery(toBytes(text))).toBe(query);
  });
});

describe('parquetCopy', () => {
  it('selects every column by its place, under its name', () => {
    expect(
      parquetCopy([column('a', 'INTEGER'), column('say "b"', 'VARCHAR'), column('', 'DATE')], "/tmp/it's"),
    ).toEqual({
      before: 'COPY (SELECT #1 AS "a", #2 AS "say ""b""", #3 AS "column3" FROM (\n',
      after: "\n)) TO '/tmp/it''s' (FORMAT parquet)",
    });
  });

  it('writes integers of 128 bits as decimals, nested ones too, and leaves names and values alone', () => {
    const sql = `STRUCT("HUGEINT" UHUGEINT[], "a" MAP(VARCHAR, HUGEINT), "e" ENUM('HUGEINT', 'b'))`;
    expect(parquetCopy([column('a', 'HUGEINT'), column('b', sql)], 'f').before).toBe(
      `COPY (SELECT CAST(#1 AS DECIMAL(38,0)) AS "a", CAST(#2 AS STRUCT("HUGEINT" DECIMAL(38,0)[], "a" MAP(VARCHAR, DECIMAL(38,0)), "e" ENUM('HUGEINT', 'b'))) AS "b" FROM (\n`,
    );
  });

  it('refuses them in a struct without field names, which no cast can name', () => {
    expect(() => parquetCopy([column('r', 'STRUCT("" HUGEINT, "" INTEGER)')], 'f')).toThrow(
      expect.objectContaining({ code: 'SQL_UNSUPPORTED' }),
    );
    expect(parquetCopy([column('r', 'STRUCT("" BIGINT, "" INTEGER)')], 'f').before).toContain('#1 AS "r"');
  });
});
