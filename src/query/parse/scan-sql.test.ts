import { describe, expect, test } from 'vitest';
import { endOfName, fromBytes, quoteIdentifier, quoteString, scanSql, textOf, toBytes } from './scan-sql.js';

function tokens(sql: string): string[] {
  const bytes = toBytes(sql);
  return scanSql(bytes).map((token) => `${token.kind} ${fromBytes(textOf(bytes, token))}`);
}

describe('tokens', () => {
  test.each([
    ["'it''s' E'it\\'s' x'00' B'01'", ["string 'it''s'", "string E'it\\'s'", "string x'00'", "string B'01'"]],
    ['"a""b" "a.b"', ['quoted "a""b"', 'quoted "a.b"']],
    ['$$ ? $x $$ $t$ $$ $t$', ['string $$ ? $x $$', 'string $t$ $$ $t$']],
    ['? ?1 $1 $name $é', ['parameter ?', 'parameter ?1', 'parameter $1', 'parameter $name', 'parameter $é']],
    ['1 1.5 .5 1e3 1_000 1.', ['number 1', 'number 1.5', 'number .5', 'number 1e3', 'number 1_000', 'number 1.']],
    ['a$1 naïve _x 表', ['word a$1', 'word naïve', 'word _x', 'word 表']],
    ['a.b->>?', ['word a', 'symbol .', 'word b', 'symbol -', 'symbol >', 'symbol >', 'parameter ?']],
    ["name'x'", ['word name', "string 'x'"]],
  ])('of %s', (sql, expected) => {
    expect(tokens(sql)).toEqual(expected);
  });

  test('comments are none, nested and unclosed ones too', () => {
    expect(tokens("a -- ' ? \"\nb /* ' /* $1 */ ? */ c /* d")).toEqual(['word a', 'word b', 'word c']);
  });

  test('a string or a comment hides the beginning of the other', () => {
    expect(tokens("'--' '/*' a -- '\n'b'")).toEqual(["string '--'", "string '/*'", 'word a', "string 'b'"]);
  });

  test('spaces beyond ASCII part words, as DuckDB reads them', () => {
    expect(tokens('a\u00a0b\u3000c\u2003d\ufeff')).toEqual(['word a', 'word b', 'word c', 'word d']);
    expect(tokens('"a\u00a0b"')).toEqual(['quoted "a\u00a0b"']);
  });

  test('count bytes of UTF-8, as DuckDB does', () => {
    const [, second] = scanSql(toBytes("'é𝄞' x"));
    expect(second).toEqual({ kind: 'word', start: 9, end: 10 });
  });
});

test('a qualified name ends after its last part, whatever stands between the parts', () => {
  const bytes = toBytes('a . /* x */ "b c" -- y\n.d e');
  const scanned = scanSql(bytes);
  expect(textOf(bytes, scanned[endOfName(bytes, scanned, 0)])).toBe('e');
  expect(endOfName(toBytes('a'), scanSql(toBytes('a')), 0)).toBe(1);
});

test('quoting doubles quotes', () => {
  expect(quoteIdentifier('a"b.c')).toBe('"a""b.c"');
  expect(quoteString("it's")).toBe("'it''s'");
});
