import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../catalog/column-type.js';
import { EditedText } from '../parse/edited-text.js';
import { parseQuery } from '../parse/parse-statement.js';
import { findTables } from '../resolve/find-tables.js';
import type { Reference } from '../resolve/reference.js';
import { BIGINT, catalogTable, TEXT } from '../testing/catalog-table.js';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { optimize } from './optimize.js';

const planner = temporaryPlanner();

const DECIMAL: ColumnType = { kind: 'decimal', precision: 18, scale: 2 };
const DOUBLE: ColumnType = { kind: 'double' };
const TABLES: Readonly<Record<string, Readonly<Record<string, ColumnType>>>> = {
  a: { pk: TEXT, n: BIGINT, d: DECIMAL, f: DOUBLE },
  b: { pk: TEXT, a_pk: TEXT, n: BIGINT, d: DECIMAL },
  c: { pk: TEXT, b_pk: TEXT, n: BIGINT },
};

/** `b.pk <- a.n`: the items of b that are wanted are told by the values of a.n. */
async function lookups(sql: string): Promise<string[]> {
  const text = EditedText.of(sql);
  const ast = await parseQuery(text, planner());
  const names = findTables(ast, text);
  const references = names.tables.map((found, slot): Reference => {
    const table = catalogTable({ name: found.name, columns: TABLES[found.name] ?? {} });
    return { slot, found, alias: found.alias || found.name, source: { kind: 'table', table }, columns: table.columns };
  });
  const needed = await optimize({ text, names }, references, planner());
  return needed.flatMap(({ reference, lookups: found }) =>
    found.map(({ from, terms }) =>
      terms
        .map(({ attribute, column }) => `${reference.alias}.${attribute} <- ${references[from]?.alias}.${column.name}`)
        .join(' & '),
    ),
  );
}

describe('a join tells of the side that it restricts', () => {
  test.each<[string, string[]]>([
    ['SELECT * FROM a JOIN b ON a.pk = b.a_pk', ['a.pk <- b.a_pk', 'b.a_pk <- a.pk']],
    ['SELECT * FROM a, b WHERE a.pk = b.a_pk', ['a.pk <- b.a_pk', 'b.a_pk <- a.pk']],
    ['SELECT * FROM a LEFT JOIN b ON a.pk = b.a_pk', ['b.a_pk <- a.pk']],
    ['SELECT * FROM a RIGHT JOIN b ON a.pk = b.a_pk', ['a.pk <- b.a_pk']],
    ['SELECT * FROM a FULL JOIN b ON a.pk = b.a_pk', []],
    ['SELECT * FROM a WHERE pk IN (SELECT a_pk FROM b)', ['a.pk <- b.a_pk', 'b.a_pk <- a.pk']],
    ['SELECT * FROM a WHERE pk NOT IN (SELECT a_pk FROM b)', []],
    ['SELECT * FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.pk = a.pk)', ['b.pk <- a.pk']],
    ['SELECT * FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.a_pk = a.pk)', []],
    ['SELECT * FROM a ANTI JOIN b ON a.pk = b.a_pk', ['b.a_pk <- a.pk']],
    ['SELECT n, (SELECT b.n FROM b WHERE b.pk = a.pk) FROM a', ['b.pk <- a.pk']],
    ['SELECT n, (SELECT b.n FROM b WHERE b.a_pk = a.pk) FROM a', []],
    ['SELECT * FROM a JOIN b ON a.pk = b.a_pk OR a.n = b.n', []],
    ['SELECT * FROM a JOIN b ON a.pk > b.a_pk', []],
    ['SELECT * FROM a JOIN b ON a.pk IS NOT DISTINCT FROM b.a_pk', ['a.pk <- b.a_pk']],
    ['SELECT * FROM a POSITIONAL JOIN b', []],
    ['SELECT * FROM a ASOF JOIN b ON a.pk = b.a_pk AND a.n >= b.n', []],
    [
      'SELECT * FROM a JOIN b ON a.pk = b.a_pk AND a.n = b.n',
      ['a.pk <- b.a_pk & a.n <- b.n', 'b.a_pk <- a.pk & b.n <- a.n'],
    ],
  ])('%s', async (sql, expected) => {
    expect((await lookups(sql)).toSorted()).toEqual(expected.toSorted());
  });
});

describe('values are followed', () => {
  test.each<[string, string[]]>([
    [
      'WITH x AS (SELECT a_pk AS k FROM b WHERE n > 1) SELECT * FROM a JOIN x ON a.pk = x.k',
      ['a.pk <- b.a_pk', 'b.a_pk <- a.pk'],
    ],
    ['SELECT * FROM a JOIN (SELECT a_pk, count(*) FROM b GROUP BY a_pk) x ON a.pk = x.a_pk', ['a.pk <- b.a_pk']],
    ['SELECT * FROM a JOIN (SELECT * FROM b ORDER BY n LIMIT 3) x ON a.pk = x.a_pk', ['a.pk <- b.a_pk']],
    ['SELECT * FROM a JOIN (SELECT a_pk FROM b UNION ALL SELECT b_pk FROM c) x ON a.pk = x.a_pk', []],
    ['SELECT * FROM a JOIN (SELECT max(a_pk) AS k FROM b) x ON a.pk = x.k', []],
    [
      'SELECT * FROM a JOIN (SELECT pk AS a_pk, a_pk AS pk FROM b) x ON a.pk = x.a_pk',
      ['a.pk <- b.pk', 'b.pk <- a.pk'],
    ],
    ['SELECT * FROM a JOIN b ON a.pk = upper(b.a_pk)', []],
    ['SELECT * FROM (SELECT a_pk FROM b GROUP BY CUBE (a_pk, n)) x JOIN a ON a.pk = x.a_pk', []],
    [
      'SELECT * FROM a JOIN b ON a.pk = b.a_pk JOIN c ON b.pk = c.b_pk',
      ['a.pk <- b.a_pk', 'b.a_pk <- a.pk', 'b.pk <- c.b_pk', 'c.b_pk <- b.pk'],
    ],
    ['SELECT * FROM a LEFT JOIN b ON a.pk = b.a_pk LEFT JOIN c ON b.pk = c.b_pk', ['b.a_pk <- a.pk', 'c.b_pk <- b.pk']],
  ])('%s', async (sql, expected) => {
    expect((await lookups(sql)).toSorted()).toEqual(expected.toSorted());
  });

  test.each<[string, string[]]>([
    ['SELECT * FROM a JOIN (SELECT * FROM b LIMIT 3) x ON a.pk = x.a_pk', ['a.pk <- b.a_pk']],
    ['SELECT * FROM a JOIN (SELECT *, row_number() OVER () AS r FROM b) x ON a.pk = x.a_pk', ['a.pk <- b.a_pk']],
    ['SELECT * FROM a JOIN (SELECT DISTINCT ON (n) * FROM b) x ON a.pk = x.a_pk', ['a.pk <- b.a_pk']],
  ])('but not through what counts or chooses among the rows that would be left out: %s', async (sql, expected) => {
    expect((await lookups(sql)).toSorted()).toEqual(expected.toSorted());
  });
});

test('numbers of different exact types are equal as attributes, doubles are not', async () => {
  expect(await lookups('SELECT * FROM a JOIN b ON a.n = b.d')).toEqual(['a.n <- b.d', 'b.d <- a.n']);
  expect(await lookups('SELECT * FROM a JOIN b ON a.f = b.n')).toEqual([]);
  expect(await lookups('SELECT * FROM a JOIN b ON a.n = CAST(b.d AS BIGINT)')).toEqual([]);
  expect(await lookups('SELECT * FROM a JOIN b ON a.pk = CAST(b.n AS VARCHAR)')).toEqual([]);
});

test('a reference that is read twice is not restricted by one of its readings', async () => {
  const twice =
    'WITH x AS NOT MATERIALIZED (FROM b) SELECT (SELECT count(*) FROM x), a.n FROM a JOIN x ON a.pk = x.a_pk';
  expect(await lookups(twice)).toEqual(['a.pk <- b.a_pk']);
});
