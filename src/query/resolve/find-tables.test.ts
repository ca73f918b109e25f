import { describe, expect, test } from 'vitest';
import { EditedText } from '../parse/edited-text.js';
import { parseQuery } from '../parse/parse-statement.js';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { findTables } from './find-tables.js';

const planner = temporaryPlanner();

async function find(sql: string) {
  const text = EditedText.of(sql);
  return findTables(await parseQuery(text, planner()), text);
}

async function tablesIn(sql: string): Promise<string[]> {
  const { tables } = await find(sql);
  return tables.map(({ schema, name, alias, offset }) =>
    [schema === '' ? name : `${schema}.${name}`, ...(alias === '' ? [] : [`AS ${alias}`]), `at ${offset}`].join(' '),
  );
}

describe('the tables of a statement', () => {
  test.each<[string, string[]]>([
    ['SELECT * FROM t', ['t at 14']],
    ['FROM s.t', ['s.t at 5']],
    ['TABLE t', ['t at 6']],
    ['SELECT * FROM "a.b" AS "c d"', ['a.b AS c d at 14']],
    ["SELECT 'é' FROM t", ['t at 17']],
    ['SELECT * FROM x: t', ['t AS x at 17']],
    ['SELECT 1', []],
    ['VALUES (1)', []],
    ['SELECT * FROM t, t u', ['t at 14', 't AS u at 17']],
    [
      'SELECT (SELECT max(x) FROM a) FROM b WHERE y IN (SELECT z FROM c) LIMIT (SELECT 1 FROM d)',
      ['b at 35', 'a at 27', 'c at 63', 'd at 87'],
    ],
    ['SELECT * FROM a JOIN b USING (x) LEFT JOIN LATERAL (FROM c) ON true', ['a at 14', 'b at 21', 'c at 57']],
    ['(SELECT 1 FROM a) UNION ALL (SELECT 2 FROM b) ORDER BY (SELECT 3 FROM c)', ['a at 15', 'b at 43', 'c at 70']],
    ['FROM a UNPIVOT (v FOR n IN (x, y))', ['a at 5']],
    ['DESCRIBE t', ['t at 9']],
    ['SUMMARIZE s.t', ['s.t at 10']],
    ['SELECT * FROM range(3), a', ['a at 24']],
    ['SELECT [x FOR x IN (SELECT list(y) FROM a)] FROM b', ['b at 49', 'a at 40']],
    [
      'SELECT sum(x) FILTER (WHERE EXISTS (FROM a)) OVER (ORDER BY (SELECT 1 FROM b)) FROM c',
      ['c at 84', 'a at 41', 'b at 75'],
    ],
  ])('of %s', async (sql, tables) => {
    expect((await tablesIn(sql)).toSorted()).toEqual(tables.toSorted());
  });
});

describe('a name of WITH', () => {
  test.each<[string, string[]]>([
    ['WITH a AS (SELECT 1) FROM a', []],
    ['WITH A AS (SELECT 1) FROM a', []],
    ['WITH a AS (SELECT 1) FROM s.a', ['s.a']],
    ['WITH a AS (FROM a) FROM a', ['a']],
    ['WITH a AS (FROM b), b AS (SELECT 1) FROM a, b', ['b']],
    ['WITH a AS (SELECT 1), b AS (FROM a) FROM b', []],
    ['WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a WHERE n < 3) FROM a', []],
    ['WITH RECURSIVE a AS (FROM a) FROM a', ['a']],
    ['WITH a AS MATERIALIZED (FROM t) FROM a x, a y', ['t']],
    ['SELECT (WITH a AS (SELECT 1) FROM a), x FROM a', ['a']],
    ['FROM (WITH a AS (SELECT 1) FROM a) q, a', ['a']],
    ['WITH a AS (SELECT 1) SELECT (FROM a) FROM t WHERE x IN (FROM a)', ['t']],
    ['WITH a AS (SELECT 1) (FROM a) UNION (FROM b)', ['b']],
    ['WITH a AS (WITH b AS (SELECT 1) FROM b) FROM a, b', ['b']],
  ])('hides a table just where it is in sight: %s', async (sql, tables) => {
    const found = await find(sql);
    expect(found.tables.map(({ schema, name }) => (schema === '' ? name : `${schema}.${name}`))).toEqual(tables);
  });
});

describe('what is noted of a table', () => {
  test('that its columns are renamed, or that the parser made the SELECT around it', async () => {
    expect((await find('FROM t AS x(a, b)')).tables).toMatchObject([{ renamesColumns: true, bare: false }]);
    expect((await find('FROM t AS x')).tables).toMatchObject([{ renamesColumns: false }]);
    expect((await find('SUMMARIZE t')).tables).toMatchObject([{ bare: true }]);
    expect((await find('SUMMARIZE SELECT * FROM t')).tables).toMatchObject([{ bare: false }]);
  });

  test('which stars expand it', async () => {
    const { stars, tables } = await find('SELECT * FROM a, (SELECT x.* FROM b x) y');
    const names = stars.map((star) => star.tables.map(({ name }) => name));
    expect(names.toSorted()).toEqual([['a'], ['b']]);
    expect(tables).toHaveLength(2);
  });

  test('that a join is NATURAL', async () => {
    expect((await find('FROM a NATURAL JOIN b')).hasNaturalJoin).toBe(true);
    expect((await find('FROM a JOIN b USING (x)')).hasNaturalJoin).toBe(false);
  });
});

describe('what is refused', () => {
  test.each([
    ['SELECT * FROM a.b.c', 'TABLE_NOT_FOUND', 15],
    ['SELECT * FROM stmt_1.main.ref_0', 'TABLE_NOT_FOUND', 15],
    ['FROM t AT (VERSION => 1)', 'SQL_UNSUPPORTED', 6],
  ])('%s', async (sql, code, column) => {
    await expect(find(sql)).rejects.toMatchObject({ code, position: { line: 1, column } });
  });

  test('SHOW inside a query', async () => {
    await expect(find('FROM (SHOW TABLES)')).rejects.toMatchObject({ code: 'SQL_UNSUPPORTED' });
  });
});
