import { describe, expect, test } from 'vitest';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { EditedText } from './edited-text.js';
import { parseByShape } from './parse-shape.js';
import { type AstNode, nodesOf, parseAst } from './parse-statement.js';
import { ShapeCache } from './shape-cache.js';

const planner = temporaryPlanner();

/** A planner with a memory of its own, which counts what is asked of DuckDB. */
function countingPlanner() {
  const asked: string[] = [];
  return {
    asked,
    shapes: new ShapeCache(),
    serialize: (sql: string) => {
      asked.push(sql);
      return planner().serialize(sql);
    },
  };
}

const byShape = (sql: string, own = countingPlanner()) => parseByShape(EditedText.of(sql), own);
const statements = (ast: AstNode | undefined) =>
  JSON.stringify(
    nodesOf(ast?.['statements']).map(({ node }) => node),
    inOrder,
  );
const byDuckdb = async (sql: string) => parseAst(await planner().serialize(sql));

/** Members in the order of their names, without the places of constants. */
function inOrder(_member: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const isConstant = 'class' in value && value.class === 'CONSTANT';
  const members = Object.entries(value).filter(([name]) => !isConstant || name !== 'query_location');
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('the AST by the shape is the one that DuckDB gives for the text itself', () => {
  test.each([
    `SELECT * FROM t WHERE id = 'x'`,
    `SELECT * FROM t WHERE id = ''`,
    `SELECT a, "b c" FROM "é".t AS x WHERE x.id = 'it''s é 😀' AND n = 0 AND m = 999999999`,
    `SELECT a FROM t WHERE id IN ('a', 'b', 3) OR n BETWEEN 1 AND 2 ORDER BY 1 DESC, a LIMIT 10 OFFSET 5`,
    `SELECT a FROM t WHERE (a, b) IN (('x', 1), ('y', 2))`,
    `SELECT a FROM t WHERE name LIKE 'ab%' AND starts_with(name, 'x') AND NOT flag AND x[1] = 'a' AND m['k'] = 2`,
    `SELECT 'a' AS label, 5::DOUBLE, CAST('2026-07-01' AS DATE), 'x'::BLOB, 't'::BOOLEAN FROM t`,
    `WITH c AS (SELECT 1 AS one) SELECT c.one, count(*) FILTER (WHERE a = 'x') FROM t JOIN c ON t.n = c.one + 1 GROUP BY 1 HAVING count(*) > 2`,
    `SELECT a FROM (SELECT a FROM t WHERE id = 'x' UNION ALL SELECT b FROM u WHERE id = 7) s WHERE EXISTS (SELECT 1 FROM v WHERE v.k = 'z')`,
    `SELECT sum(n) OVER (ORDER BY d ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING) FROM t QUALIFY row_number() OVER () < 5`,
    `SELECT CASE a WHEN 'x' THEN 1 ELSE 'y' END, list_transform(l, e -> e + 1), [1, 2], coalesce(a, '') FROM t`,
    `SELECT 'a'::TEXT || 'b', n % 7, 10 - 3 FROM range(5) r, t`,
    `SUMMARIZE SELECT * FROM t WHERE id = 'x'`,
    `SELECT a FROM t -- 'no' 5\n WHERE /* '1' */ id='x'AND n=5`,
    `SELECT list(a[1] ORDER BY a[1]), list(a[1] ORDER BY a[2]), m['1'] FROM t GROUP BY 'a', 'a', 'b', 1, 01`,
    `SELECT a FROM t`,
  ])('%s', async (sql) => {
    const ast = await byShape(sql);
    expect(ast).toBeDefined();
    expect(statements(ast)).toBe(statements(await byDuckdb(sql)));
  });
});

describe('a text whose constants cannot be parameters is left to DuckDB', () => {
  test.each([
    `SELECT DATE '2026-07-01'`,
    `SELECT a FROM t WHERE d > now() - INTERVAL '1 day'`,
    `SELECT a FROM 'file.csv'`,
    `SELECT a::DECIMAL(10, 2) FROM t`,
    `SELECT a AS 'label' FROM t`,
    `SELECT 'a'\n'b'`,
    `SELECT FROM WHERE 5`,
    `SELECT $1`,
    `SELECT '${'x, '.repeat(5000)}'`,
    `SELECT ${Array.from({ length: 100 }, (_, i) => i).join(', ')}`,
  ])('%#', async (sql) => {
    const own = countingPlanner();
    expect(await byShape(sql, own)).toBeUndefined();
    const askedFirst = own.asked.length;
    expect(await byShape(sql, own)).toBeUndefined();
    expect(own.asked).toHaveLength(askedFirst);
  });
});

describe('what only looks like a plain constant stays in the shape', () => {
  test.each([
    `SELECT E'a\\n', x'41', $$d$$, $t$'q'$t$ FROM t`,
    `SELECT 0x1F, 1e5, 1.5, .5, 5., 1_000, 12345678901, 9223372036854775808 FROM t`,
    `SELECT -5, - 5, +5, - -5, a -5, a*-5, (-5), t5.a, "a 5" FROM t5 WHERE col1 = true`,
  ])('%s', async (sql) => {
    const ast = (await byShape(sql)) ?? (await byDuckdb(sql));
    expect(statements(ast)).toBe(statements(await byDuckdb(sql)));
  });
});

test('a second text of the same shape does not ask DuckDB', async () => {
  const own = countingPlanner();
  await byShape(`SELECT * FROM t WHERE id = 'a' AND n > 5`, own);
  const second = `SELECT * FROM t WHERE id = 'much longer ''text''' AND n > 123456`;
  expect(statements(await byShape(second, own))).toBe(statements(await byDuckdb(second)));
  expect(own.asked).toEqual(['SELECT * FROM t WHERE id = $1 AND n > $2']);
  await byShape(`SELECT * FROM t WHERE id = 'a' AND n > 5.5`, own);
  await byShape(`SELECT * FROM t WHERE id = 'a' AND n > 'a'`, own);
  expect(own.asked).toHaveLength(3);
});

test('text and number are not the same shape to what reads them', async () => {
  const own = countingPlanner();
  const sql = [`SELECT * FROM t WHERE id = '5'`, 'SELECT * FROM t WHERE id = 5'];
  for (const each of sql) expect(statements(await byShape(each, own))).toBe(statements(await byDuckdb(each)));
});
