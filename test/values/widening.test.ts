import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../src/dynamodb/attribute-value.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

const N38 = '12345678901234567890123456789012345678';
const FINE = '0.1234567890123456789012345678';

/** What comes after the catalog has sampled nothing but small integers. */
const LATER: Readonly<Record<string, string>> = {
  half: '0.5',
  negative: '-1.5',
  nineteen: '9223372036854775807',
  wide: N38,
  'minus-wide': `-${N38}`,
  fine: FINE,
};

/** Conditions, each for a table of its own, and the later items that meet them. */
const CONDITIONS: [string, string[]][] = [
  ['n = 0.5', ['half']],
  [`n = ${N38}`, ['wide']],
  [`n = -${N38}`, ['minus-wide']],
  [`n = ${FINE}`, ['fine']],
  ['n > 9223372036854775806', ['nineteen', 'wide']],
  ['n < 0', ['minus-wide', 'negative']],
  ['n < -1', ['minus-wide', 'negative']],
  ['n BETWEEN 0.1 AND 0.9', ['fine', 'half']],
  ['n IN (0.5, -1.5)', ['half', 'negative']],
  ['n > 0 AND n < 1', ['fine', 'half']],
  ['n <> floor(n) AND n > 0', ['fine', 'half']],
  [`list[1] = ${N38}`, ['wide']],
  ['map.n = 0.5', ['half']],
  ['map.n > 0 AND map.n < 1', ['fine', 'half']],
  ['list_contains(numbers, 0.5)', ['half']],
];

let gateway: TestGateway;

beforeAll(async () => {
  const partitionKey = { name: 'id', type: 'S' } as const;
  const items = Array.from({ length: 40 }, (_, i) => itemOf(`k${i}`, String(i % 10)));
  const tables = [
    'scanned',
    'looked-up',
    'direct',
    'compared',
    ...CONDITIONS.map((_, i) => `compared-${i}`),
    'remembered',
    'staged',
  ];
  gateway = await openTestGateway({ tables: tables.map((name) => ({ name, partitionKey, items })) });
  for (const table of tables) {
    const { columns } = await gateway.ask(`SELECT n, list, numbers, map FROM "${table}" LIMIT 1`);
    expect(columns.map(({ type }) => type.sql)).toEqual(['BIGINT', 'BIGINT[]', 'BIGINT[]', 'STRUCT("n" BIGINT)']);
    await gateway.dynamodb.writer.putItems(
      table,
      Object.entries(LATER).map(([id, n]) => itemOf(id, n)),
      { signal: new AbortController().signal },
    );
  }
});

afterAll(() => gateway.close());

function itemOf(id: string, N: string): Item {
  return { id: { S: id }, n: { N }, list: { L: [{ N }] }, numbers: { NS: [N] }, map: { M: { n: { N } } } };
}

/** A number as text without zeros at its end. */
function trimmed(value: unknown): string {
  return String(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

describe('numbers that came after the sample', () => {
  it('are exact in every place when they are looked up one by one', async () => {
    for (const [id, n] of Object.entries(LATER)) {
      const { rows, summary } = await gateway.ask(
        `SELECT n, list[1], numbers[1], map.n FROM "looked-up" WHERE id = '${id}'`,
      );
      expect([id, rows[0]?.map(trimmed)]).toEqual([id, [n, n, n, n]]);
      expect(summary.warnings).toEqual([]);
    }
  });

  it('are exact when they are looked up as they are', async () => {
    for (const [id, n] of Object.entries(LATER)) {
      const { rows, summary } = await gateway.ask(`SELECT n, list, numbers, map FROM direct WHERE id = '${id}'`);
      expect([id, rows[0]?.flat().map(trimmed)]).toEqual([id, [n, n, n, n]]);
      expect(summary.warnings).toEqual([]);
    }
  });

  it('are rounded in a scan of all of them only because no type fits, and the warning says how many', async () => {
    const { columns, rows, summary } = await gateway.ask('SELECT id, n FROM scanned');
    expect(columns[1]?.type.sql).toBe('DOUBLE');
    expect(rows).toHaveLength(46);
    for (const [id, n] of Object.entries(LATER)) {
      expect(rows.find(([own]) => own === id)?.[1]).toBe(Number(n));
    }
    expect(summary.warnings).toEqual([
      'test.scanned: 4 values of "n" may be rounded, because no exact SQL type fits all of its numbers; _item shows all digits',
    ]);
  });

  it('are exact in a scan of those that fit one type', async () => {
    const { columns, rows } = await gateway.ask(
      "SELECT id, n FROM \"staged\" WHERE id NOT IN ('wide', 'minus-wide', 'nineteen')",
    );
    expect(columns[1]?.type.sql).toBe('DECIMAL(38,28)');
    expect(trimmed(rows.find(([id]) => id === 'fine')?.[1])).toBe(FINE);
    expect(trimmed(rows.find(([id]) => id === 'negative')?.[1])).toBe('-1.5');
  });

  it('keep all their digits in _item', async () => {
    for (const [id, n] of Object.entries(LATER)) {
      const { rows } = await gateway.ask(`SELECT _item->>'n' FROM compared WHERE id = '${id}'`);
      expect(rows).toEqual([[n]]);
    }
  });

  it.each(CONDITIONS.map(([condition, ids], i) => ({ condition, ids, table: `compared-${i}` })))(
    'are found by conditions that integers alone could not meet: $condition',
    async ({ condition, ids, table }) => {
      const sql = `SELECT id FROM "${table}" WHERE ${condition} AND id NOT LIKE 'k%' ORDER BY id`;
      const pushed = await gateway.ask(sql);
      expect(pushed.rows.map(([id]) => id)).toEqual(ids);
      // The first reading has widened the column: the second plans with another type.
      expect((await gateway.ask(sql)).rows).toEqual(pushed.rows);
    },
  );

  it('are remembered: the column is wide enough from the next statement on', async () => {
    await gateway.ask("SELECT n FROM remembered WHERE id = 'wide'");
    const { columns, rows } = await gateway.ask("SELECT n FROM remembered WHERE id = 'k3'");
    expect(columns[0]?.type.sql).toBe('HUGEINT');
    expect(rows).toEqual([[3n]]);
    const described = await gateway.ask('DESCRIBE remembered');
    expect(described.rows.find(([name]) => name === 'n')?.[1]).toBe('HUGEINT');
  });
});
