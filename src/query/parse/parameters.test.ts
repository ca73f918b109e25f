import { describe, expect, test } from 'vitest';
import type { Parameters, ParameterValue } from '../statement.js';
import { EditedText } from './edited-text.js';
import { bindParameters } from './parameters.js';

function bound(sql: string, parameters?: Parameters): string {
  return bindParameters(EditedText.of(sql), parameters).text.replaceAll(/\s+/g, ' ');
}
const positional = (...values: ParameterValue[]): Parameters => ({ kind: 'positional', values });
const named = (values: Record<string, ParameterValue>): Parameters => ({ kind: 'named', values });

describe('a value as a literal', () => {
  test.each<{ value: ParameterValue; literal: string }>([
    { value: null, literal: 'NULL' },
    { value: true, literal: 'true' },
    { value: 42, literal: '42' },
    { value: -42, literal: '(-42)' },
    { value: -0, literal: '(0)' },
    { value: 0.1, literal: '0.1' },
    { value: 1e-7, literal: '1e-7' },
    { value: 1e21, literal: '1e+21' },
    { value: Number.NaN, literal: "'NaN'::DOUBLE" },
    { value: Number.NEGATIVE_INFINITY, literal: "'-Infinity'::DOUBLE" },
    { value: 12345678901234567890123456789012345678n, literal: '12345678901234567890123456789012345678' },
    { value: -9007199254740993n, literal: '(-9007199254740993)' },
    { value: "it's", literal: "'it''s'" },
    { value: 'a\0b', literal: "('a' || chr(0) || 'b')" },
    { value: '?$1', literal: "'?$1'" },
    { value: new Uint8Array([0, 255]), literal: "from_base64('AP8=')" },
    { value: ['a', null, [1]], literal: "['a', NULL, [1]]" },
  ])('$literal', ({ value, literal }) => {
    expect(bound('SELECT ?', positional(value)).trim()).toBe(`SELECT ${literal}`);
  });
});

describe('placeholders', () => {
  test('are numbered from the left, or by their own number', () => {
    expect(bound('SELECT ?, ?', positional(1, 2)).trim()).toBe('SELECT 1 , 2');
    expect(bound('SELECT $2, $1, $2', positional(1, 2)).trim()).toBe('SELECT 2 , 1 , 2');
    expect(bound('SELECT ?2, ?1', positional(1, 2)).trim()).toBe('SELECT 2 , 1');
  });

  test('by name do not mind case', () => {
    expect(bound('SELECT $Name, $naïve', named({ name: 1, NAÏVE: 2 })).trim()).toBe('SELECT 1 , 2');
  });

  test('are none inside strings, names, comments and dollar quotes', () => {
    const sql = `SELECT '?', "$1", $$?$$, $t$ $1 $t$, E'\\'?' /* ? /* $1 */ ? */ -- ?`;
    expect(bound(sql)).toBe(sql);
  });

  test('may touch the words beside them', () => {
    expect(bound('SELECT?FROM t LIMIT?', positional(1, 2))).toBe('SELECT 1 FROM t LIMIT 2 ');
    expect(bound('x=?::INT-?', positional(-5, -1))).toBe('x= (-5) ::INT- (-1) ');
  });
});

describe('what is refused', () => {
  function error(sql: string, parameters?: Parameters): unknown {
    try {
      return bound(sql, parameters);
    } catch (thrown) {
      return thrown;
    }
  }

  test('a placeholder without a value, with its place', () => {
    expect(error('SELECT 1,\n ?')).toMatchObject({ code: 'PARAMETER_INVALID', position: { line: 2, column: 2 } });
    expect(error('SELECT $2', positional(1))).toMatchObject({ message: 'no value for the parameter $2' });
    expect(error('SELECT $name', positional(1))).toMatchObject({
      detail: 'In this call 1 positional parameter(s) were given.',
    });
    expect(error('SELECT ?', named({ a: 1 }))).toMatchObject({ detail: 'In this call the given names are a.' });
  });

  test('a value without a placeholder', () => {
    expect(error('SELECT ?', positional(1, 2))).toMatchObject({
      code: 'PARAMETER_INVALID',
      message: 'the statement has no parameter number 2',
    });
    expect(error('SELECT 1', named({ a: 1 }))).toMatchObject({ message: 'the statement has no parameter a' });
  });
});
