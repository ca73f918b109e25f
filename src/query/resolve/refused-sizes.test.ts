import { describe, expect, test } from 'vitest';
import type { HeadgateError } from '../../base/errors/headgate-error.js';
import { EditedText } from '../parse/edited-text.js';
import { parseQuery } from '../parse/parse-statement.js';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { findTables } from './find-tables.js';

const planner = temporaryPlanner();

async function check(sql: string): Promise<void> {
  const text = EditedText.of(sql);
  findTables(await parseQuery(text, planner()), text);
}

describe('a value of a huge size', () => {
  test.each([
    ['SELECT len(range(50000000))', '50,000,000'],
    ['SELECT len(generate_series(1, 1000 * 50000))', '49,999,999'],
    ['SELECT len(range(5, -50000000, -1))', '50,000,005'],
    ["SELECT range(TIMESTAMP '2000-01-01', DATE '2030-01-01', INTERVAL 1 SECOND)", '946,771,200'],
    ["SELECT range(TIMESTAMP '2000-01-01', TIMESTAMP '2001-01-01 10:00:00', INTERVAL '2 seconds')", '15,829,200'],
    ["SELECT length(repeat('x', 1000000000))", '1,000,000,000'],
    ["SELECT length(repeat(repeat('abc', 1000), 1000))", '3,000,000'],
    ['SELECT repeat([1, 2], 20000000)', '20,000,000'],
    ["SELECT lpad('x', 10::BIGINT ** 9, 'y')", '1,000,000,000'],
    ["SELECT rpad('x', 2000000, 'y')", '2,000,000'],
    ['SELECT list_resize([1], 50000000, 0)', '50,000,000'],
    ['SELECT array_resize([1], 50000000)', '50,000,000'],
    ["SELECT bitstring('1', 1000000000)", '1,000,000,000'],
    ["SELECT format('{:>1000000000}', 'x')", '1,000,000,000'],
    ["SELECT printf('%1000000000d', 1)", '1,000,000,000'],
    ["SELECT levenshtein(repeat('x', 100000), repeat('y', 100000))", '10,000,000,000 steps'],
    ["SELECT list_transform(range(100000), lambda x: repeat('x', 100000))", '10,000,000,000 steps'],
    ['SELECT count(*) FROM unnest(range(20000000))', '20,000,000'],
    ['SELECT 1 FROM (SELECT 1 WHERE 3 IN (SELECT unnest(range(2000000))))', '2,000,000'],
  ])('is refused before anything computes it: %s', async (sql, size) => {
    const error = await check(sql).then(
      () => undefined,
      (reason: HeadgateError) => reason,
    );
    expect(error).toMatchObject({ code: 'SQL_REFUSED', message: expect.stringContaining(size) });
    expect(error?.position).toBeDefined();
  });

  test.each([
    'SELECT * FROM range(50000000)',
    'SELECT * FROM generate_series(1, 50000000) s(i), unnest([i])',
    'SELECT range(1000000)',
    'SELECT range(x) FROM (SELECT 1 AS x)',
    'SELECT range(x, 50000000) FROM (SELECT 1 AS x)',
    "SELECT range(DATE '2000-01-01', DATE '2030-01-01', INTERVAL 1 DAY)",
    "SELECT rpad('a', 100) || rpad('b', 100) || rpad('c', 100) || rpad('d', 100)",
    `SELECT lpad('${'x'.repeat(1000)}', 10000)`,
    "SELECT format('{:>10} {}', 'x', 50000000)",
    'SELECT list_transform(range(1000), lambda x: x * 50000000)',
    "SELECT levenshtein('kitten', 'sitting')",
    `SELECT length('${'x'.repeat(1_500_000)}')`,
  ])('is not seen in %.60s', async (sql) => {
    await expect(check(sql)).resolves.toBeUndefined();
  });
});
