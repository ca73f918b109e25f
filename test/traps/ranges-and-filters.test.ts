import { describe, expect, test } from 'vitest';
import type { QueryRequest } from '../../src/dynamodb/table-reader.js';
import { N, number, S, text, trapGateway } from './trap-gateway.js';

const readings = Array.from({ length: 200 }, (_, i) => ({
  sensor: S(`s${i % 2}`),
  n: N(i),
  code: N(i % 49),
  padding: S('p'.repeat(500)),
  ...(i % 4 === 0 ? {} : { state: S(['on', 'off', 'idle'][i % 3] ?? '') }),
}));
/** One item for each way in which an attribute can be there or not. */
const states = [
  { id: S('text'), a: S('x') },
  { id: S('empty'), a: S('') },
  { id: S('other'), a: S('y') },
  { id: S('number'), a: N(1) },
  { id: S('null'), a: { NULL: true } as const },
  { id: S('missing') },
];

const { ask, values, plan, gateway } = trapGateway([
  { name: 'readings', partitionKey: text('sensor'), sortKey: number('n'), items: readings },
  {
    name: 'states',
    partitionKey: text('id'),
    // Texts by far, so that the column is text.
    items: [...states, ...Array.from({ length: 60 }, (_, i) => ({ id: S(`t${i}`), a: S('z') }))],
  },
]);

function query(request: Partial<QueryRequest>) {
  const base = { tableName: 'readings', keyConditionExpression: 'sensor = :s', values: { ':s': S('s0') } };
  return gateway().dynamodb.reader.query({ ...base, ...request }, new AbortController().signal);
}

describe('trap 5: DynamoDB takes one condition on a sort key', () => {
  test.each([
    ['n >= 10 AND n < 20', ['10', '12', '14', '16', '18']],
    ['n > 10 AND n <= 20', ['12', '14', '16', '18', '20']],
    ['n > 10 AND n < 20 AND n <> 14', ['12', '16', '18']],
    ['n BETWEEN 10 AND 20 AND n > 12 AND n < 18', ['14', '16']],
    ['NOT (n < 10 OR n >= 20)', ['10', '12', '14', '16', '18']],
  ])('so two bounds become one BETWEEN, and DuckDB drops an open end: %s', async (where, expected) => {
    const sql = `SELECT n FROM readings WHERE sensor = 's0' AND ${where}`;
    expect(await values(sql)).toEqual(expected);
    const { path, keyConditions } = await plan(sql);
    expect(path).toBe('query');
    expect(keyConditions).toEqual([expect.stringMatching(/^sensor = 's0' AND n BETWEEN \d+ AND \d+$/)]);
  });

  test('and it refuses two', async () => {
    const twice = {
      keyConditionExpression: 'sensor = :s AND n > :a AND n < :b',
      values: { ':s': S('s0'), ':a': N(1), ':b': N(9) },
    };
    await expect(query(twice)).rejects.toMatchObject({ code: 'DYNAMODB_REJECTED' });
  });
});

describe('trap 6: a list of sort keys is not a whole partition', () => {
  test('it is one key per value, each read once', async () => {
    const {
      rows,
      summary,
      plan: whole,
    } = await ask("SELECT n FROM readings WHERE sensor = 's0' AND n IN (2, 4, 4.0, 5, 1000) ORDER BY n");
    expect(rows).toEqual([[2n], [4n]]);
    expect(whole.references[0]?.path).toBe('batch-get');
    expect([summary.requests, summary.readUnits]).toEqual([1, 2]);
  });

  test('also for several partitions', async () => {
    const { summary } = await ask("SELECT n FROM readings WHERE sensor IN ('s0', 's1') AND n IN (2, 3)");
    expect([summary.requests, summary.readUnits, summary.rows]).toEqual([1, 2, 2]);
  });
});

describe('trap 7: one key condition holds no OR', () => {
  test.each([
    ['n < 4 OR n > 196', ['0', '198', '2'], 2],
    ['n BETWEEN 0 AND 4 OR n BETWEEN 2 AND 6', ['0', '2', '4', '6'], 1],
    ['n = 2 OR n BETWEEN 6 AND 8 OR n >= 198', ['198', '2', '6', '8'], 3],
    ['n NOT BETWEEN 3 AND 197', ['0', '198', '2'], 2],
  ])('so every range is a Query, and overlapping ones are one: %s', async (where, expected, queries) => {
    const sql = `SELECT n FROM readings WHERE sensor = 's0' AND (${where})`;
    expect(await values(sql)).toEqual(expected);
    const { path, keyConditions } = await plan(sql);
    expect([path, keyConditions?.length]).toEqual(['query', queries]);
  });
});

describe("trap 8: a Query's filter may name no key attribute", () => {
  test.each(['n <> 4', 'n % 100 = 4', "(n = 4 OR state = 'idle')", "NOT (n = 4 AND state = 'idle')", 'n IS NOT NULL'])(
    'so what a key condition cannot say is left to DuckDB: %s',
    async (where) => {
      const sql = `SELECT n FROM readings WHERE sensor = 's0' AND ${where}`;
      expect((await values(sql)).length).toBeGreaterThan(0);
      const { path, filter } = await plan(sql);
      expect(path).toBe('query');
      expect(filter ?? '').not.toMatch(/\bn\b/);
    },
  );

  test('and DynamoDB refuses one', async () => {
    const request = { filterExpression: 'n <> :n', values: { ':s': S('s0'), ':n': N(4) } };
    await expect(query(request)).rejects.toMatchObject({ code: 'DYNAMODB_REJECTED' });
  });
});

describe('trap 9: DynamoDB refuses names and values that no expression uses', () => {
  test('so what is dropped from a filter leaves none behind', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => i).join(', ');
    const { rows } = await ask(`SELECT n FROM readings WHERE sensor = 's0' AND code NOT IN (${many}) AND state = 'on'`);
    expect(rows).toEqual([]);
    const sql = `SELECT n FROM readings WHERE sensor = 's0' AND code IN (${many}) AND state = 'on'`;
    expect((await plan(sql)).filter).toBe("state = 'on'");
    expect((await values(sql)).length).toBeGreaterThan(0);
  });

  test('and the embedded DynamoDB refuses them', async () => {
    const names = query({ names: { '#x': 'x' } });
    await expect(names).rejects.toMatchObject({ code: 'DYNAMODB_REJECTED' });
    await expect(query({ values: { ':s': S('s0'), ':x': N(1) } })).rejects.toMatchObject({ code: 'DYNAMODB_REJECTED' });
  });
});

describe('trap 10: 100 operands of IN, 300 operators, 4 KB', () => {
  const numbers = (count: number, step = 1) => Array.from({ length: count }, (_, i) => i * step).join(', ');

  test.each([
    ['250 values of IN', `code IN (${numbers(250, 2)})`],
    ['5000 values of IN', `code IN (${numbers(5000, 7)})`],
    ['350 values of NOT IN', `code NOT IN (${numbers(350, 2)})`],
    ['400 branches of OR', Array.from({ length: 400 }, (_, i) => `(code = ${i * 3} AND state = 'on')`).join(' OR ')],
    ['400 branches of AND', Array.from({ length: 400 }, (_, i) => `code <> ${i * 3 + 1}`).join(' AND ')],
    ['a text of 5 KB', `state <> '${'x'.repeat(5000)}'`],
  ])('%s', async (_, where) => {
    expect((await values(`SELECT n FROM readings WHERE ${where}`)).length).toBeGreaterThan(0);
    expect((await values(`SELECT n FROM readings WHERE sensor = 's1' AND (${where})`)).length).toBeGreaterThan(0);
  });

  test('250 values of IN are three lists, and all of them are sent', async () => {
    const { filter, conjuncts } = await plan(`SELECT n FROM readings WHERE code IN (${numbers(250, 2)})`);
    expect(filter).toMatch(/^code IN \(/);
    expect(conjuncts.map(({ use }) => use)).toEqual(['filter']);
  });
});

describe('trap 11: <> is true of a missing attribute in DynamoDB, and NULL in SQL', () => {
  test.each([
    ["a <> 'z'", ['empty', 'other', 'text']],
    ["a <> 'x' AND a <> 'z'", ['empty', 'other']],
    ["a NOT IN ('x', 'z')", ['empty', 'other']],
    ["NOT (a = 'x') AND a < 'z'", ['empty', 'other']],
    ["NOT (a = 'x' OR a = 'z')", ['empty', 'other']],
  ])('so it comes with a test of the type: %s', async (where, expected) => {
    const sql = `SELECT id FROM states WHERE ${where}`;
    expect(await values(sql)).toEqual(expected);
    expect((await plan(sql)).filter).toContain('a is S');
  });
});

describe('trap 12: IS NULL and IS NOT NULL', () => {
  test('NULL is what is missing, NULL, or of a type that the column does not read', async () => {
    expect(await values('SELECT id FROM states WHERE a IS NULL')).toEqual(['missing', 'null', 'number']);
    expect((await plan('SELECT id FROM states WHERE a IS NULL')).filter).toBe('a is not S');
  });

  test('NOT NULL is the rest, and an empty text is one', async () => {
    expect(await values("SELECT id FROM states WHERE a IS NOT NULL AND a <> 'z'")).toEqual(['empty', 'other', 'text']);
    expect(await values("SELECT id FROM states WHERE NOT (a IS NULL) AND a <> 'z'")).toEqual([
      'empty',
      'other',
      'text',
    ]);
    expect(await values("SELECT id FROM states WHERE a IS NULL OR a = ''")).toEqual([
      'empty',
      'missing',
      'null',
      'number',
    ]);
    expect(await values('SELECT id FROM states WHERE NOT (a IS NOT NULL)')).toEqual(['missing', 'null', 'number']);
  });

  test('and the item itself tells the three apart', async () => {
    const sql = "SELECT id FROM states WHERE a IS NULL AND NOT json_exists(_item, '$.a')";
    expect(await values(sql)).toEqual(['missing']);
  });
});
