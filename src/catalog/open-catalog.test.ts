import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { sqlTypeName } from './column-type.js';
import type { CatalogProgress } from './describe-entry.js';
import type { CatalogTable } from './model.js';
import { type CatalogSchema, openCatalog } from './open-catalog.js';
import { describedAs, FakeDynamodb } from './testing/fake-dynamodb.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const signal = new AbortController().signal;
const orders = { schema: 'shop', table: 'orders' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A catalog of the schema `shop` with the table `orders`, a clock to move, and ways to open it again. */
async function shop(changes: Partial<CatalogSchema> = {}) {
  const fake = new FakeDynamodb();
  const items = Array.from({ length: 2000 }, (_, i) => ({ id: { S: `o${i}` }, total: { N: `${i}` } }));
  const table = fake.add(describedAs({ itemCount: 2000, sizeBytes: 60_000 }), items);
  const cacheDirectory = await temporaryDirectory();
  const time = { now: Date.parse('2026-01-31T12:00:00Z') };
  const progress: CatalogProgress[] = [];
  const schema: CatalogSchema = {
    name: 'shop',
    reader: fake.reader,
    directory: fake.directory,
    tables: '*',
    declarations: {},
    cacheKey: 'account 1',
    ...changes,
  };
  const open = (more: Partial<CatalogSchema> = {}) =>
    openCatalog({
      schemas: () => [{ ...schema, ...more }],
      cacheDirectory,
      clock: () => new Date(time.now),
      onProgress: (event) => progress.push(event),
    });
  return { fake, table, time, progress, cacheDirectory, open, catalog: open() };
}

function brief(table: CatalogTable): string[] {
  return table.columns.map((column) => `${column.name} ${sqlTypeName(column.type)}`);
}

describe('a table', () => {
  it('is described and sampled at first use, and then neither', async () => {
    const { fake, catalog, progress } = await shop();
    const first = await catalog.table(orders, signal);
    expect(brief(first)).toEqual(['id VARCHAR', 'total BIGINT']);
    expect(first).toMatchObject({ schema: 'shop', name: 'orders', describedAt: '2026-01-31T12:00:00.000Z' });
    const scans = fake.scans.length;
    expect(await catalog.table(orders, signal)).toBe(first);
    expect([fake.describes, fake.scans.length]).toEqual([1, scans]);
    expect(progress.map(({ kind }) => kind)).toEqual(['describing', 'sampling', 'sampled']);
  });

  it('is remembered over a restart, but not for another account or other declarations', async () => {
    const { fake, catalog, open } = await shop();
    const first = await catalog.table(orders, signal);
    expect(await open().table(orders, signal)).toEqual(first);
    expect(fake.describes).toBe(1);
    await open({ cacheKey: 'account 2' }).table(orders, signal);
    expect(fake.describes).toBe(2);
    const declared = await open({ declarations: { orders: { total: 'double' } } }).table(orders, signal);
    expect(brief(declared)).toEqual(['id VARCHAR', 'total DOUBLE']);
  });

  it('is described again after ten minutes, and keeps its sample', async () => {
    const { fake, catalog, time } = await shop();
    const first = await catalog.table(orders, signal);
    const scans = fake.scans.length;
    time.now += 10 * MINUTE;
    const again = await catalog.table(orders, signal);
    expect([fake.describes, fake.scans.length]).toEqual([2, scans]);
    expect(again.describedAt).toBe('2026-01-31T12:10:00.000Z');
    expect(again.sample).toEqual(first.sample);
  });

  it('is sampled again after a day', async () => {
    const { catalog, time } = await shop();
    await catalog.table(orders, signal);
    time.now += 24 * HOUR;
    expect((await catalog.table(orders, signal)).sample?.takenAt).toBe('2026-02-01T12:00:00.000Z');
  });

  it.each([
    [2400, false],
    [2401, true],
    [1599, true],
  ])('whose 2000 items have become %i is sampled again: %s', async (itemCount, resampled) => {
    const { catalog, table, time, fake } = await shop();
    await catalog.table(orders, signal);
    const scans = fake.scans.length;
    table.description = { ...table.description, itemCount };
    time.now += 10 * MINUTE;
    await catalog.table(orders, signal);
    expect(fake.scans.length > scans).toBe(resampled);
  });

  it('is sampled again when its keys or those of its indexes have changed', async () => {
    const { catalog, table, time } = await shop();
    await catalog.table(orders, signal);
    const index = { kind: 'global', sortKeys: [], usable: false, itemCount: 0, sizeBytes: 0 } as const;
    const partitionKeys = [{ name: 'customer', type: 'S' }] as const;
    const byCustomer = { ...index, name: 'by-customer', partitionKeys, projection: { kind: 'all' } } as const;
    table.description = { ...table.description, indexes: [byCustomer] };
    time.now += 10 * MINUTE;
    expect(brief(await catalog.table(orders, signal))).toContain('customer VARCHAR');
  });

  it('without items is looked at again soon, because it may be filled at any moment', async () => {
    const { catalog, table, time } = await shop();
    const items = table.items.splice(0);
    table.description = { ...table.description, itemCount: 0, sizeBytes: 0 };
    expect(brief(await catalog.table(orders, signal))).toEqual(['id VARCHAR']);
    table.items.push(...items);
    time.now += 10_000;
    expect(brief(await catalog.table(orders, signal))).toEqual(['id VARCHAR', 'total BIGINT']);
  });

  it('is described anew on refresh, whatever is cached', async () => {
    const { catalog, table } = await shop();
    await catalog.table(orders, signal);
    table.items = table.items.map((item) => ({ ...item, note: { S: '' } }));
    expect(brief(await catalog.refresh(orders, signal))).toContain('note VARCHAR');
    expect(brief(await catalog.table(orders, signal))).toContain('note VARCHAR');
  });

  it('named like a property of objects has no declarations by accident', async () => {
    const { catalog, fake } = await shop();
    fake.add(describedAs({ name: 'constructor' }), [{ id: { S: '' } }]);
    expect(brief(await catalog.table({ schema: 'shop', table: 'constructor' }, signal))).toEqual(['id VARCHAR']);
  });
});

describe('a table that may not be sampled', () => {
  const denied = new HeadgateError('AWS_ACCESS_DENIED', 'AWS refused Scan.');

  it('has its keys alone, which say why', async () => {
    const { catalog, fake } = await shop();
    fake.scanError = denied;
    const table = await catalog.table(orders, signal);
    expect(table.sample).toBeUndefined();
    expect(table.columns).toMatchObject([{ name: 'id', reason: expect.stringContaining('not permitted') }]);
  });

  it('is sampled once it may be', async () => {
    const { catalog, fake, time } = await shop();
    fake.scanError = denied;
    await catalog.table(orders, signal);
    fake.scanError = undefined;
    time.now += 10 * MINUTE;
    expect(brief(await catalog.table(orders, signal))).toEqual(['id VARCHAR', 'total BIGINT']);
  });

  it('keeps the sample that it had', async () => {
    const { catalog, fake, time } = await shop();
    await catalog.table(orders, signal);
    fake.scanError = denied;
    time.now += 25 * HOUR;
    const table = await catalog.table(orders, signal);
    expect(brief(table)).toEqual(['id VARCHAR', 'total BIGINT']);
    expect(table).toMatchObject({
      describedAt: '2026-02-01T13:00:00.000Z',
      sample: { takenAt: '2026-01-31T12:00:00.000Z' },
    });
  });
});

describe('a failure', () => {
  it('is not remembered', async () => {
    const { catalog, fake } = await shop();
    fake.scanError = new HeadgateError('DYNAMODB_THROTTLED', 'Slow down.');
    await expect(catalog.table(orders, signal)).rejects.toMatchObject({ code: 'DYNAMODB_THROTTLED' });
    fake.scanError = undefined;
    expect(brief(await catalog.table(orders, signal))).toEqual(['id VARCHAR', 'total BIGINT']);
  });

  it('of one schema or table leaves the others alone', async () => {
    const { catalog } = await shop();
    await expect(catalog.table({ schema: 'shop', table: 'missing' }, signal)).rejects.toThrow();
    await expect(catalog.table(orders, signal)).resolves.toBeDefined();
  });

  it('to write the cache is told, and the table is there all the same', async () => {
    const { catalog, cacheDirectory, progress } = await shop();
    await writeFile(path.join(cacheDirectory, 'shop'), 'a file where the folder should be');
    expect(brief(await catalog.table(orders, signal))).toEqual(['id VARCHAR', 'total BIGINT']);
    expect(progress.at(-1)).toMatchObject({ kind: 'not-saved', schema: 'shop', table: 'orders' });
  });

  it('in a file of the cache only means that the table is described again', async () => {
    const { catalog, open, cacheDirectory, fake } = await shop();
    const first = await catalog.table(orders, signal);
    const file = path.join(cacheDirectory, 'shop', 'orders.json');
    await writeFile(file, (await readFile(file, 'utf8')).slice(1));
    expect(await open().table(orders, signal)).toEqual({ ...first, sample: expect.anything() });
    expect(fake.describes).toBe(2);
  });
});

describe('callers at the same time', () => {
  it('share one description of a table', async () => {
    const { catalog, fake } = await shop();
    const tables = await Promise.all([1, 2, 3].map(() => catalog.table(orders, signal)));
    expect(fake.describes).toBe(1);
    expect(new Set(tables).size).toBe(1);
  });

  it('are not cancelled with one of them', async () => {
    const { catalog, fake } = await shop();
    const leaver = new AbortController();
    fake.beforeDescribe = async () => leaver.abort();
    const left = catalog.table(orders, leaver.signal);
    const stayed = catalog.table(orders, signal);
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(brief(await stayed)).toEqual(['id VARCHAR', 'total BIGINT']);
    expect(fake.describes).toBe(1);
  });

  it('may widen a column while it is described again, and the widening stays', async () => {
    const { catalog, fake, time } = await shop();
    await catalog.table(orders, signal);
    time.now += 25 * HOUR;
    fake.beforeDescribe = () => catalog.widen(orders, [{ attribute: 'total', type: { kind: 'hugeint' } }]);
    expect(brief(await catalog.table(orders, signal))).toEqual(['id VARCHAR', 'total HUGEINT']);
  });
});

describe('a widened column', () => {
  const decimal = { kind: 'decimal', precision: 38, scale: 2 } as const;

  it('stays so over time and over a restart, and says so', async () => {
    const { catalog, open, time } = await shop();
    await catalog.table(orders, signal);
    await catalog.widen(orders, [{ attribute: 'total', type: decimal }]);
    const table = await catalog.table(orders, signal);
    expect(table.columns[1]).toMatchObject({ type: decimal, reason: expect.stringContaining('widened') });
    time.now += 25 * HOUR;
    expect(brief(await open().table(orders, signal))).toEqual(['id VARCHAR', 'total DECIMAL(38,2)']);
  });

  it('never becomes narrower by widening', async () => {
    const { catalog } = await shop();
    await catalog.table(orders, signal);
    await catalog.widen(orders, [{ attribute: 'total', type: decimal }]);
    await catalog.widen(orders, [{ attribute: 'total', type: { kind: 'bigint' } }]);
    expect(brief(await catalog.table(orders, signal))).toEqual(['id VARCHAR', 'total DECIMAL(38,2)']);
  });

  it('is sampled afresh on refresh', async () => {
    const { catalog } = await shop();
    await catalog.table(orders, signal);
    await catalog.widen(orders, [{ attribute: 'total', type: { kind: 'double' } }]);
    expect(brief(await catalog.refresh(orders, signal))).toEqual(['id VARCHAR', 'total BIGINT']);
  });

  it('is not one that was declared, nor of a table that is not known', async () => {
    const { catalog } = await shop({ declarations: { orders: { total: 'bigint' } } });
    await catalog.widen(orders, [{ attribute: 'total', type: { kind: 'double' } }]);
    await catalog.table(orders, signal);
    await catalog.widen(orders, [{ attribute: 'total', type: { kind: 'double' } }]);
    expect(brief(await catalog.table(orders, signal))).toEqual(['id VARCHAR', 'total BIGINT']);
  });
});

describe('names', () => {
  it('of tables are listed once in a while, sorted', async () => {
    const { catalog, fake, time } = await shop();
    fake.add(describedAs({ name: 'customers' }), []);
    expect(await catalog.listTables('shop', signal)).toEqual(['customers', 'orders']);
    await catalog.listTables('shop', signal);
    expect(fake.lists).toBe(1);
    time.now += 30_000;
    await catalog.listTables('shop', signal);
    expect(fake.lists).toBe(2);
  });

  it('of tables are those let through, when there is a list of them', async () => {
    const { catalog, fake } = await shop({ tables: ['orders', 'customers'] });
    expect(await catalog.listTables('shop', signal)).toEqual(['customers', 'orders']);
    expect(fake.lists).toBe(0);
  });

  it('of tables that may not be seen and of tables that do not exist give the same error', async () => {
    const { catalog, fake } = await shop({ tables: ['orders', 'missing'] });
    fake.add(describedAs({ name: 'secrets' }), []);
    const failure = (table: string) =>
      catalog.table({ schema: 'shop', table }, signal).then(
        () => undefined,
        ({ code, message, detail, hint }: HeadgateError) => ({
          code,
          message: message.replace(table, '?'),
          detail,
          hint,
        }),
      );
    const hidden = await failure('secrets');
    expect(hidden).toMatchObject({ code: 'TABLE_NOT_FOUND', message: 'There is no table "?" in schema "shop".' });
    expect(await failure('nowhere')).toEqual(hidden);
    // This one is let through, but is not there.
    expect(await failure('missing')).toEqual(hidden);
    expect(fake.scans).toHaveLength(0);
  });

  it('of tables that are nearly right are suggested, if they may be seen', async () => {
    const { catalog, fake } = await shop();
    const ask = catalog.table({ schema: 'shop', table: 'ordres' }, signal);
    await expect(ask).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND', hint: 'Did you mean "orders"?' });
    fake.add(describedAs({ name: 'orders2' }), []);
    const limited = await shop({ tables: ['things'] });
    const other = limited.catalog.table({ schema: 'shop', table: 'ordres' }, signal);
    await expect(other).rejects.toMatchObject({ hint: expect.not.stringContaining('orders') });
  });

  it('that DynamoDB does not allow are not asked for', async () => {
    const { catalog, fake } = await shop();
    for (const table of ['x', 'a b c', 'arn:aws:dynamodb:eu-west-1:1:table/orders']) {
      await expect(catalog.table({ schema: 'shop', table }, signal)).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    }
    expect(fake.describes).toBe(0);
  });

  it('of a table that was dropped is forgotten, in the cache too', async () => {
    const { catalog, open, fake, time, table } = await shop();
    await catalog.table(orders, signal);
    fake.tables.clear();
    time.now += 10 * MINUTE;
    await expect(catalog.table(orders, signal)).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    fake.tables.set('orders', table);
    time.now -= 10 * MINUTE;
    await open().table(orders, signal);
    expect(fake.describes).toBe(3);
  });

  it('of schemas are in configured order, and an unknown one is an error with the nearest', async () => {
    const { catalog } = await shop();
    expect(catalog.schemas).toEqual(['shop']);
    const ask = catalog.listTables('shpo', signal);
    await expect(ask).rejects.toMatchObject({ code: 'SCHEMA_NOT_FOUND', hint: 'Did you mean "shop"?' });
    await expect(catalog.table({ schema: 'x', table: 'y' }, signal)).rejects.toMatchObject({
      code: 'SCHEMA_NOT_FOUND',
    });
  });
});
