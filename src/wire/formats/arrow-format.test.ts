import { buffer } from 'node:stream/consumers';
import { MessageReader, tableFromIPC } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import type { ResultColumn, ResultType, ResultValue, RowBatch } from '../../query/result.js';
import { arrowRows } from './arrow-format.js';

const text: ResultType = { kind: 'text', sql: 'VARCHAR' };
const integer: ResultType = { kind: 'integer', bits: 32, signed: true, sql: 'INTEGER' };
const hugeint: ResultType = { kind: 'integer', bits: 128, signed: true, sql: 'HUGEINT' };

describe('types', () => {
  test('are exact where Arrow has them and text elsewhere', async () => {
    const types: Record<string, string> = {};
    for (const [type, sample] of allTypes()) {
      const table = tableFromIPC(await ipc([{ name: 'c', type }], [[[sample], [null]]]));
      types[type.sql] = String(table.schema.fields[0]?.type);
      expect(table.getChild('c')?.get(1)).toBe(null);
    }
    expect(types).toMatchInlineSnapshot(`
      {
        "INT128": "Decimal[38e0]",
        "INT16": "Int16",
        "INT32": "Int32",
        "INT64": "Int64",
        "INT8": "Int8",
        "UINT128": "Decimal[38e0]",
        "UINT16": "Uint16",
        "UINT32": "Uint32",
        "UINT64": "Uint64",
        "UINT8": "Uint8",
        "bit": "Utf8",
        "blob": "Binary",
        "boolean": "Bool",
        "date": "Date32<DAY>",
        "decimal(18,3)": "Decimal[18e+3]",
        "double": "Float64",
        "enum": "Utf8",
        "float": "Float32",
        "interval": "Utf8",
        "json": "Utf8",
        "list": "List<Utf8>",
        "map": "Map<{key:Utf8, value:Int32}>",
        "null": "Null",
        "struct": "Struct<{a:Utf8}>",
        "text": "Utf8",
        "time": "Time64<MICROSECOND>",
        "time-ns": "Time64<NANOSECOND>",
        "timestamp": "Timestamp<MICROSECOND>",
        "timestamp-ms": "Timestamp<MILLISECOND>",
        "timestamp-ns": "Timestamp<NANOSECOND>",
        "timestamp-s": "Timestamp<SECOND>",
        "timestamptz": "Timestamp<MICROSECOND, UTC>",
        "timetz": "Utf8",
        "union": "Utf8",
        "uuid": "Utf8",
      }
    `);
  });

  test('temporal values keep every digit', async () => {
    const raw = async (unit: 'timestamp-ns' | 'timestamptz' | 'time' | 'date', value: string) => {
      const type: ResultType = { kind: 'temporal', unit, sql: unit };
      return tableFromIPC(await ipc([{ name: 'c', type }], [[[value]]])).getChild('c')?.data[0]?.values[0];
    };
    expect(await raw('timestamp-ns', '2026-01-31 12:00:00.123456789')).toBe(1_769_860_800_123_456_789n);
    expect(await raw('timestamptz', '2026-01-31 12:00:00.5+00')).toBe(1_769_860_800_500_000n);
    expect(await raw('time', '00:00:01')).toBe(1_000_000n);
    expect(await raw('date', '2026-01-31')).toBe(20_484);
  });
});

describe('nested values', () => {
  test('keep their nulls at every level', async () => {
    const type: ResultType = {
      kind: 'list',
      sql: 'LIST',
      element: {
        kind: 'struct',
        sql: 'STRUCT',
        fields: [
          { name: 'n', type: integer },
          { name: 'l', type: { kind: 'list', element: text, sql: 'L' } },
        ],
      },
    };
    const values = [
      null,
      [],
      [null],
      [
        [1, null],
        [null, []],
      ],
      [[2, ['a', null]]],
    ];
    expect(await plain(type, values)).toEqual([
      null,
      [],
      [null],
      [
        { n: 1, l: null },
        { n: null, l: [] },
      ],
      [{ n: 2, l: ['a', null] }],
    ]);
  });

  test('maps keep the order of their entries', async () => {
    const type: ResultType = { kind: 'map', key: text, value: integer, sql: 'MAP' };
    const table = tableFromIPC(
      await ipc(
        [{ name: 'c', type }],
        [
          [
            [
              [
                ['b', 1],
                ['a', null],
              ],
            ],
            [null],
            [[]],
            [[['c', 3]]],
          ],
        ],
      ),
    );
    const maps = [...(table.getChild('c') ?? [])].map((map) => (map === null ? null : [...map]));
    expect(maps).toEqual([
      [
        ['b', 1],
        ['a', null],
      ],
      null,
      [],
      [['c', 3]],
    ]);
  });

  test('a list of nothing but nulls counts them right', async () => {
    const type: ResultType = { kind: 'list', element: { kind: 'null', sql: 'NULL' }, sql: 'NULL[]' };
    // The library's table counts nulls anew, other readers believe what the record batch says of each node.
    const [, message] = [...new MessageReader(await ipc([{ name: 'c', type }], [[[[null]], [[null, null]]]]))];
    expect(message?.header()).toMatchObject({
      nodes: [
        { length: 2, nullCount: 0 },
        { length: 3, nullCount: 3 },
      ],
    });
  });
});

test('columns and fields of the same name are numbered', async () => {
  const table = tableFromIPC(
    await ipc(
      [
        { name: 'a', type: text },
        { name: 'a', type: integer },
      ],
      [[['x', 1]]],
    ),
  );
  expect(table.toArray().map((row) => row.toJSON())).toEqual([{ a: 'x', a_2: 1 }]);
});

test('no rows are a schema and an end', async () => {
  const table = tableFromIPC(await ipc([{ name: 'a', type: text }], []));
  expect([table.numRows, table.schema.names]).toEqual([0, ['a']]);
});

test('record batches are of bounded size, and together they have every row', async () => {
  const many = Array.from({ length: 5000 }, (_, index) => [index]);
  const large = Array.from({ length: 10 }, () => ['x'.repeat(100_000)]);
  const table = tableFromIPC(await ipc([{ name: 'a', type: integer }], [many]));
  expect(table.batches.map((batch) => batch.numRows)).toEqual([2048, 2048, 904]);
  expect([...(table.getChild('a') ?? [])]).toEqual(many.flat());
  const largeTable = tableFromIPC(await ipc([{ name: 'a', type: text }], [large]));
  expect(largeTable.batches.map((batch) => batch.numRows)).toEqual([3, 3, 3, 1]);
});

describe('values that Arrow cannot hold', () => {
  const timestamp: ResultType = { kind: 'temporal', unit: 'timestamp', sql: 'TIMESTAMP' };
  const date: ResultType = { kind: 'temporal', unit: 'date', sql: 'DATE' };
  test.each<[ResultType, ResultValue]>([
    [hugeint, 10n ** 38n],
    [hugeint, -(10n ** 38n)],
    [date, 'infinity'],
    [timestamp, '-infinity'],
    [{ kind: 'list', element: date, sql: 'DATE[]' }, ['infinity']],
  ])('$sql %s is an error that says to cast', async (type, value) => {
    await expect(ipc([{ name: 'when', type }], [[[value]]])).rejects.toMatchObject({
      code: 'SQL_EXECUTION',
      message: expect.stringContaining('"when"'),
      hint: expect.stringContaining('VARCHAR'),
    });
  });
});

function allTypes(): [ResultType, ResultValue][] {
  const integers = ([8, 16, 32, 64, 128] as const).flatMap((bits) =>
    [true, false].map((signed): [ResultType, ResultValue] => [
      { kind: 'integer', bits, signed, sql: `${signed ? '' : 'U'}INT${bits}` },
      bits > 32 ? 1n : 1,
    ]),
  );
  const temporals = (
    [
      ['date', '2026-01-31'],
      ['time', '12:00:00'],
      ['time-ns', '12:00:00'],
      ['timetz', '12:00:00+00'],
      ['timestamp', '2026-01-31 12:00:00'],
      ['timestamp-s', '2026-01-31 12:00:00'],
      ['timestamp-ms', '2026-01-31 12:00:00'],
      ['timestamp-ns', '2026-01-31 12:00:00'],
      ['timestamptz', '2026-01-31 12:00:00+00'],
      ['interval', '1 day'],
    ] as const
  ).map(([unit, sample]): [ResultType, ResultValue] => [{ kind: 'temporal', unit, sql: unit }, sample]);
  const texts = (['text', 'json', 'enum', 'uuid', 'bit'] as const).map((kind): [ResultType, ResultValue] => [
    { kind, sql: kind },
    '1',
  ]);
  return [
    ...integers,
    ...temporals,
    ...texts,
    [{ kind: 'boolean', sql: 'boolean' }, true],
    [{ kind: 'float', bits: 32, sql: 'float' }, 0.5],
    [{ kind: 'float', bits: 64, sql: 'double' }, 0.5],
    [{ kind: 'decimal', precision: 18, scale: 3, sql: 'decimal(18,3)' }, '1.000'],
    [{ kind: 'blob', sql: 'blob' }, new Uint8Array([1])],
    [{ kind: 'list', element: text, sql: 'list' }, ['a']],
    [{ kind: 'struct', fields: [{ name: 'a', type: text }], sql: 'struct' }, ['a']],
    [{ kind: 'map', key: text, value: integer, sql: 'map' }, [['a', 1]]],
    [
      { kind: 'union', members: [{ name: 'a', type: text }], sql: 'union' },
      { tag: 'a', value: 'x' },
    ],
    [{ kind: 'null', sql: 'null' }, null],
  ];
}

async function ipc(columns: readonly ResultColumn[], batches: readonly RowBatch[]): Promise<Uint8Array> {
  async function* source() {
    yield* batches;
  }
  return await buffer(arrowRows(columns, source()));
}

/** The values of one column as plain lists and objects, read back by the library. */
async function plain(type: ResultType, values: readonly ResultValue[]): Promise<unknown> {
  const table = tableFromIPC(await ipc([{ name: 'c', type }], [values.map((value) => [value])]));
  return JSON.parse(JSON.stringify([...(table.getChild('c') ?? [])]));
}
