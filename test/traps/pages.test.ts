import { describe, expect, test } from 'vitest';
import { globalIndex, N, number, S, sortedValues, text, trapGateway } from './trap-gateway.js';

/** 24 items of 200 KB, so that a page of 1 MB holds five; only the last one is wanted. */
const documents = Array.from({ length: 24 }, (_, i) => ({
  owner: S('ann'),
  n: N(i),
  wanted: { BOOL: i === 23 },
  body: S('b'.repeat(200_000)),
}));
/** 400 items of 10 KB that all have the same key in the index. */
const ties = Array.from({ length: 400 }, (_, i) => ({
  id: S(`i${String(i).padStart(3, '0')}`),
  part: N(i % 7),
  group: S('same'),
  rank: N(1),
  body: S('t'.repeat(10_000)),
}));
const IDS = ties.map(({ id }) => ('S' in id ? id.S : ''));

const { ask, values, plan, gateway } = trapGateway([
  { name: 'documents', partitionKey: text('owner'), sortKey: number('n'), items: documents },
  {
    name: 'ties',
    partitionKey: text('id'),
    sortKey: number('part'),
    indexes: [globalIndex('by_group', [text('group')], [number('rank')])],
    items: ties,
  },
]);

describe('trap 13: an answer ends only where there is no LastEvaluatedKey', () => {
  test('a scan of several pages gives every item', async () => {
    const { rows, summary } = await ask('SELECT n FROM documents ORDER BY n');
    expect(rows).toEqual(documents.map((_, i) => [BigInt(i)]));
    expect(summary.requests).toBeGreaterThanOrEqual(4);
  });

  test('a query of several pages gives every item', async () => {
    const { summary } = await ask("SELECT n, body FROM documents WHERE owner = 'ann' AND n >= 0");
    expect(summary.rows).toBe(24);
    expect(summary.requests).toBeGreaterThanOrEqual(4);
  });

  test.each(['wanted', "owner = 'ann' AND wanted"])(
    'pages on which the filter leaves nothing are not the end: %s',
    async (where) => {
      const { rows, summary } = await ask(`SELECT n FROM documents WHERE ${where}`);
      expect(rows).toEqual([[23n]]);
      expect(summary.requests).toBeGreaterThanOrEqual(4);
      expect(summary.reads).toMatchObject([{ itemsReturned: 1 }]);
    },
  );

  test('counts add up over pages', async () => {
    expect((await ask("SELECT count(*), sum(n) FROM documents WHERE owner = 'ann'")).rows).toEqual([[24n, 276n]]);
    expect((await ask('SELECT count(*) FROM documents')).rows).toEqual([[24n]]);
  });

  test('a batch of keys whose items pass 16 MB is asked for again until all are there', async () => {
    const keys = documents.map((_, i) => i).join(', ');
    const { rows } = await ask(
      `SELECT n, length(body) FROM documents WHERE owner = 'ann' AND n IN (${keys}) ORDER BY n`,
    );
    expect(rows).toEqual(documents.map((_, i) => [BigInt(i), 200_000n]));
  });
});

describe('trap 21: many items with one key in an index', () => {
  test('are all there, once, whatever the pages', async () => {
    const sql = 'SELECT id FROM ties WHERE "group" = \'same\' AND rank = 1';
    const { rows, summary } = await ask(sql);
    expect(sortedValues({ rows })).toEqual(IDS);
    expect(summary.requests).toBeGreaterThanOrEqual(4);
    expect((await plan(sql)).path).toBe('index-query');
  });

  test('also when their filter leaves few on a page', async () => {
    const sql = 'SELECT id FROM ties WHERE "group" = \'same\' AND rank >= 1 AND part = 3';
    expect(await values(sql)).toEqual(IDS.filter((_, i) => i % 7 === 3));
  });

  test('and so they are by the pages of DynamoDB itself, one item at a time', async () => {
    const reader = gateway().dynamodb.reader;
    const seen: number[] = [];
    let exclusiveStartKey: Awaited<ReturnType<typeof reader.query>>['lastEvaluatedKey'];
    do {
      const page = await reader.query(
        {
          tableName: 'ties',
          indexName: 'by_group',
          keyConditionExpression: '#g = :g',
          names: { '#g': 'group' },
          values: { ':g': S('same') },
          limit: 37,
          ...(exclusiveStartKey === undefined ? {} : { exclusiveStartKey }),
        },
        new AbortController().signal,
      );
      seen.push(page.itemCount);
      exclusiveStartKey = page.lastEvaluatedKey;
    } while (exclusiveStartKey !== undefined);
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(400);
  });
});
