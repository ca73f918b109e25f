import { expect, test } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { type ShowErrorOptions, showError } from './show-error.js';

const PLAIN: ShowErrorOptions = { sql: undefined, colour: false, width: 80, debug: false };

function at(line: number, column: number): HeadgateError {
  return new HeadgateError('SQL_SYNTAX', 'Something is wrong here.', { position: { line, column } });
}

/** The line of the statement and the line of the caret. */
function pointed(sql: string, column: number, width = 80): string[] {
  return showError(at(1, column), { ...PLAIN, sql, width })
    .split('\n')
    .slice(1, 3);
}

test('an error shows what happened, why, where, what to do and its code', () => {
  const error = new HeadgateError('COLUMN_NOT_FOUND', 'There is no column "orgin".', {
    detail: 'The table demo.flights has 7 columns.',
    hint: 'Did you mean "origin"?',
    position: { line: 2, column: 7 },
  });
  const sql = "SELECT * FROM demo.flights\nWHERE orgin = 'SEA'\nLIMIT 10";
  expect(showError(error, { ...PLAIN, sql })).toBe(`\
error: There is no column "orgin".
The table demo.flights has 7 columns.
  2 | WHERE orgin = 'SEA'
    |       ^
hint: Did you mean "origin"?
code: COLUMN_NOT_FOUND
`);
});

test('an error without detail, position and hint is two lines', () => {
  expect(showError(new HeadgateError('TIMEOUT', 'It took too long.'), PLAIN)).toBe(
    'error: It took too long.\ncode: TIMEOUT\n',
  );
});

test('the caret stands under the column, past tabs and wide characters', () => {
  expect(pointed("\t\tWHERE x = 'a' AND", 13)).toEqual(["  1 |     WHERE x = 'a' AND", '    |               ^']);
  expect(pointed("WHERE 都市 = '京' AMD x", 17)).toEqual([
    "  1 | WHERE 都市 = '京' AMD x",
    '    |                    ^',
  ]);
  // Columns count characters, not the two halves in which JavaScript keeps some of them.
  expect(pointed("SELECT '🐦' FORM t", 12)).toEqual(["  1 | SELECT '🐦' FORM t", '    |             ^']);
});

test('the caret may stand behind the last character', () => {
  expect(pointed('SELECT', 7)).toEqual(['  1 | SELECT', '    |       ^']);
  expect(pointed('', 1)).toEqual(['  1 | ', '    | ^']);
  expect(pointed('SELECT', 100)).toEqual(['  1 | SELECT', '    |       ^']);
});

test('a long line is cut around the caret and never wider than the terminal', () => {
  const sql = `SELECT ${Array.from({ length: 40 }, (_, index) => `column_${index}`).join(', ')} FORM t`;
  for (const column of [1, 30, 200, sql.indexOf('FORM') + 1, sql.length + 1]) {
    const [text = '', caret = ''] = pointed(sql, column, 50);
    expect(text.length).toBeLessThanOrEqual(50);
    expect(text.at(caret.indexOf('^')) ?? '').toBe(sql.charAt(column - 1));
  }
  expect(pointed(sql, sql.indexOf('FORM') + 1, 50)).toMatchInlineSnapshot(`
    [
      "  1 | …mn_37, column_38, column_39 FORM t",
      "    |                              ^",
    ]
  `);
});

test('lines end as the editor ended them', () => {
  expect(showError(at(2, 3), { ...PLAIN, sql: 'SELECT 1\r\n  FORM t\r\n' })).toContain('  2 |   FORM t\n    |   ^\n');
});

test('a position outside the statement is told in words', () => {
  expect(showError(at(9, 2), { ...PLAIN, sql: 'SELECT 1' })).toContain('at line 9, column 2');
});

test('nothing that a name holds is obeyed by the terminal', () => {
  const shown = showError(new HeadgateError('TABLE_NOT_FOUND', 'No table "\u001b[2J".\nReally.'), PLAIN);
  expect(shown).toBe('error: No table "\\x1b[2J".\nReally.\ncode: TABLE_NOT_FOUND\n');
  expect(pointed('SELECT \u001b[2J x', 8)).toEqual(['  1 | SELECT \\x1b[2J x', '    |        ^']);
});

test('colours are there only when asked for', () => {
  const error = new HeadgateError('TIMEOUT', 'It took too long.', { hint: 'Wait.' });
  expect(showError(error, { ...PLAIN, colour: true })).toBe(
    '\u001b[1;31merror:\u001b[0m It took too long.\n\u001b[36mhint:\u001b[0m Wait.\n\u001b[2mcode: TIMEOUT\u001b[0m\n',
  );
  expect(showError(error, PLAIN)).not.toContain('\u001b');
});

test('stacks, of the causes too, are there only for debugging', () => {
  const error = new HeadgateError('INTERNAL', 'Oops.', { cause: new RangeError('deep down') });
  expect(showError(error, { ...PLAIN, debug: true })).toMatch(/RangeError: deep down\n +at /);
  expect(showError(error, PLAIN)).not.toContain(' at ');
});
