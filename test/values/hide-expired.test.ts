import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttributeValue, Item } from '../../src/dynamodb/attribute-value.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

const NOW = Math.floor(Date.now() / 1000);
const YEAR = 365.25 * 24 * 3600;
const EXPIRED: readonly AttributeValue[] = [
  { N: `${NOW - 3600}` },
  { N: `${NOW - 3600}.5` },
  { N: `${Math.round(NOW - 4.9 * YEAR)}` },
];
const ALIVE: readonly (AttributeValue | undefined)[] = [
  undefined,
  { N: `${NOW + 3600}` },
  { N: '99999999999999999999999' },
  { N: '0' },
  { N: `${Math.round(NOW - 5.1 * YEAR)}` },
  { NULL: true },
];
const NO_NUMBERS: readonly AttributeValue[] = [
  { S: `${NOW - 3600}` },
  { S: '2020-01-01' },
  { L: [{ N: `${NOW - 3600}` }] },
  { NS: [`${NOW - 3600}`] },
];

function items(values: readonly (AttributeValue | undefined)[], copies: number): Item[] {
  return Array.from({ length: copies * values.length }, (_, i): Item => {
    const value = values[i % values.length];
    return {
      part: { S: `p${i % 3}` },
      id: { N: `${i}` },
      other: { N: `${i % 5}` },
      alive: { BOOL: value === undefined || !EXPIRED.includes(value) },
      ...(value === undefined ? {} : { gone_at: value }),
    };
  });
}

const tables = {
  /** The attribute is a column of numbers. */
  numbers: items([...EXPIRED, ...ALIVE], 30),
  /** The attribute is a column of JSON, because its types are mixed. */
  mixed: items([...EXPIRED, ...ALIVE, ...NO_NUMBERS], 30),
  /** No item that is sampled has the attribute. */
  without: items([undefined], 10),
};

let gateway: TestGateway;
let plain: TestGateway;

beforeAll(async () => {
  const options = {
    tables: Object.entries(tables).map(([name, all]) => ({
      name,
      partitionKey: { name: 'part', type: 'S' } as const,
      sortKey: { name: 'id', type: 'N' } as const,
      indexes: [
        {
          name: 'by_other',
          kind: 'global' as const,
          partitionKeys: [{ name: 'other', type: 'N' } as const],
          sortKeys: [{ name: 'id', type: 'N' } as const],
          projection: { kind: 'keys-only' } as const,
        },
      ],
      items: all,
    })),
  };
  [gateway, plain] = await Promise.all([
    openTestGateway({ ...options, hideExpired: () => 'gone_at' }),
    openTestGateway(options),
  ]);
});

afterAll(async () => {
  await Promise.all([gateway.close(), plain.close()]);
});

const STATEMENTS = [
  'SELECT id FROM $t ORDER BY id',
  'SELECT count(*) FROM $t',
  "SELECT count(*) FROM $t WHERE part = 'p1'",
  'SELECT count(*), sum(other) FROM $t GROUP BY part ORDER BY ALL',
  "SELECT id FROM $t WHERE part = 'p0' ORDER BY id DESC LIMIT 3",
  "SELECT id FROM $t WHERE part = 'p0' AND id > 20 ORDER BY id LIMIT 2",
  "SELECT min(id), max(id) FROM $t WHERE part = 'p2'",
  "SELECT max(id) FROM $t WHERE part = 'p2'",
  "SELECT * FROM $t WHERE part = 'p0' AND id = 0",
  "SELECT * FROM $t WHERE part = 'p0' AND id IN (0, 3, 6, 9, 12, 15) ORDER BY id",
  'SELECT id FROM $t WHERE other = 2 ORDER BY id',
  "SELECT _item->>'alive' AS a, * FROM $t WHERE part = 'p1' ORDER BY id",
  'SELECT count(*) FROM $t a JOIN $t b ON a.part = b.part AND a.id = b.id WHERE b.other = 1',
  'SELECT id, part FROM $t a WHERE EXISTS (SELECT 1 FROM $t b WHERE b.id = a.id + 1) ORDER BY id',
  'SELECT x, y FROM $t AS renamed(x, y) ORDER BY ALL',
];

describe.each(Object.keys(tables))('with hideExpired, in the table %s', (table) => {
  it.each(STATEMENTS)('%s answers as if the expired items were gone', async (statement) => {
    const sql = statement.replaceAll('$t', table);
    const { rows } = await gateway.ask(sql);
    // The column `alive` says which items are to be seen; those of the table without the attribute all are.
    const seen = statement.replaceAll('$t', `(SELECT * FROM ${table} WHERE alive)`).replace('AS renamed', 'renamed');
    const expected = statement.includes('_item')
      ? await plain.ask(sql.replace('WHERE', 'WHERE alive AND'))
      : await plain.ask(seen);
    expect(rows).toEqual(expected.rows);
    expect((await gateway.ask(sql, { pushdown: false })).rows).toEqual(expected.rows);
  });

  it('has the columns that it always has', async () => {
    const [hiding, not] = await Promise.all([gateway.ask(`DESCRIBE ${table}`), plain.ask(`DESCRIBE ${table}`)]);
    expect(hiding.rows).toEqual(not.rows);
  });
});

it('leaves the attribute itself to be asked for', async () => {
  const sql = 'SELECT id FROM numbers WHERE gone_at IS NOT NULL';
  expect((await gateway.ask(`${sql} ORDER BY id`)).rows).toEqual(
    (await plain.ask(`${sql} AND alive ORDER BY id`)).rows,
  );
});

it('hides the same items whatever else is asked', async () => {
  const where = fc.constantFrom(
    'true',
    'other > 2',
    'id < 40',
    "part = 'p1'",
    "part >= 'p1' AND id = 7",
    'other IN (1, 2)',
  );
  await fc.assert(
    fc.asyncProperty(where, where, fc.nat(5), async (a, b, limit) => {
      const select = `SELECT id FROM mixed WHERE ${a} AND ${b}`;
      const { rows } = await gateway.ask(`${select} LIMIT ${limit}`);
      const all = (await plain.ask(`${select} AND alive`)).rows.map(([id]) => id);
      expect(rows.length).toBe(Math.min(limit, all.length));
      for (const [id] of rows) expect(all).toContain(id);
      expect((await gateway.ask(`SELECT count(*) FROM mixed WHERE ${a} AND ${b}`)).rows).toEqual([
        [BigInt(all.length)],
      ]);
    }),
    { numRuns: 40, seed: 3 },
  );
});

it('is said in the plan, with the filter that DynamoDB applies, and not without the switch', async () => {
  const plan = async (from: TestGateway) => (await from.ask('EXPLAIN SELECT * FROM numbers')).rows.join('\n');
  expect(await plan(gateway)).toMatch(/filter: .*gone_at is not N OR gone_at > [\d.]+ OR gone_at < [\d.]+/);
  expect(await plan(gateway)).toMatch(/note: items whose gone_at lies before .*Z are hidden \(hideExpired\)/);
  expect(await plan(plain)).not.toContain('hidden');
});

it('lets DynamoDB count, and stop early', async () => {
  const explained = async (sql: string) => (await gateway.ask(`EXPLAIN ${sql}`)).rows.join('\n');
  expect(await explained('SELECT count(*) FROM numbers')).toContain('DynamoDB only counts');
  expect(await explained("SELECT id FROM numbers WHERE part = 'p0' ORDER BY id LIMIT 2")).toContain(
    'stops after 2 items',
  );
});
