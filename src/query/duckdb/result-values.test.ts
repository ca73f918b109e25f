import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultType, ResultValue } from '../result.js';
import { openDuckdb } from './open-duckdb.js';
import { resultTypeOf } from './result-types.js';
import { readRows } from './result-values.js';

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  const tempDirectory = join(tmpdir(), 'headgate-values-test');
  ({ instance, connection } = await openDuckdb({ memoryBytes: 2 ** 28, tempDirectory, tempDiskBytes: 0, threads: 1 }));
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function read(expression: string): Promise<{ type: ResultType; values: ResultValue[] }> {
  // More rows than are read in one go, every other of them NULL, so that a value of one row cannot pass for that of another.
  const result = await connection.stream(
    `SELECT v FROM (SELECT n, ${expression} AS v FROM range(0, 101, 2) AS t(n)
      UNION ALL SELECT n, NULL FROM range(1, 101, 2) AS t(n)) ORDER BY n`,
  );
  const chunk = await result.fetchChunk();
  if (chunk === null) throw new Error('there is no chunk');
  const values = (await readRows(chunk)).map(([value]) => value ?? null);
  expect(values).toHaveLength(101);
  for (const [i, value] of values.entries()) {
    expect(comparable(value)).toEqual(i % 2 === 0 ? comparable(values[0] ?? null) : null);
  }
  return { type: resultTypeOf(result.columnType(0)), values };
}

/** Bytes as text, whatever class they come in. */
function comparable(value: ResultValue): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  return Array.isArray(value) ? value.map(comparable) : value;
}

const MAX38 = '9'.repeat(38);

describe('a value of DuckDB', () => {
  it.each<[string, string, Partial<ResultType>, ResultValue]>([
    ['true', 'BOOLEAN', { kind: 'boolean' }, true],
    ['(-128)::TINYINT', 'TINYINT', { kind: 'integer', bits: 8, signed: true }, -128],
    ['(-32768)::SMALLINT', 'SMALLINT', { kind: 'integer', bits: 16, signed: true }, -32768],
    ['(-2147483648)::INTEGER', 'INTEGER', { kind: 'integer', bits: 32, signed: true }, -2147483648],
    ['9223372036854775807::BIGINT', 'BIGINT', { kind: 'integer', bits: 64, signed: true }, 9223372036854775807n],
    [`-${MAX38}::HUGEINT`, 'HUGEINT', { kind: 'integer', bits: 128, signed: true }, -BigInt(MAX38)],
    ['255::UTINYINT', 'UTINYINT', { kind: 'integer', bits: 8, signed: false }, 255],
    ['65535::USMALLINT', 'USMALLINT', { kind: 'integer', bits: 16, signed: false }, 65535],
    ['4294967295::UINTEGER', 'UINTEGER', { kind: 'integer', bits: 32, signed: false }, 4294967295],
    ['18446744073709551615::UBIGINT', 'UBIGINT', { kind: 'integer', bits: 64, signed: false }, 18446744073709551615n],
    [
      '340282366920938463463374607431768211455::UHUGEINT',
      'UHUGEINT',
      { kind: 'integer', bits: 128, signed: false },
      2n ** 128n - 1n,
    ],
    [`'${MAX38}${MAX38}'::BIGNUM`, 'BIGNUM', { kind: 'text' }, MAX38 + MAX38],
    [`'-1${MAX38}'::BIGNUM`, 'BIGNUM', { kind: 'text' }, `-1${MAX38}`],
    ['0.1::FLOAT', 'FLOAT', { kind: 'float', bits: 32 }, Math.fround(0.1)],
    ['0.1::DOUBLE', 'DOUBLE', { kind: 'float', bits: 64 }, 0.1],
    ["'NaN'::DOUBLE", 'DOUBLE', { kind: 'float', bits: 64 }, Number.NaN],
    ["'-inf'::DOUBLE", 'DOUBLE', { kind: 'float', bits: 64 }, Number.NEGATIVE_INFINITY],
    ['1.5::DECIMAL(4,2)', 'DECIMAL(4,2)', { kind: 'decimal', precision: 4, scale: 2 }, '1.50'],
    ['(-0.05)::DECIMAL(9,2)', 'DECIMAL(9,2)', { kind: 'decimal', precision: 9, scale: 2 }, '-0.05'],
    ['0::DECIMAL(18,3)', 'DECIMAL(18,3)', { kind: 'decimal', precision: 18, scale: 3 }, '0.000'],
    [`'-0.${MAX38}'::DECIMAL(38,38)`, 'DECIMAL(38,38)', { kind: 'decimal', precision: 38, scale: 38 }, `-0.${MAX38}`],
    [`'${MAX38}'::DECIMAL(38,0)`, 'DECIMAL(38,0)', { kind: 'decimal', precision: 38, scale: 0 }, MAX38],
    ["'a' || chr(0) || '😀'", 'VARCHAR', { kind: 'text' }, 'a\0😀'],
    ["''", 'VARCHAR', { kind: 'text' }, ''],
    ['\'{"a":1}\'::JSON', 'JSON', { kind: 'json' }, '{"a":1}'],
    ["'b'::ENUM('a', 'b')", "ENUM('a', 'b')", { kind: 'enum' }, 'b'],
    ["'5F0C9D3E-1b2a-4c3d-8e4f-0123456789ab'::UUID", 'UUID', { kind: 'uuid' }, '5f0c9d3e-1b2a-4c3d-8e4f-0123456789ab'],
    ["'0010'::BIT", 'BIT', { kind: 'bit' }, '0010'],
    ["'\\x00\\xFF'::BLOB", 'BLOB', { kind: 'blob' }, Uint8Array.of(0, 255)],
    ["''::BLOB", 'BLOB', { kind: 'blob' }, new Uint8Array()],
    ["DATE '2026-01-31'", 'DATE', { kind: 'temporal', unit: 'date' }, '2026-01-31'],
    ["TIMESTAMP_S 'infinity'", 'TIMESTAMP_S', { kind: 'temporal', unit: 'timestamp-s' }, 'infinity'],
    ["TIMESTAMP_MS '-infinity'", 'TIMESTAMP_MS', { kind: 'temporal', unit: 'timestamp-ms' }, '-infinity'],
    ["TIMESTAMP_NS 'infinity'", 'TIMESTAMP_NS', { kind: 'temporal', unit: 'timestamp-ns' }, 'infinity'],
    ["DATE 'infinity'", 'DATE', { kind: 'temporal', unit: 'date' }, 'infinity'],
    ["DATE '-infinity'", 'DATE', { kind: 'temporal', unit: 'date' }, '-infinity'],
    ["DATE '0044-03-15 (BC)'", 'DATE', { kind: 'temporal', unit: 'date' }, '0044-03-15 (BC)'],
    ["TIME '01:02:03.5'", 'TIME', { kind: 'temporal', unit: 'time' }, '01:02:03.5'],
    ["TIME_NS '01:02:03.123456789'", 'TIME_NS', { kind: 'temporal', unit: 'time-ns' }, '01:02:03.123456789'],
    ["TIMETZ '01:02:03+05:30'", 'TIME WITH TIME ZONE', { kind: 'temporal', unit: 'timetz' }, '01:02:03+05:30'],
    [
      "TIMESTAMP '2026-01-31 12:00:00.5'",
      'TIMESTAMP',
      { kind: 'temporal', unit: 'timestamp' },
      '2026-01-31 12:00:00.5',
    ],
    ["TIMESTAMP 'infinity'", 'TIMESTAMP', { kind: 'temporal', unit: 'timestamp' }, 'infinity'],
    ["TIMESTAMP '-infinity'", 'TIMESTAMP', { kind: 'temporal', unit: 'timestamp' }, '-infinity'],
    [
      "TIMESTAMP_S '2026-01-31 12:00:01'",
      'TIMESTAMP_S',
      { kind: 'temporal', unit: 'timestamp-s' },
      '2026-01-31 12:00:01',
    ],
    [
      "TIMESTAMP_MS '2026-01-31 12:00:00.123'",
      'TIMESTAMP_MS',
      { kind: 'temporal', unit: 'timestamp-ms' },
      '2026-01-31 12:00:00.123',
    ],
    [
      "TIMESTAMP_NS '2026-01-31 12:00:00.123456789'",
      'TIMESTAMP_NS',
      { kind: 'temporal', unit: 'timestamp-ns' },
      '2026-01-31 12:00:00.123456789',
    ],
    [
      "TIMESTAMPTZ '2026-01-31 12:00:00+02'",
      'TIMESTAMP WITH TIME ZONE',
      { kind: 'temporal', unit: 'timestamptz' },
      '2026-01-31 10:00:00+00',
    ],
    ["TIMESTAMPTZ 'infinity'", 'TIMESTAMP WITH TIME ZONE', { kind: 'temporal', unit: 'timestamptz' }, 'infinity'],
    [
      "INTERVAL '1 year 2 months -3 days 04:05:06.7'",
      'INTERVAL',
      { kind: 'temporal', unit: 'interval' },
      '1 year 2 months -3 days 04:05:06.7',
    ],
  ])('is read as it is: %s', async (expression, sql, type, value) => {
    const found = await read(expression);
    expect(found.type).toEqual({ ...type, sql });
    expect(comparable(found.values[0] ?? null)).toEqual(comparable(value));
  });

  it.each<[string, string, ResultValue]>([
    ['[1, NULL, 3]', 'INTEGER[]', [1, null, 3]],
    ['[]::VARCHAR[]', 'VARCHAR[]', []],
    ["[['a'], [], NULL, ['b', NULL]]", 'VARCHAR[][]', [['a'], [], null, ['b', null]]],
    ['[1, 2]::INTEGER[2]', 'INTEGER[2]', [1, 2]],
    ["[{'a': 1.5}, NULL]::STRUCT(a DECIMAL(3,1))[2]", 'STRUCT("a" DECIMAL(3,1))[2]', [['1.5'], null]],
    [
      "{'b': 1, 'a': NULL, 'c': {'d': [DATE '2026-01-01']}}",
      'STRUCT("b" INTEGER, "a" INTEGER, "c" STRUCT("d" DATE[]))',
      [1, null, [['2026-01-01']]],
    ],
    ["{'1': 'first', '0': 'second'}", 'STRUCT("1" VARCHAR, "0" VARCHAR)', ['first', 'second']],
    ["row(1, 'x', NULL)", 'STRUCT("" INTEGER, "" VARCHAR, "" INTEGER)', [1, 'x', null]],
    ['[row(1, [row(2)])]', 'STRUCT("" INTEGER, "" STRUCT("" INTEGER)[])[]', [[1, [[2]]]]],
    [
      "MAP {'b': 1, 'a': NULL}",
      'MAP(VARCHAR, INTEGER)',
      [
        ['b', 1],
        ['a', null],
      ],
    ],
    ['MAP {}', 'MAP(INTEGER, INTEGER)', []],
    ["MAP {'k': row(1, 2)}", 'MAP(VARCHAR, STRUCT("" INTEGER, "" INTEGER))', [['k', [1, 2]]]],
    [
      "MAP {'k': {'1': 'first', '0': 'second'}}",
      'MAP(VARCHAR, STRUCT("1" VARCHAR, "0" VARCHAR))',
      [['k', ['first', 'second']]],
    ],
    ['array_value(row(1, 2), NULL, row(3, 4))', 'STRUCT("" INTEGER, "" INTEGER)[3]', [[1, 2], null, [3, 4]]],
    [
      '[[1, 2], [3, NULL]]::INTEGER[2][2]',
      'INTEGER[2][2]',
      [
        [1, 2],
        [3, null],
      ],
    ],
    ['union_value(u := row(1, 2))', 'UNION("u" STRUCT("" INTEGER, "" INTEGER))', { tag: 'u', value: [1, 2] }],
    [
      "union_value(m := MAP {'k': union_value(n := NULL::INTEGER)})",
      'UNION("m" MAP(VARCHAR, UNION("n" INTEGER)))',
      { tag: 'm', value: [['k', { tag: 'n', value: null }]] },
    ],
    [
      "[MAP {'a': [DATE 'infinity', DATE '-infinity']}]",
      'MAP(VARCHAR, DATE[])[]',
      [[['a', ['infinity', '-infinity']]]],
    ],
    [
      "MAP {1: {'x': 170141183460469231731687303715884105727}}",
      'MAP(INTEGER, STRUCT("x" HUGEINT))',
      [[1, [2n ** 127n - 1n]]],
    ],
    ['union_value(num := 5)', 'UNION("num" INTEGER)', { tag: 'num', value: 5 }],
    [
      "[union_value(num := 5)::UNION(num INTEGER, str VARCHAR), 'x']",
      'UNION("num" INTEGER, "str" VARCHAR)[]',
      [
        { tag: 'num', value: 5 },
        { tag: 'str', value: 'x' },
      ],
    ],
    ["{'j': '[1]'::JSON, 'l': ['2'::JSON]}", 'STRUCT("j" JSON, "l" JSON[])', ['[1]', ['2']]],
    [
      `{'b': ['${MAX38}${MAX38}'::BIGNUM], 'm': MAP {'k': '-${MAX38}0'::BIGNUM}}`,
      'STRUCT("b" BIGNUM[], "m" MAP(VARCHAR, BIGNUM))',
      [[MAX38 + MAX38], [['k', `-${MAX38}0`]]],
    ],
    [
      "{'t': TIMESTAMP 'infinity', 'i': INTERVAL '1 day', 'b': '\\xAB'::BLOB}",
      'STRUCT("t" TIMESTAMP, "i" INTERVAL, "b" BLOB)',
      ['infinity', '1 day', Uint8Array.of(0xab)],
    ],
  ])('is read with all its parts: %s', async (expression, sql, value) => {
    const found = await read(expression);
    expect(found.type.sql).toBe(sql);
    expect(comparable(found.values[0] ?? null)).toEqual(comparable(value));
  });

  it('tells its parts in its type', async () => {
    expect((await read("{'a': [1], 'm': MAP {'k': 1.5}}")).type).toEqual({
      kind: 'struct',
      sql: 'STRUCT("a" INTEGER[], "m" MAP(VARCHAR, DECIMAL(2,1)))',
      fields: [
        {
          name: 'a',
          type: {
            kind: 'list',
            sql: 'INTEGER[]',
            element: { kind: 'integer', bits: 32, signed: true, sql: 'INTEGER' },
          },
        },
        {
          name: 'm',
          type: {
            kind: 'map',
            sql: 'MAP(VARCHAR, DECIMAL(2,1))',
            key: { kind: 'text', sql: 'VARCHAR' },
            value: { kind: 'decimal', precision: 2, scale: 1, sql: 'DECIMAL(2,1)' },
          },
        },
      ],
    });
  });
});
