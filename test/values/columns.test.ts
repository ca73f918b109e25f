import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../src/dynamodb/attribute-value.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

const WIDTHS = [100, 400];
const partitionKey = { name: 'id', type: 'S' } as const;

/** Attribute `a<i>` of item `k` is the number k * 1000 + i, or in a few places text. */
function wideItem(width: number, k: number): Item {
  const attributes = Array.from({ length: width }, (_, i): [string, Item[string]] => [
    `a${i}`,
    k === 3 && i % 100 === 30 ? { S: 'text' } : { N: String(k * 1000 + i) },
  ]);
  return { id: { S: `k${k}` }, ...Object.fromEntries(attributes) };
}

/** Pages of a megabyte: 300 items of 10 KB are three of them. */
function bigItem(k: number): Item {
  return { id: { S: `k${k}` }, n: { N: String(k) }, text: { S: `${k} ${'x'.repeat(10_000)}` } };
}

const SPARSE: Item[] = [
  { id: { S: 'missing' }, always: { S: 'a' } },
  { id: { S: 'null' }, always: { S: 'b' }, sometimes: { NULL: true }, map: { M: { x: { NULL: true } } } },
  { id: { S: 'there' }, always: { S: 'c' }, sometimes: { N: '1' }, map: { M: { x: { N: '1' } } } },
];

/** A first page that holds all that is fetched, then one whose numbers do not fit. */
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openTestGateway({
    tables: [
      ...WIDTHS.map((width) => ({
        name: `wide${width}`,
        partitionKey,
        items: Array.from({ length: 60 }, (_, k) => wideItem(width, k)),
      })),
      { name: 'big', partitionKey, items: Array.from({ length: 300 }, (_, k) => bigItem(k)) },
      { name: 'sparse', partitionKey, items: SPARSE },
      { name: 'empty', partitionKey, items: [] },
    ],
  });
});

afterAll(() => gateway.close());

describe.each(WIDTHS)('a table of %s attributes', (width) => {
  it('has them all, each with its own value', async () => {
    const { columns, rows } = await gateway.ask(`SELECT * FROM wide${width}`);
    expect(columns).toHaveLength(width + 1);
    expect(rows).toHaveLength(60);
    const idAt = columns.findIndex(({ name }) => name === 'id');
    for (const row of rows) {
      const k = Number(String(row[idAt]).slice(1));
      for (const [i, { name }] of columns.entries()) {
        if (i === idAt) continue;
        const number = Number(name.slice(1));
        const expected = k === 3 && number % 100 === 30 ? null : BigInt(k * 1000 + number);
        expect([k, name, row[i]]).toEqual([k, name, expected]);
      }
    }
  });

  it('counts values of another type in the column where they are', async () => {
    const { summary } = await gateway.ask(`SELECT * FROM wide${width}`);
    const expected = Array.from({ length: width / 100 }, (_, i) => `a${i * 100 + 30}`);
    expect(summary.warnings.map((warning) => /1 value of "(\w+)" are not BIGINT/.exec(warning)?.[1]).sort()).toEqual(
      expected.sort(),
    );
    const few = await gateway.ask(`SELECT a30, a31 FROM wide${width} WHERE id = 'k3'`);
    expect(few.rows).toEqual([[null, 3031n]]);
    expect(few.summary.warnings).toHaveLength(1);
  });
});

describe('a table of several pages', () => {
  it('gives every item once', async () => {
    const { rows, summary } = await gateway.ask('SELECT n, text FROM big');
    expect(summary.requests).toBeGreaterThan(2);
    expect(rows.map(([n]) => Number(n)).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    for (const [n, text] of rows) expect(String(text)).toBe(`${n} ${'x'.repeat(10_000)}`);
  });

  it('counts without columns', async () => {
    expect((await gateway.ask('SELECT count(*) FROM big')).rows).toEqual([[300n]]);
    expect((await gateway.ask('SELECT 1 FROM big')).rows).toHaveLength(300);
  });

  it('serves several references of one statement, each with its own condition', async () => {
    const { rows } = await gateway.ask(
      "SELECT (SELECT count(*) FROM big), (SELECT text[:4] FROM big WHERE id = 'k123'), count(*) FROM big WHERE n < 10",
    );
    expect(rows).toEqual([[300n, '123 ', 10n]]);
  });
});

describe('an attribute that is missing or NULL', () => {
  it('reads as NULL either way, without a warning', async () => {
    const { rows, summary } = await gateway.ask('SELECT id, sometimes, map.x FROM sparse ORDER BY id');
    expect(rows).toEqual([
      ['missing', null, null],
      ['null', null, null],
      ['there', 1n, 1n],
    ]);
    expect(summary.warnings).toEqual([]);
    expect((await gateway.ask('SELECT id FROM sparse WHERE sometimes IS NULL ORDER BY id')).rows).toEqual([
      ['missing'],
      ['null'],
    ]);
    expect((await gateway.ask('SELECT id FROM sparse WHERE sometimes IS NOT NULL')).rows).toEqual([['there']]);
  });

  it('is told apart by _item', async () => {
    const { rows } = await gateway.ask(
      "SELECT id, json_exists(_item, '$.sometimes'), _item->>'sometimes' FROM sparse ORDER BY id",
    );
    expect(rows).toEqual([
      ['missing', false, null],
      ['null', true, null],
      ['there', true, '1'],
    ]);
  });
});

describe('a table without items', () => {
  it('has its key and no rows', async () => {
    const { columns, rows } = await gateway.ask('SELECT * FROM "empty"');
    expect(columns.map(({ name }) => name)).toEqual(['id']);
    expect(rows).toEqual([]);
    expect((await gateway.ask('SELECT count(*), max(id) FROM "empty"')).rows).toEqual([[0n, null]]);
  });
});
