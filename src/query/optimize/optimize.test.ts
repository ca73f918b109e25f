import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../catalog/column-type.js';
import { EditedText } from '../parse/edited-text.js';
import { parseQuery } from '../parse/parse-statement.js';
import { describe as inWords } from '../plan/conditions/filter-expression.js';
import type { NeededReference } from '../plan/plan-reference.js';
import { findTables } from '../resolve/find-tables.js';
import { ITEM_COLUMN, type Reference } from '../resolve/reference.js';
import { BIGINT, catalogTable, TEXT } from '../testing/catalog-table.js';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { optimize } from './optimize.js';

const planner = temporaryPlanner();

const LIST: ColumnType = { kind: 'list', element: TEXT };
const GEO: ColumnType = { kind: 'struct', fields: [{ name: 'lat', attribute: 'lat', type: BIGINT }] };
const ADDRESS: ColumnType = {
  kind: 'struct',
  fields: [
    { name: 'city', attribute: 'city', type: TEXT },
    { name: 'geo', attribute: 'geo', type: GEO },
  ],
};
const TABLES: Readonly<Record<string, Readonly<Record<string, ColumnType>>>> = {
  t: { id: TEXT, v: BIGINT, tags: LIST },
  u: { id: TEXT, w: BIGINT },
  places: { id: TEXT, address: ADDRESS },
  odd: { order: TEXT, 'a b': BIGINT, "it's": TEXT, tags: LIST },
  lines: { id: TEXT, 'x\n(v = 1)\ny': TEXT, v: BIGINT, tags: LIST },
};

async function needed(sql: string): Promise<readonly NeededReference[]> {
  const text = EditedText.of(sql);
  const ast = await parseQuery(text, planner());
  const names = findTables(ast, text);
  const references = names.tables.map((found, slot): Reference => {
    const table = catalogTable({ name: found.name, columns: TABLES[found.name] ?? {} });
    const columns = sql.includes('_item') ? [...table.columns, ITEM_COLUMN] : table.columns;
    return { slot, found, alias: found.alias || found.name, source: { kind: 'table', table }, columns };
  });
  return optimize({ text, names }, references, planner());
}

/** Per reference and reading, what DynamoDB is asked. */
async function asked(sql: string): Promise<string[][]> {
  return (await needed(sql)).map(({ readings }) =>
    readings.map((reading) =>
      reading.map(({ translated }) => (translated === undefined ? '?' : inWords(translated.predicate))).join('; '),
    ),
  );
}

describe('what DynamoDB is asked', () => {
  test.each<[string, string[][]]>([
    ["SELECT * FROM t WHERE id = 'a' AND v > 1", [["v > 1; id = 'a'"]]],
    ["SELECT * FROM (SELECT id AS x FROM t) WHERE x = 'a'", [["id = 'a'"]]],
    ["WITH q AS (FROM t) SELECT * FROM q WHERE id = 'a'", [["id = 'a'"]]],
    ["SELECT * FROM t JOIN u ON t.id = u.id WHERE u.id = 'a'", [["id = 'a'"], ["id = 'a'"]]],
    ['SELECT * FROM t LEFT JOIN u ON t.id = u.id AND u.w = 1', [[''], ['w = 1']]],
    ["SELECT * FROM t WHERE id IN ('a', 'b', 'c', 'd')", [["id IN ('a', 'b', 'c', 'd')"]]],
    ["SELECT * FROM t WHERE id LIKE 'ab%'", [["begins_with(id, 'ab')"]]],
    ['SELECT * FROM t WHERE false', [[]]],
    ["SELECT * FROM t UNION ALL SELECT * FROM t x WHERE id = 'b'", [[''], ["id = 'b'"]]],
    [
      'SELECT * FROM odd WHERE "order" = \'a\' AND "a b" = 1 AND "it\'s" = \'x\'',
      [["a b = 1; it's = 'x'; order = 'a'"]],
    ],
    ["SELECT * FROM t, unnest(tags) x WHERE t.id = 'a' AND v = 1", [["v = 1; id = 'a'"]]],
    ['SELECT * FROM odd, unnest(tags) x WHERE "order" = \'a\'', [["order = 'a'"]]],
    ["SELECT * FROM t AS x(v, id, tags), unnest(tags) WHERE x.v = 'a'", [["id = 'a'"]]],
    ['SELECT * FROM t QUALIFY row_number() OVER (PARTITION BY id ORDER BY v) = 1', [['']]],
  ])('%s', async (sql, expected) => {
    const sorted = (all: string[][]) => all.map((each) => each.map((text) => text.split('; ').toSorted().join('; ')));
    expect(sorted(await asked(sql))).toEqual(sorted(expected));
  });

  test('is never about another column than the statement means, whatever its aliases are', async () => {
    const swapped = '(SELECT id AS v, v AS id FROM t) p';
    for (const [sql, ofT] of [
      [`SELECT * FROM u, LATERAL (SELECT count(*) FROM ${swapped} WHERE p.v = u.id) x`, 'id is S'],
      [`SELECT * FROM u WHERE u.w IN (SELECT p.id FROM ${swapped} WHERE p.v = u.id)`, 'id is S'],
      [`SELECT * FROM u, LATERAL (SELECT count(*) FROM t AS p(v, id) WHERE p.id = u.w) x`, 'v is N'],
    ]) {
      expect((await asked(sql ?? '')).at(-1)).toEqual([ofT]);
    }
    expect(await asked(`SELECT * FROM ${swapped} WHERE p.v = 'a' AND p.id = 1`)).toEqual([["v = 1; id = 'a'"]]);
    expect(await asked(`SELECT * FROM (SELECT id AS v, v AS id, tags FROM t) p, unnest(tags) WHERE p.v = 'a'`)).toEqual(
      [["id = 'a'"]],
    );
  });

  test('is never taken from within a text or a name', async () => {
    const text = "'x\n(v = 1)\ny'";
    expect(await asked(`SELECT * FROM t WHERE id <> ${text}`)).toEqual([[`id is S AND id <> ${text}`]]);
    expect(await asked(`SELECT * FROM t, unnest(tags) WHERE id <> ${text}`)).toEqual([[`id is S AND id <> ${text}`]]);
    const name = '"x\n(v = 1)\ny"';
    expect(await asked(`SELECT * FROM lines, unnest(tags) WHERE ${name} = 'a'`)).toEqual([["x\n(v = 1)\ny = 'a'"]]);
    expect(await asked(`SELECT * FROM lines WHERE ${name} = 'a'`)).toEqual([["x\n(v = 1)\ny = 'a'"]]);
  });

  test('is nothing of _item, which is no attribute', async () => {
    expect(await asked("SELECT id FROM t WHERE _item IS NOT NULL AND id = 'a'")).toEqual([["?; id = 'a'"]]);
  });
});

describe('the columns that are fetched', () => {
  test.each<[string, string[][]]>([
    ['SELECT v FROM t', [['v']]],
    ["SELECT v FROM t WHERE id = 'a'", [['id', 'v']]],
    ['SELECT count(*) FROM t', [[]]],
    ['WITH q AS (FROM t) SELECT v FROM q WHERE id = 1', [['id', 'v']]],
    ['WITH RECURSIVE r AS (SELECT id FROM t UNION SELECT u.id FROM u JOIN r ON r.id = u.id) FROM r', [['id'], ['id']]],
    ["SELECT v, count(*) FROM t GROUP BY v HAVING max(id) > 'x'", [['id', 'v']]],
    ['SELECT v FROM t ORDER BY id LIMIT 3', [['id', 'v']]],
    ['SELECT v, row_number() OVER (PARTITION BY id) FROM t', [['id', 'v']]],
    ['SELECT v FROM t, unnest(tags)', [['v', 'tags']]],
    ['SELECT v FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.w > t.v)', [['v'], ['w']]],
    ['SELECT DISTINCT v FROM t', [['v']]],
    ['SELECT t FROM t', [['id', 'v', 'tags']]],
    ['SELECT u.w FROM t JOIN u USING (id)', [['id'], ['id', 'w']]],
    ['SELECT "a b" FROM odd', [['a b']]],
    ['SELECT id FROM (SELECT *, v + 1 AS z FROM t)', [['id']]],
  ])('%s', async (sql, expected) => {
    expect((await needed(sql)).map(({ columns }) => columns.map(({ name }) => name))).toEqual(expected);
  });
});

describe('what people see', () => {
  test('has the names of the statement', async () => {
    const [reference] = await needed(`SELECT * FROM odd WHERE "a b" > 1 AND "order" <> 'column0_1'`);
    expect(reference?.readings.flat().map(({ sql }) => sql)).toEqual(['a b > 1', "order <> 'column0_1'"]);
  });

  test.each([
    ['SELECT idd FROM t', 'COLUMN_NOT_FOUND', 'no column "idd" in test.t', 8],
    ["SELECT 'é', nope FROM t, u", 'COLUMN_NOT_FOUND', 'no column "nope"', 13],
    ["SELECT 'é', u.nope FROM t, u", 'COLUMN_NOT_FOUND', 'no column "nope" in test.u', 13],
    ['SELECT x.v.nope FROM t x', 'SQL_INVALID', expect.stringContaining("cannot extract field 'nope'"), undefined],
    ["SELECT 'é', address.citty FROM places", 'COLUMN_NOT_FOUND', 'no field "citty" in address', 13],
    ['SELECT p.address.geo.lon FROM t, places p', 'COLUMN_NOT_FOUND', 'no field "lon" in address.geo', 8],
    ['SELECT x.id FROM t', 'SQL_INVALID', 'referenced table "x" not found!', 8],
    [
      'SELECT upper(v) FROM t',
      'SQL_INVALID',
      "no function matches the given name and argument types 'upper(BIGINT)'",
      8,
    ],
    ['SELECT id FROM t, u', 'SQL_INVALID', expect.stringContaining('ambiguous reference to column name "id"'), 8],
    ['SELECT id, count(*) FROM t', 'SQL_INVALID', expect.stringContaining('must appear in the GROUP BY clause'), 8],
  ])('errors have the place in the statement: %s', async (sql, code, message, column) => {
    await expect(needed(sql)).rejects.toMatchObject({ code, message });
    if (column !== undefined) await expect(needed(sql)).rejects.toMatchObject({ position: { line: 1, column } });
  });

  test('an unknown field comes with the nearest name and the way to any field', async () => {
    await expect(needed('SELECT address.citty FROM places')).rejects.toMatchObject({
      hint: "Did you mean city? A field that the catalog has not seen is reached by _item->'address'->>'citty'.",
    });
  });

  test('an unknown column comes with the nearest name and the way to any attribute', async () => {
    await expect(needed('SELECT vv FROM t')).rejects.toMatchObject({
      hint: "Did you mean v? DESCRIBE lists the columns. An attribute that the catalog has not seen is reached by _item->>'vv'.",
    });
  });
});

test('everything is read when DuckDB itself fails to plan', async () => {
  const failing = {
    logicalPlan: async () => '{"error":true}',
    explain: async () => {
      throw new Error('{"exception_type":"INTERNAL","exception_message":"Attempted to access index 0"}');
    },
  };
  const text = EditedText.of("SELECT id FROM t WHERE id = 'a'");
  const ast = await parseQuery(text, planner());
  const names = findTables(ast, text);
  const [found] = names.tables;
  if (found === undefined) throw new Error('no table');
  const table = catalogTable({ name: 't', columns: TABLES['t'] ?? {} });
  const reference: Reference = { slot: 0, found, alias: 't', source: { kind: 'table', table }, columns: table.columns };
  expect(await optimize({ text, names }, [reference], failing)).toEqual([
    {
      reference,
      readings: [[]],
      columns: table.columns,
      notes: ['all items and columns are fetched, because DuckDB could not plan the statement'],
      goal: undefined,
      lookups: [],
    },
  ]);
});
