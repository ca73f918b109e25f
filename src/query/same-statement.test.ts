import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ColumnType } from '../catalog/column-type.js';
import type { CatalogTable } from '../catalog/model.js';
import type { GetItemRequest } from '../dynamodb/table-reader.js';
import { openEngine } from './open-engine.js';
import type { Engine, Parameters } from './statement.js';
import { BIGINT, catalogTable, TEXT } from './testing/catalog-table.js';

let directory: string;
let engine: Engine;
/** What the catalog says at the moment. */
let table: CatalogTable;
let asked: GetItemRequest[];

const HUGEINT: ColumnType = { kind: 'hugeint' };
const never = new AbortController().signal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headgate-engine-'));
  table = catalogTable({ columns: { pk: TEXT, n: BIGINT } });
  asked = [];
  const refuse = () => Promise.reject(new Error('this call was not expected'));
  engine = await openEngine({
    catalog: { schemas: ['test'], listTables: async () => ['t'], table: async () => table, widen: async () => {} },
    readerOf: () => ({
      batchGetItem: refuse,
      query: refuse,
      scan: refuse,
      getItem: async (request) => {
        asked.push(request);
        const items = Buffer.from(JSON.stringify([{ ...request.key, n: { N: '7' }, note: { S: 'hello' } }]));
        return { items, itemCount: 1, scannedCount: 1, lastEvaluatedKey: undefined, readUnits: 0.5 };
      },
    }),
    tempDirectory: directory,
    memoryBytes: 2 ** 28,
    tempDiskBytes: 2 ** 28,
    threads: 1,
    timeoutMs: undefined,
    maxUnits: undefined,
  });
});

afterEach(async () => {
  await engine.close();
  await rm(directory, { recursive: true, force: true });
});

async function ask(sql: string, parameters?: Parameters) {
  const result = await engine.run({ sql, ...(parameters === undefined ? {} : { parameters }) }, never);
  const rows = [];
  for await (const batch of result.batches) rows.push(...batch);
  return { names: result.columns.map(({ name }) => name), rows };
}

test('the same text gives the columns that the table has at that time', async () => {
  const sql = "SELECT * FROM t WHERE pk = 'a'";
  expect(await ask(sql)).toEqual({ names: ['pk', 'n'], rows: [['a', 7n]] });
  table = catalogTable({ columns: { pk: TEXT, n: BIGINT, note: TEXT } });
  expect(await ask(sql)).toEqual({ names: ['pk', 'n', 'note'], rows: [['a', 7n, 'hello']] });
  table = catalogTable({ columns: { pk: TEXT, n: TEXT } });
  expect(await ask(sql)).toEqual({ names: ['pk', 'n'], rows: [['a', null]] });
});

test('the same text reads by the keys that the table has at that time', async () => {
  const sql = "SELECT n FROM t WHERE pk = 'a' AND note = 'hello'";
  table = catalogTable({ sortKey: 'note S', columns: { pk: TEXT, note: TEXT, n: BIGINT } });
  expect(await ask(sql)).toEqual({ names: ['n'], rows: [[7n]] });
  table = catalogTable({ columns: { pk: TEXT, n: BIGINT, note: TEXT } });
  await ask(sql);
  expect(asked.map(({ key }) => Object.keys(key))).toEqual([['pk', 'note'], ['pk']]);
});

test('the same text with other values reads those', async () => {
  for (const value of ['a', "it's", 'é 😀', '$1', "a' OR pk = 'b"]) {
    const quoted = value.replaceAll("'", "''");
    expect((await ask(`SELECT pk FROM t WHERE pk = '${quoted}'`)).rows).toEqual([[value]]);
    expect((await ask('SELECT pk FROM t WHERE pk = ?', { kind: 'positional', values: [value] })).rows).toEqual([
      [value],
    ]);
  }
  table = catalogTable({ partitionKey: 'pk N', columns: { pk: HUGEINT, n: BIGINT } });
  for (const value of [0, 5, -5, 123456789, 1234567890123456789n, 12345678901234567890123456789012345678n]) {
    const parameters = { kind: 'positional', values: [value] } as const;
    await ask('SELECT n FROM t WHERE pk = ?', parameters);
    await ask(`SELECT n FROM t WHERE pk = ${value}`);
    const key = { pk: { N: String(value) } };
    expect(asked.slice(-2).map((request) => request.key)).toEqual([key, key]);
  }
});

test('an error in the same text with other values is told at its own place', async () => {
  const positions = [];
  for (const value of ['a', 'a much longer one', 'é']) {
    const failed = ask(`SELECT n FROM t WHERE pk = '${value}' AND EXISTS (SELECT 1 FROM nowhere)`);
    positions.push(await failed.then(undefined, (error) => error.position.column));
  }
  expect(positions).toEqual([58, 74, 58]);
});

test('a signal that is aborted before it begins ends it also when its text is known', async () => {
  const sql = "SELECT * FROM t WHERE pk = 'a'";
  await ask(sql);
  await expect(engine.run({ sql }, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(asked).toHaveLength(1);
});
