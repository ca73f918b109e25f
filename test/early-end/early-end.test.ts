import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

/** Three partitions of 300 items of about 4 KB: each is more than a page, and a scan of all takes about 450 units. */
const PARTITIONS = ['a', 'b', 'c'];
const PER_PARTITION = 300;
let gateway: TestGateway;

beforeAll(async () => {
  const items = PARTITIONS.flatMap((pk) =>
    Array.from({ length: PER_PARTITION }, (_, i) => ({
      pk: { S: pk },
      sk: { N: String(i) },
      even: { BOOL: i % 2 === 0 },
      rank: { N: String(PER_PARTITION - i) },
      ...(i % 3 === 0 ? { odd_type: { S: 'text' } } : { odd_type: { N: '1' } }),
      filler: { S: 'x'.repeat(4000) },
    })),
  );
  gateway = await openTestGateway({
    tables: [
      {
        name: 'events',
        partitionKey: { name: 'pk', type: 'S' },
        sortKey: { name: 'sk', type: 'N' },
        indexes: [
          {
            name: 'by_rank',
            kind: 'global',
            partitionKeys: [{ name: 'pk', type: 'S' }],
            sortKeys: [{ name: 'rank', type: 'N' }],
            projection: { kind: 'all' },
          },
        ],
        items,
      },
    ],
  });
});

afterAll(() => gateway.close());

/** Rows with pushdown, after checking that they are those without it, where the order is total. */
async function rowsOf(sql: string) {
  const pushed = await gateway.ask(sql);
  expect(pushed.rows).toEqual((await gateway.ask(sql, { pushdown: false })).rows);
  return pushed;
}

describe('LIMIT', () => {
  it('reads as many items of a table as it needs rows', async () => {
    const { rows, summary } = await gateway.ask('SELECT pk, sk FROM events LIMIT 3');
    expect(rows).toHaveLength(3);
    expect(summary.reads[0]).toMatchObject({ itemsScanned: 3, requests: 1 });
  });

  it('counts OFFSET with it', async () => {
    const { rows, summary } = await gateway.ask("SELECT sk FROM events WHERE pk = 'a' LIMIT 2 OFFSET 5");
    expect(rows).toHaveLength(2);
    expect(summary.reads[0]?.itemsScanned).toBe(7);
  });

  it('never becomes a small Limit beside a filter, and stops at the page that has enough', async () => {
    const { rows, summary } = await gateway.ask('SELECT sk FROM events WHERE even LIMIT 3');
    expect(rows).toHaveLength(3);
    expect(summary.requests).toBe(1);
    expect(summary.reads[0]?.itemsScanned).toBeGreaterThan(100);
  });

  it('does not stop early where a condition is left to DuckDB', async () => {
    const { rows } = await gateway.ask("SELECT sk FROM events WHERE pk = 'a' AND sk % 100 = 99 LIMIT 3");
    expect(rows).toHaveLength(3);
  });

  it('does not stop early for the rows of a join, a group or a DISTINCT', async () => {
    for (const sql of [
      'SELECT DISTINCT pk FROM events LIMIT 3',
      'SELECT pk, count(*) FROM events GROUP BY pk LIMIT 3',
      'SELECT x.pk FROM (SELECT DISTINCT pk FROM events) x JOIN (VALUES (1)) v(n) ON true LIMIT 3',
    ]) {
      expect((await gateway.ask(sql)).rows, sql).toHaveLength(3);
    }
  });

  it('of an inner query is not taken for that of the outer one', async () => {
    const { rows } = await gateway.ask("SELECT count(*) FROM (SELECT sk FROM events WHERE pk = 'b' LIMIT 200) LIMIT 1");
    expect(rows).toEqual([[200n]]);
  });
});

describe('the first rows in the order of the sort key', () => {
  it('are read from the end that has them', async () => {
    const { rows, summary, plan } = await rowsOf("SELECT sk FROM events WHERE pk = 'a' ORDER BY sk DESC LIMIT 2");
    expect(rows).toEqual([[299n], [298n]]);
    expect(summary.readUnits).toBe(1);
    expect(plan.references[0]?.notes).toEqual(['stops after 2 items, from the highest sk down']);
  });

  it('are found per key when there are several', async () => {
    const { rows, summary } = await rowsOf(
      "SELECT pk, sk FROM events WHERE pk IN ('a', 'c') ORDER BY sk DESC, pk LIMIT 3",
    );
    expect(rows).toEqual([
      ['a', 299n],
      ['c', 299n],
      ['a', 298n],
    ]);
    // The sort key is unique within each key, so that three of each hold the first three of all.
    expect(summary.reads[0]?.itemsScanned).toBe(6);
    const { summary: simple } = await rowsOf("SELECT sk FROM events WHERE pk IN ('a', 'c') ORDER BY sk DESC LIMIT 2");
    expect(simple.reads[0]?.itemsScanned).toBe(4);
  });

  it('follow the name of a selected expression, not of the column that it hides', async () => {
    const { rows } = await rowsOf("SELECT -sk AS sk, rank FROM events WHERE pk = 'a' ORDER BY sk LIMIT 1");
    expect(rows).toEqual([[-299n, 1n]]);
  });

  it('come from an index by its own sort key', async () => {
    const { rows, summary } = await rowsOf("SELECT rank FROM events WHERE pk = 'b' AND rank > 0 ORDER BY rank LIMIT 2");
    expect(rows).toEqual([[1n], [2n]]);
    expect(summary.reads[0]).toMatchObject({ index: 'by_rank', itemsScanned: 2 });
  });

  it('are sorted by DuckDB when another column decides', async () => {
    const { rows } = await rowsOf("SELECT sk FROM events WHERE pk = 'b' ORDER BY even DESC, sk DESC LIMIT 2");
    expect(rows).toEqual([[298n], [296n]]);
  });
});

describe('aggregates', () => {
  it('min and max of the sort key read one item', async () => {
    for (const [sql, value] of [
      ["SELECT max(sk) FROM events WHERE pk = 'a'", 299n],
      ["SELECT min(sk) FROM events WHERE pk = 'a' AND sk > 17", 18n],
      ["SELECT max(sk) FROM events WHERE pk = 'nobody'", null],
    ] as const) {
      const { rows, summary } = await rowsOf(sql);
      expect(rows, sql).toEqual([[value]]);
      expect(summary.reads[0]?.itemsScanned ?? 0, sql).toBeLessThanOrEqual(1);
    }
  });

  it('both of them read the range', async () => {
    const { rows } = await rowsOf("SELECT min(sk), max(sk) FROM events WHERE pk = 'a'");
    expect(rows).toEqual([[0n, 299n]]);
  });

  it('count(*) is counted by DynamoDB over all pages, with and without conditions', async () => {
    for (const [sql, value] of [
      ['SELECT count(*) FROM events', 900n],
      ['SELECT count(*) AS n FROM events WHERE even', 450n],
      ["SELECT count(*) FROM events WHERE pk = 'c' AND sk >= 100", 200n],
      ["SELECT count(*) FROM events WHERE pk = 'nobody'", 0n],
    ] as const) {
      const { rows, plan, columns } = await rowsOf(sql);
      expect(rows, sql).toEqual([[value]]);
      expect(plan.references[0]?.notes, sql).toEqual(['DynamoDB only counts']);
      expect(columns[0]?.name, sql).toBe(sql.includes(' AS n ') ? 'n' : 'count_star()');
    }
  });

  it('count(*) is left to DuckDB when a condition is, or when it is not the whole answer', async () => {
    for (const [sql, value] of [
      ['SELECT count(*) FROM events WHERE sk % 100 = 0', 9n],
      ['SELECT count(*) + 1 FROM events', 901n],
      ['SELECT count(*) FILTER (WHERE even) FROM events', 450n],
      ['SELECT count(odd_type) FROM events', 900n],
      ['SELECT count(DISTINCT pk) FROM events', 3n],
    ] as const) {
      const { rows, plan } = await rowsOf(sql);
      expect(rows, sql).toEqual([[value]]);
      expect(plan.references[0]?.notes, sql).toEqual([]);
    }
  });

  it('count(*) reaches a Parquet file with the right number', async () => {
    const { path } = await gateway.engine.exportParquet(
      { sql: 'SELECT count(*) AS n FROM events' },
      new AbortController().signal,
    );
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    expect((await connection.runAndReadAll(`SELECT n FROM '${path}'`)).getRows()).toEqual([[900n]]);
    connection.closeSync();
  });
});
