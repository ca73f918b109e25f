import { describe, expect, test } from 'vitest';
import { EditedText } from '../parse/edited-text.js';
import { parseQuery } from '../parse/parse-statement.js';
import { catalogTable, TEXT } from '../testing/catalog-table.js';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { findTables } from './find-tables.js';
import { ITEM_COLUMN, type Reference } from './reference.js';
import { rewriteText } from './rewrite-text.js';

const planner = temporaryPlanner();

/** The statement with table N replaced by `rN`; with `_item` among the columns of every table that `withItem` names. */
async function rewritten(sql: string, withItem: readonly string[] = []): Promise<string> {
  const text = EditedText.of(sql);
  const names = findTables(await parseQuery(text, planner()), text);
  const references = names.tables.map((found, slot): Reference => {
    const table = catalogTable({ name: found.name, columns: { pk: TEXT } });
    return {
      slot,
      found,
      alias: found.alias === '' ? found.name : found.alias,
      source: { kind: 'table', table },
      columns: withItem.includes(found.name) ? [...table.columns, ITEM_COLUMN] : table.columns,
    };
  });
  const result = rewriteText(text, names, references, ({ slot }) => `r${slot}`).text;
  await expect(parseQuery(EditedText.of(result), planner())).resolves.toBeDefined();
  return result;
}

describe('a table name', () => {
  test.each([
    ['SELECT * FROM t', 'SELECT * FROM r0 AS "t"'],
    ['SELECT * FROM s.t WHERE x', 'SELECT * FROM r0 AS "t" WHERE x'],
    ['SELECT * FROM s /* a */ . -- b\n "t u" x', 'SELECT * FROM r0 x'],
    ['FROM "a""b"', 'FROM r0 AS "a""b"'],
    ["FROM 't'", 'FROM r0 AS "t"'],
    ['FROM x: t', 'FROM x: r0'],
    ['FROM t AS x(a, b)', 'FROM r0 AS x(a, b)'],
    ["SELECT 'é𝄞' FROM t,t u", 'SELECT \'é𝄞\' FROM r0 AS "t",r1 u'],
    ['FROM t TABLESAMPLE 10%', 'FROM r0 AS "t" TABLESAMPLE 10%'],
    ['DESCRIBE t', 'DESCRIBE SELECT * FROM r0 AS "t"'],
    ['SUMMARIZE s.t', 'SUMMARIZE SELECT * FROM r0 AS "t"'],
    ['DESCRIBE SELECT * FROM t', 'DESCRIBE SELECT * FROM r0 AS "t"'],
    ['WITH t AS (FROM t) FROM t', 'WITH t AS (FROM r0 AS "t") FROM t'],
  ])('is replaced where it stands, and stays the alias: %s', async (sql, expected) => {
    expect(await rewritten(sql)).toBe(expected);
  });

  test.each([
    ['TABLE t', 'SELECT * FROM r0 AS "t"'],
    ['(table s.t) UNION (TABLE t)', '(SELECT * FROM r0 AS "t") UNION (SELECT * FROM r1 AS "t")'],
    ['DESCRIBE TABLE t', 'DESCRIBE SELECT * FROM r0 AS "t"'],
    ['WITH a AS (TABLE t) TABLE a', 'WITH a AS (SELECT * FROM r0 AS "t") TABLE a'],
  ])('after TABLE becomes a SELECT, because TABLE takes nothing but a name: %s', async (sql, expected) => {
    expect(await rewritten(sql)).toBe(expected);
  });
});

describe('a column with its schema', () => {
  test.each([
    ['SELECT s.t.x FROM s.t', 'SELECT t.x FROM r0 AS "t"'],
    ['SELECT "s" . t."x" FROM s.t', 'SELECT t."x" FROM r0 AS "t"'],
    ['SELECT S.T.x.y FROM s.t', 'SELECT T.x.y FROM r0 AS "t"'],
    ['SELECT test.t.x FROM t', 'SELECT t.x FROM r0 AS "t"'],
  ])('loses it: %s', async (sql, expected) => {
    expect(await rewritten(sql)).toBe(expected);
  });

  test.each([
    'SELECT t.x.y FROM t',
    'SELECT a.x.y FROM s.t a',
    'SELECT u.t.x FROM s.t',
    'SELECT s.t.x FROM s.t, s.u s',
  ])('is none, and stays: %s', async (sql) => {
    expect((await rewritten(sql)).split(' FROM ')[0]).toBe(sql.split(' FROM ')[0]);
  });
});

describe('a star leaves _item out', () => {
  test.each([
    ['SELECT *, _item FROM t', 'SELECT * EXCLUDE ("t"._item), _item FROM r0 AS "t"'],
    ['SELECT x.* FROM t x', 'SELECT x.* EXCLUDE ("x"._item) FROM r0 x'],
    ['SELECT * EXCLUDE a FROM t', 'SELECT * EXCLUDE ("t"._item, a) FROM r0 AS "t"'],
    ['SELECT * EXCLUDE "a b" FROM t', 'SELECT * EXCLUDE ("t"._item, "a b") FROM r0 AS "t"'],
    ['SELECT * EXCLUDE (a, b) FROM t', 'SELECT * EXCLUDE ("t"._item, a, b) FROM r0 AS "t"'],
    ['SELECT * exclude(t.a) FROM t', 'SELECT * EXCLUDE ("t"._item, t.a) FROM r0 AS "t"'],
    ['SELECT * REPLACE (1 AS a) FROM t', 'SELECT * EXCLUDE ("t"._item) REPLACE (1 AS a) FROM r0 AS "t"'],
    ['SELECT * RENAME (a AS b) FROM t', 'SELECT * EXCLUDE ("t"._item) RENAME (a AS b) FROM r0 AS "t"'],
    ['FROM t WHERE x', 'SELECT * EXCLUDE ("t"._item) FROM r0 AS "t" WHERE x'],
    ['TABLE t', 'SELECT * EXCLUDE ("t"._item) FROM r0 AS "t"'],
    ['SELECT * FROM t a JOIN t b USING (x)', 'SELECT * EXCLUDE ("a"._item, "b"._item) FROM r0 a JOIN r1 b USING (x)'],
    ['SELECT a.*, 2 * 3 FROM t a, t b', 'SELECT a.* EXCLUDE ("a"._item), 2 * 3 FROM r0 a, r1 b'],
  ])('of %s', async (sql, expected) => {
    expect(await rewritten(sql, ['t'])).toBe(expected);
  });

  test.each([
    'SELECT * FROM u',
    'SELECT * FROM (SELECT _item FROM t)',
    'SELECT count(*) FROM t',
    'SELECT x * y FROM t',
  ])('and no other does: %s', async (sql) => {
    expect(await rewritten(sql, ['t'])).not.toContain('EXCLUDE');
  });

  test.each([
    ['SELECT * FROM t NATURAL JOIN t u', 'NATURAL JOIN'],
    ['SELECT COLUMNS(*) FROM t', 'COLUMNS'],
    ["SELECT min(COLUMNS('x')) FROM t", 'COLUMNS'],
  ])('where it can, and says so where it cannot: %s', async (sql, words) => {
    await expect(rewritten(sql, ['t'])).rejects.toMatchObject({
      code: 'SQL_UNSUPPORTED',
      message: expect.stringContaining(words),
    });
  });
});
