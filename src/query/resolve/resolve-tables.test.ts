import { describe, expect, test } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Catalog } from '../../catalog/model.js';
import { EditedText } from '../parse/edited-text.js';
import { parseQuery } from '../parse/parse-statement.js';
import { BIGINT, catalogTable, TEXT } from '../testing/catalog-table.js';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { findTables } from './find-tables.js';
import { displayName } from './reference.js';
import { resolveTables } from './resolve-tables.js';

const planner = temporaryPlanner();

const TABLES: Readonly<Record<string, readonly string[]>> = {
  shop: ['customers', 'orders', 'Mixed', 'mixed'],
  Archive: ['orders', 'Invoices'],
  closed: ['broken'],
};
const CATALOG: Catalog = {
  schemas: ['shop', 'Archive'],
  listTables: async (schema) => TABLES[schema] ?? [],
  table: async ({ schema, table }) => {
    if (table === 'broken') throw new HeadgateError('AWS_ACCESS_DENIED', 'no', { detail: 'why', hint: 'what' });
    const expiry = table === 'Invoices' ? ({ kind: 'unknown', reason: 'not allowed' } as const) : undefined;
    return { expiry, ...catalogTable({ name: table, sortKey: 'sk N', columns: { pk: TEXT, sk: BIGINT } }), schema };
  },
};

async function resolved(sql: string, defaultSchema?: string, schemas = CATALOG.schemas) {
  const text = EditedText.of(sql);
  const names = findTables(await parseQuery(text, planner()), text);
  const catalog = { ...CATALOG, schemas };
  return resolveTables(names, text, { catalog, defaultSchema, signal: new AbortController().signal, now: new Date() });
}
const nameOf = async (sql: string, defaultSchema?: string) => (await resolved(sql, defaultSchema)).map(displayName);

describe('a table name', () => {
  test.each([
    ['FROM shop.orders', 'shop.orders'],
    ['FROM SHOP.Orders', 'shop.orders'],
    ['FROM customers', 'shop.customers'],
    ['FROM INVOICES', 'Archive.Invoices'],
    ['FROM "Mixed"', 'shop.Mixed'],
    ['FROM mixed', 'shop.mixed'],
    ['FROM information_schema.tables', 'information_schema.tables'],
    ['FROM "INFORMATION_SCHEMA".Columns', 'information_schema.columns'],
  ])('is found exactly, else without regard to case: %s', async (sql, name) => {
    expect(await nameOf(sql)).toEqual([name]);
  });

  test('that several schemas have is taken from the default schema', async () => {
    expect(await nameOf('FROM orders', 'archive')).toEqual(['Archive.orders']);
    expect(await nameOf('FROM shop.orders', 'archive')).toEqual(['shop.orders']);
  });

  test.each([
    ['FROM orders', undefined, 'SQL_INVALID', 'Write shop.orders or Archive.orders, or choose a default schema.'],
    ['FROM MIXED', undefined, 'TABLE_NOT_FOUND', 'Did you mean shop.Mixed?'],
    ['FROM custmers', undefined, 'TABLE_NOT_FOUND', 'Did you mean shop.customers?'],
    ['FROM shop.custmers', undefined, 'TABLE_NOT_FOUND', 'Did you mean customers?'],
    ['FROM zzzzzz', undefined, 'TABLE_NOT_FOUND', 'SHOW TABLES lists what there is.'],
    ['FROM shpo.orders', undefined, 'SCHEMA_NOT_FOUND', 'Did you mean shop?'],
    ['FROM pg_catalog.pg_class', undefined, 'SCHEMA_NOT_FOUND', 'Configured: shop, Archive.'],
    ['FROM customers', 'archive', 'TABLE_NOT_FOUND', 'SHOW TABLES lists what there is.'],
    ['FROM information_schema.table', undefined, 'TABLE_NOT_FOUND', 'Did you mean information_schema.tables?'],
    ['FROM information_schema.schemata', undefined, 'TABLE_NOT_FOUND', 'There are tables and columns.'],
  ])('that is none, or more than one, is an error with what to do: %s (%s)', async (sql, schema, code, hint) => {
    await expect(resolved(sql, schema)).rejects.toMatchObject({ code, hint, position: { line: 1, column: 6 } });
  });

  test('that is newer than the list is found in a fresh one', async () => {
    const text = EditedText.of('FROM newcomer');
    const names = findTables(await parseQuery(text, planner()), text);
    const listTables: Catalog['listTables'] = async (_schema, _signal, options) =>
      options?.fresh === true ? ['newcomer'] : [];
    const catalog = { ...CATALOG, schemas: ['shop'], listTables };
    const context = { catalog, defaultSchema: undefined, signal: new AbortController().signal, now: new Date() };
    expect((await resolveTables(names, text, context)).map(displayName)).toEqual(['shop.newcomer']);
  });

  test('is taken as written by those who may not list the tables', async () => {
    const text = EditedText.of('FROM orders');
    const names = findTables(await parseQuery(text, planner()), text);
    const listTables = async () => {
      throw new HeadgateError('AWS_ACCESS_DENIED', 'no dynamodb:ListTables');
    };
    const catalog = { ...CATALOG, schemas: ['shop'], listTables };
    const context = { catalog, defaultSchema: undefined, signal: new AbortController().signal, now: new Date() };
    expect((await resolveTables(names, text, context)).map(displayName)).toEqual(['shop.orders']);
  });

  test('errors of the catalog get the place of the name', async () => {
    await expect(resolved('SELECT 1\nFROM closed.broken', undefined, ['closed'])).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      message: 'no',
      detail: 'why',
      hint: 'what',
      position: { line: 2, column: 6 },
    });
  });
});

describe('a reference', () => {
  test('has a slot and an alias of its own for every mention', async () => {
    const references = await resolved('FROM customers, customers c');
    expect(references.map(({ slot, alias }) => [slot, alias])).toEqual([
      [0, 'customers'],
      [1, 'c'],
    ]);
  });

  test('has the column _item only where the statement names it', async () => {
    const columns = async (sql: string) => (await resolved(sql))[0]?.columns.map(({ name }) => name);
    expect(await columns('FROM customers')).toEqual(['pk', 'sk']);
    expect(await columns("SELECT c._ITEM->>'x' FROM customers c")).toEqual(['pk', 'sk', '_item']);
    expect(await columns('SELECT "_item" FROM information_schema.tables')).not.toContain('_item');
  });

  test('says when expired items cannot be hidden, because nobody knows which they are', async () => {
    const [reference] = await resolved('FROM Invoices');
    expect(reference?.expiry).toBeUndefined();
    expect(reference?.warnings).toEqual([
      expect.stringMatching(/^Archive.Invoices: expired items are not hidden.*not allowed/),
    ]);
  });

  test('is one of at most 64', async () => {
    const list = (count: number) => `FROM ${Array.from({ length: count }, (_, i) => `customers c${i}`).join(', ')}`;
    expect(await resolved(list(64))).toHaveLength(64);
    await expect(resolved(list(65))).rejects.toMatchObject({ code: 'SQL_UNSUPPORTED' });
  });
});

describe('information_schema', () => {
  async function rows(sql: string, schemas: readonly string[]) {
    const [reference] = await resolved(sql, undefined, schemas);
    return reference?.source.kind === 'catalog' ? reference.source.rows : [];
  }

  test('lists the tables of all schemas', async () => {
    expect(await rows('FROM information_schema.tables', ['Archive'])).toEqual([
      ['headgate', 'Archive', 'orders', 'BASE TABLE', 10_000n, 4_000_000n, 'on-demand'],
      ['headgate', 'Archive', 'Invoices', 'BASE TABLE', 10_000n, 4_000_000n, 'on-demand'],
    ]);
  });

  test('lists a table that may not be described, with nothing but its name, and says why', async () => {
    const [reference] = await resolved('FROM information_schema.tables', undefined, ['closed']);
    expect(reference?.source).toMatchObject({
      rows: [['headgate', 'closed', 'broken', 'BASE TABLE', null, null, null]],
    });
    expect(reference?.warnings).toEqual(['closed.broken could not be described: why']);
    expect(await rows('FROM information_schema.columns', ['closed'])).toEqual([]);
  });

  test('lists the columns of all tables, with the role of keys', async () => {
    expect((await rows('FROM information_schema.columns', ['Archive'])).slice(0, 2)).toEqual([
      ['headgate', 'Archive', 'orders', 'pk', 1n, 'NO', 'VARCHAR', 'pk', 'partition key', 1, ''],
      ['headgate', 'Archive', 'orders', 'sk', 2n, 'NO', 'BIGINT', 'sk', 'sort key', 1, ''],
    ]);
  });
});
