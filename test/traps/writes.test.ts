import { afterAll, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.js';
import { N, number, S, text, trapGateway } from './trap-gateway.js';

/** The bodies of what was sent to DynamoDB, by operation. */
const sent: { readonly operation: string; readonly body: string }[] = [];
let proxy: FaultProxy;
const VALUES = [
  "o'clock",
  `' OR '1' = '1`,
  `"; DELETE FROM notes; --`,
  '#n0',
  ':v0',
  'a) OR attribute_exists(id',
  '\\',
];
const { gateway, values } = trapGateway(
  [
    {
      name: 'notes',
      partitionKey: text('id'),
      sortKey: number('n'),
      items: VALUES.flatMap((id) => [0, 1].map((n) => ({ id: S(id), n: N(n), body: S(id) }))),
    },
  ],
  {
    async endpointOf(embedded) {
      proxy = await startFaultProxy(embedded);
      proxy.decide = ({ operation, body }) => {
        sent.push({ operation, body: body.toString() });
        return undefined;
      };
      return proxy.endpoint;
    },
  },
);
afterAll(() => proxy.close());

describe('trap 19: a write by the partition key alone reaches every item of it', () => {
  test.each([
    "UPDATE notes SET body = 'x' WHERE id = 'a'",
    "DELETE FROM notes WHERE id = 'a' AND n = 0",
    'DELETE FROM notes',
    "INSERT INTO notes VALUES ('a', 2, 'x')",
    'INSERT INTO test.notes SELECT id, n + 10, body FROM notes',
    "MERGE INTO notes USING (SELECT 'a' AS id) AS s ON notes.id = s.id WHEN MATCHED THEN DELETE",
    'TRUNCATE notes',
    'DROP TABLE notes',
    'CREATE TABLE copied AS SELECT * FROM notes',
    'ALTER TABLE notes ADD COLUMN x INTEGER',
    'WITH gone AS (DELETE FROM notes RETURNING *) SELECT * FROM gone',
    "SELECT 1; DELETE FROM notes WHERE id = 'a'",
    "EXPLAIN DELETE FROM notes WHERE id = 'a'",
  ])('so until writes have a plan of their own they are refused, and nothing is asked of DynamoDB: %s', async (sql) => {
    sent.length = 0;
    const error: unknown = await gateway()
      .ask(sql)
      .then(
        ({ rows }) => rows,
        (reason: unknown) => reason,
      );
    expect(error).toMatchObject({ name: 'HeadgateError' });
    expect(['SQL_UNSUPPORTED', 'SQL_REFUSED', 'SQL_SYNTAX']).toContain(Object(error).code);
    expect(sent.filter(({ operation }) => operation !== 'DescribeTable')).toEqual([]);
  });
});

describe('trap 20: what is written into the text of an expression can change it', () => {
  test.each(VALUES)('so %j reaches DynamoDB as a value, and no expression holds it', async (value) => {
    const literal = `'${value.replaceAll("'", "''")}'`;
    await values(`SELECT body FROM notes WHERE id = ${literal}`);
    sent.length = 0;
    expect(await values(`SELECT id FROM notes WHERE id = ${literal} AND n >= 0 AND body = ${literal}`)).toEqual([
      value,
      value,
    ]);
    expect(await values(`SELECT id FROM notes WHERE body IN (${literal}, 'nobody')`)).toEqual([value, value]);
    const expressions = sent.flatMap(({ body }) => {
      const request: Record<string, unknown> = JSON.parse(body);
      return ['KeyConditionExpression', 'FilterExpression', 'ProjectionExpression'].map((name) => request[name]);
    });
    const texts = expressions.filter((each) => typeof each === 'string');
    expect(texts.length).toBeGreaterThan(0);
    // Placeholders, the words and the signs of expressions: nothing else.
    for (const each of texts) expect(each).toMatch(/^(?:[#:][a-z]+\d+|AND|OR|IN|BETWEEN|begins_with|[ =<>(),])+$/);
    expect(sent.filter(({ body }) => body.includes(JSON.stringify({ S: value })))).not.toEqual([]);
  });
});
