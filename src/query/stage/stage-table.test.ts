import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnType } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import type { AttributeValue, Item } from '../../dynamodb/attribute-value.js';
import { ComputeDatabase, type Workspace } from '../duckdb/compute-database.js';
import type { ResultValue } from '../result.js';
import { inlinePage } from './inline-page.js';
import { StagedTable } from './stage-table.js';
import { stagedSource } from './staged-source.js';

const never = new AbortController().signal;
let compute: ComputeDatabase;

beforeAll(async () => {
  compute = await ComputeDatabase.open({
    memoryBytes: 2 ** 28,
    tempDirectory: join(tmpdir(), 'headgate-stage-test'),
    tempDiskBytes: 0,
    threads: 2,
  });
});

afterAll(() => compute.close());

const BIGINT: ColumnType = { kind: 'bigint' };
const DOUBLE: ColumnType = { kind: 'double' };
const TEXT: ColumnType = { kind: 'string', as: 'text' };

function column(type: ColumnType, more: Partial<Column> = {}): Column {
  return { name: 'v', attribute: 'v', type, source: 'sampled', presence: 1, reason: '', ...more };
}

interface Read {
  readonly type: string | undefined;
  readonly values: readonly ResultValue[];
  readonly warnings: readonly string[];
  readonly widened: boolean;
}

/** Pages of values of one column, by way of staged tables. */
async function staged(own: Column, pages: readonly (readonly AttributeValue[])[]): Promise<Read> {
  const workspace = await compute.openWorkspace(never);
  try {
    const columns = [own, column(BIGINT, { name: 'place', attribute: 'place' })];
    const table = new StagedTable(workspace, 'ref_0', columns);
    let place = 0;
    for (const page of pages) {
      const items = itemsPage(page.map((v) => ({ v, place: { N: String(place++) } })));
      await table.add({ items, itemCount: page.length });
    }
    await table.finish();
    const { source, widened, rounded } = await stagedSource(workspace, {
      columns,
      fetched: columns,
      staged: table,
    });
    const [type] = await workspace.columns(`SELECT v FROM ${source}`);
    const rows = await workspace.rows(`SELECT v FROM ${source} ORDER BY place`);
    const warnings = await table.warnings('s.t', rounded);
    return { type: type?.type.sql, values: rows.map(([v]) => v ?? null), warnings, widened: widened.length > 0 };
  } finally {
    await workspace.close();
  }
}

/** The same by way of one parameter, where all pages are one. */
async function inlined(own: Column, pages: readonly (readonly AttributeValue[])[]): Promise<Read> {
  const workspace = await compute.openWorkspace(never);
  try {
    const reference = { columns: [own], fetched: [own], displayName: 's.t' };
    const { source, page, warnings, widened } = inlinePage(reference, pages.map(pageOf), '$1');
    const create = await workspace.prepare(`CREATE TEMP TABLE t AS SELECT * FROM ${source}`);
    await create(page);
    const { columns, batches } = await workspace.stream('SELECT v FROM t');
    const values: ResultValue[] = [];
    for await (const batch of batches) values.push(...batch.map(([v]) => v ?? null));
    return { type: columns[0]?.type.sql, values, warnings, widened: widened.length > 0 };
  } finally {
    await workspace.close();
  }
}

function pageOf(values: readonly AttributeValue[]): Buffer {
  return itemsPage(values.map((v) => ({ v })));
}

function itemsPage(items: readonly Item[]): Buffer {
  return Buffer.from(JSON.stringify(items));
}

function numbers(...texts: string[]): AttributeValue[] {
  return texts.map((N) => ({ N }));
}

const N38 = '12345678901234567890123456789012345678';

describe.each([
  ['staged', staged],
  ['inlined', inlined],
])('numbers that are wider than the catalog knew, %s', (_way, read) => {
  it.each<[string, ColumnType, string[], string, ResultValue[]]>([
    ['integers that fit', BIGINT, ['1', '-2'], 'BIGINT', [1n, -2n]],
    ['20 digits', BIGINT, ['1', '-10000000000000000000'], 'HUGEINT', [1n, -10000000000000000000n]],
    ['38 digits', BIGINT, ['7', N38, `-${N38}`], 'HUGEINT', [7n, BigInt(N38), -BigInt(N38)]],
    ['a fraction', BIGINT, ['7', '0.5'], 'DECIMAL(38,1)', ['7.0', '0.5']],
    ['a fraction that a cast would round', BIGINT, ['1.9999'], 'DECIMAL(38,4)', ['1.9999']],
    ['38 digits after the point', BIGINT, ['1E-38'], 'DECIMAL(38,38)', [`0.${'0'.repeat(37)}1`]],
    [
      'more digits than a declared decimal has',
      { kind: 'decimal', precision: 5, scale: 2 },
      ['123.45', '1234.5', '0.001'],
      'DECIMAL(18,3)',
      ['123.450', '1234.500', '0.001'],
    ],
    ['exponents', BIGINT, ['1E2', '12E-1', '-5E+20'], 'DECIMAL(38,1)', ['100.0', '1.2', '-500000000000000000000.0']],
    ['zeros that say nothing', BIGINT, ['5.00', '007', '-0', '0.0', '1.50e1'], 'BIGINT', [5n, 7n, 0n, 0n, 15n]],
    ['what no exact type holds', BIGINT, ['1E-130', '9.9E125'], 'DOUBLE', [1e-130, 9.9e125]],
  ])('keeps %s', async (_name, type, texts, sqlType, values) => {
    const found = await read(column(type), [numbers(...texts)]);
    expect(found).toMatchObject({ type: sqlType, values, warnings: [] });
    expect(found.widened).toBe(sqlType !== 'BIGINT');
  });

  it('keeps those in lists, sets, maps and lists of maps', async () => {
    const nested: ColumnType = {
      kind: 'struct',
      fields: [
        { name: 'list', attribute: 'list', type: { kind: 'list', element: { kind: 'list', element: BIGINT } } },
        { name: 'set', attribute: 'set', type: { kind: 'set', element: { kind: 'bigint' } } },
        {
          name: 'maps',
          attribute: 'maps',
          type: { kind: 'list', element: { kind: 'struct', fields: [{ name: 'n', attribute: 'n', type: BIGINT }] } },
        },
      ],
    };
    const value: AttributeValue = {
      M: {
        list: { L: [{ L: numbers('1', N38) }] },
        set: { NS: ['0.25', '3'] },
        maps: { L: [{ M: { n: { N: '1' } } }, { M: { n: { N: '0.1234567890' } } }, { M: {} }] },
      },
    };
    expect(await read(column(nested), [[value, value]])).toMatchObject({
      type: 'STRUCT("list" HUGEINT[][], "set" DECIMAL(38,2)[], "maps" STRUCT("n" DECIMAL(38,9))[])',
      values: Array.from({ length: 2 }, () => [
        [[1n, BigInt(N38)]],
        ['0.25', '3.00'],
        [['1.000000000'], ['0.123456789'], null].map((each) => (each === null ? [null] : each)),
      ]),
      warnings: [],
    });
  });

  it('says how many values a DOUBLE may round, nested ones too', async () => {
    const values = numbers('1E-130', N38, '0.1', `0.${N38}`);
    expect((await read(column(DOUBLE), [values])).warnings).toEqual([
      's.t: 2 values of "v" may be rounded, because no exact SQL type fits all of its numbers; _item shows all digits',
    ]);
    const [list] = (await read(column({ kind: 'list', element: DOUBLE }), [[{ L: values }, { L: [] }]])).warnings;
    expect(list).toContain('1 value of "v" may be rounded');
    const set: ColumnType = { kind: 'set', element: { kind: 'double' } };
    expect((await read(column(set), [[{ NS: ['1', N38] }, { NS: ['1'] }]])).warnings[0]).toContain(
      '1 value of "v" may',
    );
    const map: ColumnType = {
      kind: 'struct',
      fields: [{ name: 'a', attribute: 'a', type: { kind: 'list', element: DOUBLE } }],
    };
    const maps: AttributeValue[] = [{ M: { a: { L: numbers(N38) } } }, { M: {} }, { M: { a: { L: numbers('1.5') } } }];
    expect((await read(column(map), [maps])).warnings[0]).toContain('1 value of "v" may be rounded');
  });
});

describe.each([
  ['staged', staged],
  ['inlined', inlined],
])('values of another type than their column, %s', (_way, read) => {
  it('read as NULL and are counted, but NULL and missing ones are not', async () => {
    const values: AttributeValue[] = [{ S: 'a' }, { N: '1' }, { BOOL: true }, { NULL: true }, { L: [] }, { S: '' }];
    expect(await read(column(TEXT), [values])).toMatchObject({
      values: ['a', null, null, null, null, ''],
      warnings: [
        's.t: 3 values of "v" are not VARCHAR and read as NULL, wholly or in part; _item shows them as they are',
      ],
    });
  });

  it.each<[ColumnType, AttributeValue, AttributeValue]>([
    [BIGINT, { N: '1' }, { S: '1' }],
    [DOUBLE, { N: '1' }, { NS: ['1'] }],
    [{ kind: 'boolean' }, { BOOL: false }, { S: 'false' }],
    [{ kind: 'binary' }, { B: '' }, { S: '' }],
    [{ kind: 'set', element: { kind: 'string', as: 'text' } }, { SS: ['1'] }, { NS: ['1'] }],
    [{ kind: 'set', element: { kind: 'bigint' } }, { NS: ['1'] }, { SS: ['1'] }],
    [{ kind: 'set', element: { kind: 'binary' } }, { BS: ['AA=='] }, { L: [] }],
    [{ kind: 'list', element: TEXT }, { L: [] }, { SS: ['a'] }],
    [{ kind: 'list', element: TEXT }, { L: [{ NULL: true }] }, { L: [{ S: 'a' }, { N: '1' }] }],
    [{ kind: 'list', element: { kind: 'list', element: BIGINT } }, { L: [{ L: [] }] }, { L: [{ L: [{ S: '1' }] }] }],
    [structOf(TEXT), { M: {} }, { S: 'a' }],
    [structOf(TEXT), { M: { a: { NULL: true } } }, { M: { a: { N: '1' } } }],
    [structOf({ kind: 'list', element: BIGINT }), { M: { a: { L: [] } } }, { M: { a: { L: [{ M: {} }] } } }],
  ])('are counted in a column of %j', async (type, own, other) => {
    const { warnings } = await read(column(type), [[own, other, own, other, own]]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^s\.t: 2 values of "v" are not /);
  });

  it('are none in a JSON column', async () => {
    const values: AttributeValue[] = [{ S: 'a' }, { N: N38 }, { L: [{ NULL: true }] }, { NULL: true }, { BOOL: false }];
    expect(await read(column({ kind: 'json' }), [values])).toMatchObject({
      values: ['"a"', `"${N38}"`, '[null]', null, 'false'],
      warnings: [],
    });
  });

  it('are counted in an attribute that became the key of an index later, too', async () => {
    const { values, warnings } = await read(column(TEXT, { source: 'key' }), [[{ S: 'a' }, { N: '1' }]]);
    expect(values).toEqual(['a', null]);
    expect(warnings[0]).toContain('1 value of "v" are not VARCHAR');
  });
});

describe('pages that need different types', () => {
  it('become one column that holds them all exactly', async () => {
    const pages = [numbers('1', '2'), numbers(N38), numbers('5'), numbers('-3')];
    expect(await staged(column(BIGINT), pages)).toMatchObject({
      type: 'HUGEINT',
      values: [1n, 2n, BigInt(N38), 5n, -3n],
      warnings: [],
      widened: true,
    });
  });

  it('are exact where what they hold fits one type, though their types together do not', async () => {
    const fine = '0.1234567890123456789012345';
    expect(await staged(column(BIGINT), [numbers('1', '-2'), numbers(fine), numbers('300')])).toMatchObject({
      type: 'DECIMAL(38,25)',
      values: ['1', '-2', fine, '300'].map((text) => (text === fine ? fine : `${text}.${'0'.repeat(25)}`)),
      warnings: [],
    });
  });

  it('are exact in lists, sets and maps, too', async () => {
    const fine = '0.1234567890123456789012345';
    const zeros = '0'.repeat(25);
    const list: ColumnType = { kind: 'list', element: BIGINT };
    const lists: AttributeValue[][] = [[{ L: numbers('12', '3') }, { L: [] }], [{ L: numbers(fine) }]];
    expect(await staged(column(list), lists)).toMatchObject({
      type: 'DECIMAL(38,25)[]',
      values: [[`12.${zeros}`, `3.${zeros}`], [], [fine]],
      warnings: [],
    });
    const set: ColumnType = { kind: 'set', element: { kind: 'bigint' } };
    expect(await staged(column(set), [[{ NS: ['12'] }], [{ NS: [fine] }]])).toMatchObject({
      type: 'DECIMAL(38,25)[]',
      values: [[`12.${zeros}`], [fine]],
      warnings: [],
    });
    const maps: AttributeValue[][] = [
      [{ M: { a: { L: [{ M: { a: { N: '12' } } }] } } }, { M: {} }],
      [{ M: { a: { L: [{ M: { a: { N: fine } } }, { M: {} }] } } }],
    ];
    expect(await staged(column(structOf({ kind: 'list', element: structOf(BIGINT) })), maps)).toMatchObject({
      type: 'STRUCT("a" STRUCT("a" DECIMAL(38,25))[])',
      values: [[[[`12.${zeros}`]]], [null], [[[fine], [null]]]],
      warnings: [],
    });
  });

  it('are rounded only where no type fits what they hold, with a warning that counts what was', async () => {
    const fine = `0.${'1'.repeat(38)}`;
    const found = await staged(column(BIGINT), [numbers('1', '123456789012345678'), numbers(fine), numbers('5')]);
    expect(found.type).toBe('DOUBLE');
    const expected = [1 / 9, 1, 5, 123456789012345680];
    const values = found.values.map(Number).sort((a, b) => a - b);
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i] ?? 0, 14);
    expect(found.warnings).toEqual([
      's.t: 2 values of "v" may be rounded, because no exact SQL type fits all of its numbers; _item shows all digits',
    ]);
  });

  it('are rounded with a warning when they are nested, too', async () => {
    const fine = `0.${'1'.repeat(38)}`;
    const pages: AttributeValue[][] = [
      [{ L: numbers('123456789012345678') }, { L: numbers('1') }],
      [{ L: numbers(fine) }],
    ];
    const found = await staged(column({ kind: 'list', element: BIGINT }), pages);
    expect(found.type).toBe('DOUBLE[]');
    expect(found.warnings).toEqual([
      's.t: 2 values of "v" may be rounded, because no exact SQL type fits all of its numbers; _item shows all digits',
    ]);
  });

  it('may alternate for long: parts of the same type are one', async () => {
    const pages = Array.from({ length: 60 }, (_, i) =>
      numbers(i % 2 === 0 ? `0.${'1'.repeat(30)}` : `${'9'.repeat(30)}`),
    );
    const found = await staged(column({ kind: 'decimal', precision: 38, scale: 30 }), pages);
    expect(found.values).toHaveLength(60);
    expect(found.warnings[0]).toContain('60 values of "v" may be rounded');
  });

  it('hold 19 digits beside fractions, though BIGINT promises 18', async () => {
    const fine = '0.12345678901234567891';
    expect((await staged(column(BIGINT), [numbers('9000000000000000000'), numbers('1')])).values).toEqual([
      9n * 10n ** 18n,
      1n,
    ]);
    const found = await staged(column(BIGINT), [numbers('9000000000000000000'), numbers(fine)]);
    expect(found.type).toBe('DOUBLE');
    expect(found.values.map(Number)).toEqual([9e18, Number(fine)]);
    expect(found.warnings).toHaveLength(1);
  });
});

function structOf(type: ColumnType): ColumnType {
  return { kind: 'struct', fields: [{ name: 'a', attribute: 'a', type }] };
}

describe('several pages at once', () => {
  const own = column(BIGINT);

  async function countsOf(table: StagedTable, workspace: Workspace): Promise<ResultValue[]> {
    await table.finish();
    const { source } = await stagedSource(workspace, { columns: [own], fetched: [own], staged: table });
    const [row = []] = await workspace.rows(`SELECT count(*), count(DISTINCT v), sum(v) FROM ${source}`);
    return row.map(Number);
  }

  /** Page `p` holds 100 numbers from `p * 100`; every fifth page has one that is too wide for a BIGINT. */
  function pageAt(p: number): { items: Buffer; itemCount: number } {
    const texts = Array.from({ length: 100 }, (_, i) => (p % 5 === 0 && i === 7 ? `${p}.5` : String(p * 100 + i)));
    return { items: pageOf(numbers(...texts)), itemCount: 100 };
  }

  it('are all staged, each once, also those with numbers that do not fit', async () => {
    const workspace = await compute.openWorkspace(never);
    const table = new StagedTable(workspace, 'ref_0', [own]);
    let sum = 0;
    for (let p = 0; p < 40; p++) {
      await table.add(pageAt(p));
      for (let i = 0; i < 100; i++) sum += p % 5 === 0 && i === 7 ? p + 0.5 : p * 100 + i;
    }
    expect(await countsOf(table, workspace)).toEqual([4000, 4000, sum]);
    await workspace.close();
  });

  it('are all staged when their rows are packed in between', async () => {
    const workspace = await compute.openWorkspace(never);
    const table = new StagedTable(workspace, 'ref_0', [own], { packRows: 250 });
    let sum = 0;
    for (let p = 0; p < 40; p++) {
      await table.add(pageAt(p));
      for (let i = 0; i < 100; i++) sum += p % 5 === 0 && i === 7 ? p + 0.5 : p * 100 + i;
    }
    expect(await countsOf(table, workspace)).toEqual([4000, 4000, sum]);
    await workspace.close();
  });

  it('are taken as far as there are lanes for them', async () => {
    const workspace = await compute.openWorkspace(never);
    const table = new StagedTable(workspace, 'ref_0', [own]);
    const taken: number[] = [];
    const all = Array.from({ length: 8 }, (_, p) => table.add(pageAt(p)).then(() => taken.push(p)));
    await new Promise(setImmediate);
    expect(taken).toEqual([0, 1, 2, 3]);
    await Promise.all(all);
    expect((await countsOf(table, workspace))[0]).toBe(800);
    expect(table.stagedParts.length).toBeGreaterThan(1);
    await workspace.close();
  });

  it('may be of several references of one statement', async () => {
    const workspace = await compute.openWorkspace(never);
    const tables = Array.from({ length: 4 }, (_, i) => new StagedTable(workspace, `ref_${i}`, [own]));
    const counts = await Promise.all(
      tables.map(async (table, i) => {
        for (let p = 0; p <= 5 * i; p++) await table.add(pageAt(p));
        return (await countsOf(table, workspace))[0];
      }),
    );
    expect(counts).toEqual([100, 600, 1100, 1600]);
    await workspace.close();
  });

  it('fail together: the error of one is that of the next and of the end', async () => {
    const workspace = await compute.openWorkspace(never);
    const table = new StagedTable(workspace, 'ref_0', [own]);
    await table.add({ items: Buffer.from('this is no JSON'), itemCount: 1 });
    await expect(table.finish()).rejects.toThrow(/JSON/);
    await expect(table.add(pageAt(1))).rejects.toThrow(/JSON/);
    await workspace.close();
  });

  it('are refused when there are not as many rows as DynamoDB says', async () => {
    for (const itemCount of [99, 101]) {
      const workspace = await compute.openWorkspace(never);
      const table = new StagedTable(workspace, 'ref_0', [own]);
      await table.add({ ...pageAt(1), itemCount });
      await expect(table.finish()).rejects.toMatchObject({ code: 'INTERNAL' });
      await workspace.close();
    }
  });

  it('are dropped in the middle when the statement is closed', async () => {
    const caller = new AbortController();
    const workspace = await compute.openWorkspace(caller.signal);
    const table = new StagedTable(workspace, 'ref_0', [own]);
    for (let p = 0; p < 4; p++) await table.add(pageAt(p));
    caller.abort(new Error('enough'));
    await workspace.close();
    await expect(table.finish()).rejects.toThrow();
    const other = await compute.openWorkspace(never);
    const left = await other.rows("SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'stmt_%'");
    expect(left).toEqual([[0n]]);
    await other.close();
  });
});

it('a reference of no pages has no rows', async () => {
  const workspace = await compute.openWorkspace(never);
  const table = new StagedTable(workspace, 'ref_0', [column(BIGINT)]);
  await table.finish();
  const columns = [column(BIGINT)];
  const { source } = await stagedSource(workspace, { columns, fetched: columns, staged: table });
  expect(await workspace.rows(`SELECT v FROM ${source}`)).toEqual([]);
  expect(await table.warnings('s.t', [0])).toEqual([]);
  await workspace.close();
});
