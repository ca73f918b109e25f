import { expect, test } from 'vitest';
import { plainText } from './plain-text.js';

test.each([
  ['SELECT 1;', 'SELECT 1'],
  [' ;; SELECT 1 ; ; ', '  SELECT 1   '],
  ['SELECT 1; -- done', 'SELECT 1 -- done'],
  ["SELECT ';' ;", "SELECT ';' "],
  ['SELECT 1; SELECT 2;', 'SELECT 1; SELECT 2'],
  [';', ''],
  ['', ''],
])('of %j the semicolons around the statement are gone', (sql, expected) => {
  expect(plainText(sql).text).toBe(expected);
});

test('spaces beyond ASCII become plain ones, except in what is quoted', () => {
  expect(plainText('\ufeffSELECT\u00a0\'a\u00a0b\'\u3000AS "c\u2003d" /*\u00a0*/ --\u00a0').text).toBe(
    ' SELECT \'a\u00a0b\' AS "c\u2003d" /* */ -- ',
  );
});

test('positions are still those of the statement as it was written', () => {
  const text = plainText('\u00a0\u00a0SELECT x');
  expect(text.position(text.bytes.indexOf('x'))).toEqual({ line: 1, column: 10 });
});
