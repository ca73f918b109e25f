import { describe, expect, test } from 'vitest';
import { globalIndex, N, number, S, text, trapGateway } from './trap-gateway.js';

/** 100 tickets: a third without a priority, so that the index by status and priority lacks them. */
const tickets = Array.from({ length: 100 }, (_, i) => ({
  id: S(`t${String(i).padStart(3, '0')}`),
  status: S(i % 2 === 0 ? 'open' : 'closed'),
  ...(i % 3 === 0 ? {} : { priority: N(i % 5) }),
  ...(i % 10 === 0 ? { assignee: S('ann') } : {}),
  padding: S('p'.repeat(400)),
}));
const events = Array.from({ length: 120 }, (_, i) => ({
  device: S(`d${i % 2}`),
  n: N(i),
  kind: S(i % 8 === 0 ? 'Alarm' : 'ok'),
  // Another order than that of n, with ties, and missing from some.
  ...(i % 5 === 0 ? {} : { rank: N(String(rankOf(i))) }),
  padding: S('p'.repeat(300)),
}));

function rankOf(i: number): bigint {
  return BigInt((i * 7) % 20);
}

const { ask, values, plan } = trapGateway([
  {
    name: 'tickets',
    partitionKey: text('id'),
    indexes: [
      globalIndex('by_status', [text('status')], [number('priority')]),
      globalIndex('by_assignee', [text('assignee')]),
    ],
    items: tickets,
  },
  {
    name: 'events',
    partitionKey: text('device'),
    sortKey: number('n'),
    indexes: [
      {
        name: 'by_rank',
        kind: 'local',
        partitionKeys: [text('device')],
        sortKeys: [number('rank')],
        projection: { kind: 'all' },
      },
    ],
    items: events,
  },
]);

describe('trap 1: a sparse index lacks items', () => {
  test('so it is not used when its sort key may be missing', async () => {
    const sql = "SELECT id FROM tickets WHERE status = 'open'";
    expect(await values(sql)).toHaveLength(50);
    expect(await plan(sql)).toMatchObject({ path: 'scan', notes: [expect.stringContaining('without priority')] });
  });

  test.each([
    ["status = 'open' AND priority = 2", 'index-query'],
    ["status = 'open' AND priority IS NOT NULL", 'index-query'],
    ["status = 'open' AND priority <> 2", 'index-query'],
    ["status = 'open' AND NOT (priority < 3)", 'index-query'],
    ["status = 'open' AND priority IS NULL", 'scan'],
    ["status = 'open' AND (priority = 2 OR priority IS NULL)", 'scan'],
    ["status = 'open' AND coalesce(priority, 9) > 2", 'scan'],
    ["status = 'open' AND priority IS DISTINCT FROM 2", 'scan'],
    ["(status = 'open' AND priority = 2) OR status = 'closed'", 'scan'],
    ["assignee = 'ann'", 'index-query'],
    ["assignee = 'ann' OR assignee IS NULL", 'scan'],
  ])('and is used just when the statement rules missing keys out: %s', async (where, path) => {
    const sql = `SELECT id FROM tickets WHERE ${where}`;
    expect((await values(sql)).length).toBeGreaterThan(0);
    expect((await plan(sql)).path).toBe(path);
  });

  test('and is not used for the outer side of a join, whose rows all count', async () => {
    const sql =
      "SELECT count(*) FROM tickets a LEFT JOIN tickets b ON a.id = b.id AND b.status = 'open' AND b.priority = 2";
    expect((await ask(sql)).rows).toEqual([[100n]]);
  });
});

describe('trap 2: DynamoDB counts a Limit before its filter', () => {
  test('so LIMIT beside a filter gives all its rows, and not by tiny pages', async () => {
    const { rows, summary } = await ask('SELECT id FROM tickets WHERE assignee IS NOT NULL ORDER BY id LIMIT 7');
    expect(rows).toHaveLength(7);
    expect(summary.requests).toBe(1);
  });

  test('also within a partition', async () => {
    const { rows, summary } = await ask(
      "SELECT n FROM events WHERE device = 'd0' AND kind = 'Alarm' ORDER BY n DESC LIMIT 3",
    );
    expect(rows).toEqual([[112n], [104n], [96n]]);
    expect(summary.requests).toBe(1);
  });
});

describe('trap 3: rows that the engine drops afterwards still count towards a pushed limit', () => {
  test('so LIMIT behind conditions that DynamoDB cannot check gives all its rows', async () => {
    const sql =
      "SELECT n FROM events WHERE device = 'd0' AND n > 8 AND n <= 112 AND lower(kind) = 'alarm' ORDER BY n LIMIT 5";
    expect((await ask(sql)).rows).toEqual([[16n], [24n], [32n], [40n], [48n]]);
  });

  test('so does LIMIT behind the open end of a range', async () => {
    const sql = "SELECT n FROM events WHERE device = 'd0' AND n > 0 AND n < 4 ORDER BY n LIMIT 1";
    expect((await ask(sql)).rows).toEqual([[2n]]);
  });

  test('so do OFFSET and the top of an order', async () => {
    const sql = "SELECT n FROM events WHERE device = 'd1' ORDER BY n DESC LIMIT 2 OFFSET 1";
    expect((await ask(sql)).rows).toEqual([[117n], [115n]]);
  });
});

describe('trap 4: the first rows of an order that was not the one of the reading', () => {
  const ranked = events.flatMap((_, i) => (i % 2 === 0 && i % 5 !== 0 ? [{ n: BigInt(i), rank: rankOf(i) }] : []));
  const upwards = ranked.toSorted((a, b) => Number(a.rank - b.rank) || Number(a.n - b.n));

  test('ORDER BY decides which rows LIMIT leaves, by the order of a local index', async () => {
    const sql = (order: string) =>
      `SELECT rank, n FROM events WHERE device = 'd0' AND rank IS NOT NULL ORDER BY ${order} LIMIT 7`;
    expect((await ask(sql('rank, n'))).rows).toEqual(upwards.slice(0, 7).map(({ rank, n }) => [rank, n]));
    const downwards = ranked.toSorted((a, b) => Number(b.rank - a.rank) || Number(a.n - b.n));
    expect((await ask(sql('rank DESC, n'))).rows).toEqual(downwards.slice(0, 7).map(({ rank, n }) => [rank, n]));
  });

  test('rows without the sort key of the index have their place in the order too', async () => {
    const sql = "SELECT rank, n FROM events WHERE device = 'd0' ORDER BY rank NULLS FIRST, n LIMIT 3";
    expect((await ask(sql)).rows).toEqual([
      [null, 0n],
      [null, 10n],
      [null, 20n],
    ]);
  });

  test('an order that no key has is made of all rows', async () => {
    const sql = "SELECT kind, n FROM events WHERE device = 'd0' ORDER BY kind, n DESC LIMIT 2";
    expect((await ask(sql)).rows).toEqual([
      ['Alarm', 112n],
      ['Alarm', 104n],
    ]);
  });

  test('the order of a key is not that of a scan, nor of several partitions', async () => {
    expect((await ask('SELECT n FROM events ORDER BY n LIMIT 4')).rows).toEqual([[0n], [1n], [2n], [3n]]);
    const both = "SELECT n FROM events WHERE device IN ('d1', 'd0') ORDER BY n DESC LIMIT 3";
    expect((await ask(both)).rows).toEqual([[119n], [118n], [117n]]);
  });
});
