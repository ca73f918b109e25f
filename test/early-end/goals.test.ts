import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

/** One partition of 500 small items; a tenth of them have a score, and every score comes twice. */
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openTestGateway({
    tables: [
      {
        name: 'moves',
        partitionKey: { name: 'game', type: 'S' },
        sortKey: { name: 'turn', type: 'N' },
        indexes: [
          {
            name: 'by_score',
            kind: 'global',
            partitionKeys: [{ name: 'game', type: 'S' }],
            sortKeys: [{ name: 'score', type: 'N' }],
            projection: { kind: 'keys-only' },
          },
        ],
        items: Array.from({ length: 500 }, (_, turn) => ({
          game: { S: 'g' },
          turn: { N: String(turn) },
          note: { S: `n${turn}`.padEnd(100, '.') },
          ...(turn % 10 === 0 ? { score: { N: String(Math.floor(turn / 20)) } } : {}),
        })),
      },
    ],
  });
});

afterAll(() => gateway.close());

/** The rows and the items that were read for them, after checking that the rows are those of reading everything. */
async function asked(sql: string) {
  const pushed = await gateway.ask(sql);
  expect(pushed.rows).toEqual((await gateway.ask(sql, { pushdown: false })).rows);
  return { rows: pushed.rows, items: pushed.summary.reads.map(({ index, itemsScanned }) => [index, itemsScanned]) };
}

describe('reading ends early', () => {
  it('for LIMIT in a subquery', async () => {
    expect(await asked('SELECT count(*) FROM (SELECT * FROM moves LIMIT 3)')).toEqual({
      rows: [[3n]],
      items: [[undefined, 3]],
    });
  });

  it('for EXISTS, after one item', async () => {
    expect(await asked("SELECT EXISTS (SELECT 1 FROM moves WHERE game = 'g')")).toEqual({
      rows: [[true]],
      items: [[undefined, 1]],
    });
  });

  it('within an open range, whose ends DynamoDB gives too', async () => {
    const { rows, items } = await asked(
      "SELECT turn FROM moves WHERE game = 'g' AND turn > 9 AND turn < 400 ORDER BY turn LIMIT 2",
    );
    expect([rows, items]).toEqual([[[10n], [11n]], [[undefined, 4]]]);
    const closed = await asked(
      "SELECT turn FROM moves WHERE game = 'g' AND turn BETWEEN 9 AND 400 ORDER BY turn LIMIT 2",
    );
    expect(closed.items).toEqual([[undefined, 2]]);
  });

  it('for the least and greatest value of an index, which items without it do not change', async () => {
    expect(await asked("SELECT min(score) FROM moves WHERE game = 'g'")).toEqual({
      rows: [[0n]],
      items: [['by_score', 1]],
    });
    expect((await asked("SELECT max(score) FROM moves WHERE game = 'g' AND score < 7")).rows).toEqual([[6n]]);
  });
});

describe('the first rows by an index that leaves out items', () => {
  it('are those of the index when it has enough', async () => {
    const { rows, items } = await asked("SELECT score FROM moves WHERE game = 'g' ORDER BY score DESC LIMIT 4");
    expect(rows).toEqual([[24n], [24n], [23n], [23n]]);
    expect(items).toEqual([['by_score', 4]]);
  });

  it('come with the items that it leaves out when it has too few', async () => {
    const { rows, items } = await asked(
      "SELECT score FROM moves WHERE game = 'g' AND turn < 45 ORDER BY score, turn LIMIT 8",
    );
    expect(rows).toEqual([[0n], [0n], [1n], [1n], [2n], [null], [null], [null]]);
    expect(items.at(-1)?.[0]).toBeUndefined();
  });

  it('are not taken from it when missing values come first', async () => {
    const { rows } = await asked("SELECT score FROM moves WHERE game = 'g' ORDER BY score NULLS FIRST LIMIT 2");
    expect(rows).toEqual([[null], [null]]);
  });

  it('go on while the value is the same, where more decides the order', async () => {
    const { rows } = await asked(
      "SELECT score, turn FROM moves WHERE game = 'g' ORDER BY score DESC, turn DESC LIMIT 3",
    );
    expect(rows).toEqual([
      [24n, 490n],
      [24n, 480n],
      [23n, 470n],
    ]);
  });

  it('are filled in from the table with what the index does not hold', async () => {
    const { rows, items } = await asked(
      "SELECT note[1:5] FROM moves WHERE game = 'g' AND score >= 23 ORDER BY score DESC, turn LIMIT 2",
    );
    expect(rows).toEqual([['n480.'], ['n490.']]);
    expect(items.map(([index]) => index)).toEqual(['by_score', undefined]);
    expect(items.at(-1)?.[1]).toBeLessThanOrEqual(4);
  });
});
