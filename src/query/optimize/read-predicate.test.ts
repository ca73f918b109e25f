import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../catalog/column-type.js';
import { isNode, parseAst } from '../parse/parse-statement.js';
import { describe as inWords } from '../plan/conditions/filter-expression.js';
import { BIGINT, TEXT, testColumn } from '../testing/catalog-table.js';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { readPredicate } from './read-predicate.js';

const planner = temporaryPlanner();

const COLUMNS: Readonly<Record<string, ColumnType>> = {
  s: TEXT,
  n: BIGINT,
  h: { kind: 'hugeint' },
  d: { kind: 'decimal', precision: 18, scale: 2 },
  f: { kind: 'double' },
  b: { kind: 'boolean' },
  x: { kind: 'binary' },
  j: { kind: 'json' },
  day: { kind: 'string', as: 'date' },
  l: { kind: 'list', element: TEXT },
  ss: { kind: 'set', element: { kind: 'string', as: 'text' } },
  ns: { kind: 'set', element: { kind: 'bigint' } },
  m: {
    kind: 'struct',
    fields: [
      { name: 'city', attribute: 'city', type: TEXT },
      { name: 'Zip_2', attribute: 'Zip', type: BIGINT },
      { name: 'inner', attribute: 'inner', type: { kind: 'list', element: BIGINT } },
    ],
  },
};

/** What is asked of DynamoDB, in words, `~` before it where SQL may be stricter; undefined where nothing is. */
async function asked(sql: string): Promise<string | undefined> {
  const answer = parseAst(await planner().serialize(`SELECT ${sql}`));
  const [statement] = Array.isArray(answer['statements']) ? answer['statements'] : [];
  const list = isNode(statement) && isNode(statement['node']) ? statement['node']['select_list'] : undefined;
  const [node] = Array.isArray(list) ? list : [];
  if (!isNode(node)) throw new Error(`${sql} is not an expression`);
  const translated = readPredicate(node, (name) => {
    const type = COLUMNS[name];
    return type === undefined ? undefined : testColumn(name, type);
  });
  return translated && `${translated.exact ? '' : '~'}${inWords(translated.predicate)}`;
}

describe('comparisons', () => {
  test.each([
    ["s = 'a'", "s = 'a'"],
    ["'a' = s", "s = 'a'"],
    ['5 < n', 'n > 5'],
    ['n >= 5', 'n >= 5'],
    ['h = 12345678901234567890123456789012345678', 'h = 12345678901234567890123456789012345678'],
    ['d < 1.50', 'd < 1.50'],
    ['b = true', 'b = true'],
    ["x = '\\x00'::BLOB", "x = X'00'"],
    ["s <> 'a'", "s is S AND s <> 'a'"],
    ['b != false', 'b is BOOL AND b <> false'],
    ["m.city = 'x'", undefined],
    ["struct_extract(m, 'city') = 'x'", "m.city = 'x'"],
    ["struct_extract(m, 'zip_2') = 1", 'm.Zip = 1'],
    ["array_extract(struct_extract(m, 'inner'), 2) > 1", 'm.inner[1] > 1'],
    ["array_extract(l, 1) = 'a'", "l[0] = 'a'"],
    ["array_extract(l, -1) = 'a'", undefined],
    ["array_extract(l, 0) = 'a'", undefined],
    ["array_extract(ss, 1) = 'a'", undefined],
    ["array_extract(s, 1) = 'a'", undefined],
    ['s = n', undefined],
    ['s = NULL', undefined],
    ['s = 5', undefined],
    ["n = '5'", undefined],
    ["j = '5'", undefined],
    ["day = '2020-01-01'::DATE", "day = '2020-01-01'"],
    ["day <> '2020-01-01'::DATE", "~day is S AND day <> '2020-01-01'"],
    ["day < '2020-01-01'::DATE", "~day < '2020-01-01'"],
    ["CAST(day AS TIMESTAMP) > '2020-01-01 10:00:00'::TIMESTAMP", "~day >= '2020-01-01'"],
    ["day IN ('2020-01-01'::DATE, '2020-01-02'::DATE)", "day IN ('2020-01-01', '2020-01-02')"],
    ["day = '2020-01-01'", undefined],
    ['unknown = 5', undefined],
    ['n + 1 = 5', undefined],
    ["lower(s) = 'a'", undefined],
    ["s IS DISTINCT FROM 'a'", undefined],
    [`n = ${'9'.repeat(38)}`, `n = ${'9'.repeat(38)}`],
  ])('%s', async (sql, expected) => {
    expect(await asked(sql)).toBe(expected);
  });

  test.each(['<', '<=', '>', '>='])(
    'of booleans by %s ask only for presence, because DynamoDB orders none',
    async (op) => {
      expect(await asked(`b ${op} true`)).toBe('~b is BOOL');
      expect(await asked(`NOT (b ${op} true)`)).toBe('~b is BOOL');
    },
  );
});

describe('casts', () => {
  test.each([
    ['CAST(n AS DECIMAL(20,1)) = 1.5', 'n = 1.5'],
    ['CAST(n AS HUGEINT) = 99999999999999999999', 'n = 99999999999999999999'],
    ['CAST(d AS DECIMAL(19,3)) < 1.234', 'd < 1.234'],
    ['CAST(d AS DECIMAL(18,1)) < 1.2', undefined],
    ['CAST(d AS HUGEINT) = 1', undefined],
    ['CAST(n AS INTEGER) = 1', undefined],
    ["CAST(n AS VARCHAR) = '1'", undefined],
    ['TRY_CAST(n AS HUGEINT) = 1', undefined],
    ["CAST(s AS DATE) = '2020-01-01'::DATE", undefined],
    ['CAST(f AS DECIMAL(18,2)) = 1', undefined],
  ])('that change no value are looked through, others are not: %s', async (sql, expected) => {
    expect(await asked(sql)).toBe(expected);
  });

  test.each(['f', 'CAST(n AS DOUBLE)', 'CAST(d AS DOUBLE)'])('to DOUBLE make a loose range: %s', async (column) => {
    expect(await asked(`${column} = 1.5`)).toMatch(/^~\w >= 1\.4\d+ AND \w <= 1\.50+\d*$/);
    expect(await asked(`${column} IN (1.5, 2.5)`)).toMatch(/^~\(\w >= .* OR \(\w >= /);
    expect(await asked(`NOT (${column} < 1.5)`)).toMatch(/^~\w >= 1\.4/);
    expect(await asked(`${column} <> 1.5`)).toMatch(/^~\w is N$/);
  });
});

describe('lists of values', () => {
  test.each([
    ["s IN ('a', 'b')", "s IN ('a', 'b')"],
    ["s NOT IN ('a', 'b')", "(s is S AND s <> 'a') AND (s is S AND s <> 'b')"],
    ["s IN ('a', NULL)", undefined],
    ["s NOT IN ('a', NULL)", undefined],
    ["s IN ('a', n)", undefined],
    ["(s, n) IN (('a', 1), ('b', 2))", "(s = 'a' AND n = 1) OR (s = 'b' AND n = 2)"],
    ["(s, n) = ('a', 1)", "s = 'a' AND n = 1"],
    ["(s, j) = ('a', 1)", "~s = 'a'"],
    ["(s, n) <> ('a', 1)", undefined],
    ["NOT (s, n) = ('a', 1)", undefined],
    ["(s, n) NOT IN (('a', 1))", undefined],
    ["contains(['a', 'b'], s)", "s IN ('a', 'b')"],
    ['list_contains([1, 2], n)', 'n IN (1, 2)'],
    ["NOT contains(['a', 'b'], s)", undefined],
  ])('%s', async (sql, expected) => {
    expect(await asked(sql)).toBe(expected);
  });
});

describe('ranges', () => {
  test.each([
    ['n BETWEEN 1 AND 5', 'n >= 1 AND n <= 5'],
    ["s BETWEEN 'a' AND n", "~s >= 'a'"],
    ['NOT (n BETWEEN 1 AND 5)', 'n < 1 OR n > 5'],
    ['b BETWEEN false AND true', '~b is BOOL AND b is BOOL'],
    ["prefix(s, 'a')", "begins_with(s, 'a')"],
    ["starts_with(s, 'a')", "begins_with(s, 'a')"],
    ["s ^@ 'a'", "begins_with(s, 'a')"],
    ["prefix(s, '')", 's is S'],
    ["contains(s, 'a')", "~contains(s, 'a')"],
    ["contains(s, '')", 's is S'],
    ["contains(l, 'a')", "~contains(l, 'a')"],
    ["list_contains(ss, 'a')", "~contains(ss, 'a')"],
    ['array_has(ns, 5)', '~contains(ns, 5)'],
    ["list_contains(ns, 'a')", undefined],
    ["NOT prefix(s, 'a')", undefined],
    ["NOT contains(s, 'a')", undefined],
    ["prefix(day, '2020')", undefined],
    ["suffix(s, 'a')", undefined],
    ["regexp_matches(s, '')", undefined],
  ])('%s', async (sql, expected) => {
    expect(await asked(sql)).toBe(expected);
  });
});

describe('NULL', () => {
  test.each([
    ['s IS NULL', 's is not S'],
    ['s IS NOT NULL', 's is S'],
    ['NOT (s IS NULL)', 's is S'],
    ['ns IS NOT NULL', 'ns is NS'],
    ['j IS NULL', 'j is not present'],
    ["struct_extract(m, 'city') IS NULL", 'm.city is not S'],
    ['array_extract(l, 3) IS NULL', 'l[2] is not S'],
    ['day IS NULL', undefined],
    ['day IS NOT NULL', '~day is S'],
    ['lower(s) IS NULL', undefined],
  ])('%s', async (sql, expected) => {
    expect(await asked(sql)).toBe(expected);
  });
});

describe('AND, OR and NOT', () => {
  test.each([
    ["s = 'a' AND n = 1", "s = 'a' AND n = 1"],
    ["s = 'a' AND f(n)", "~s = 'a'"],
    ["s = 'a' OR n = 1", "s = 'a' OR n = 1"],
    ["s = 'a' OR f(n)", undefined],
    ["s = 'a' OR (n = 1 AND f(n))", "~s = 'a' OR n = 1"],
    ["NOT (s = 'a' OR n < 1)", "(s is S AND s <> 'a') AND n >= 1"],
    ["NOT (s = 'a' AND n < 1)", "(s is S AND s <> 'a') OR n >= 1"],
    ["NOT (s = 'a' OR f(n))", "~s is S AND s <> 'a'"],
    ["NOT (s = 'a' AND f(n))", undefined],
    ["NOT (NOT (s = 'a'))", "s = 'a'"],
    ['b', 'b = true'],
    ['NOT b', 'b = false'],
    ['s', undefined],
    ['b AND NOT (n = 1)', 'b = true AND (n is N AND n <> 1)'],
    ["CASE WHEN b THEN s = 'a' END", undefined],
  ])('%s', async (sql, expected) => {
    expect(await asked(sql)).toBe(expected);
  });
});
