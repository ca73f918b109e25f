import { describe, expect, test } from 'vitest';
import { chooseFormat, readParameters } from './query-options.js';

describe('the format', () => {
  test('is a table on a terminal and JSON lines anywhere else', () => {
    expect(chooseFormat({ format: undefined, output: undefined, isTerminal: true })).toBe('table');
    expect(chooseFormat({ format: undefined, output: undefined, isTerminal: false })).toBe('ndjson');
  });

  test('of a file is that of its extension, when it is not given', () => {
    const formatOf = (output: string) => chooseFormat({ format: undefined, output, isTerminal: true });
    expect(['a.CSV', 'a.parquet', 'a.jsonl', 'b.json', 'a.arrow', 'a.txt', 'a'].map(formatOf)).toEqual([
      'csv',
      'parquet',
      'ndjson',
      'json',
      'arrow',
      'ndjson',
      'ndjson',
    ]);
    expect(chooseFormat({ format: 'json', output: 'a.csv', isTerminal: true })).toBe('json');
  });

  test('may be binary in a file or a pipe, but not on a terminal', () => {
    expect(chooseFormat({ format: 'parquet', output: undefined, isTerminal: false })).toBe('parquet');
    expect(chooseFormat({ format: 'arrow', output: 'x', isTerminal: true })).toBe('arrow');
    for (const format of ['parquet', 'arrow'] as const) {
      expect(() => chooseFormat({ format, output: undefined, isTerminal: true })).toThrow(
        expect.objectContaining({ code: 'USAGE', hint: `Write it to a file: --output rows.${format}` }),
      );
    }
  });
});

describe('parameters', () => {
  test('without a name are positional, in order', () => {
    expect(readParameters([])).toBeUndefined();
    expect(readParameters(['SEA', '', '-5', '2001-01-01', 'a b=c', '1=2', '=x'])).toEqual({
      kind: 'positional',
      values: ['SEA', '', '-5', '2001-01-01', 'a b=c', '1=2', '=x'],
    });
  });

  test('with a name and = are named, and keep every further =', () => {
    expect(readParameters(['origin=SEA', '_day=2001-01-01', 'q=a=b', 'empty=', '__proto__=x'])).toEqual({
      kind: 'named',
      values: Object.fromEntries([
        ['origin', 'SEA'],
        ['_day', '2001-01-01'],
        ['q', 'a=b'],
        ['empty', ''],
        ['__proto__', 'x'],
      ]),
    });
  });

  test('with := are positional, whatever follows', () => {
    expect(readParameters([':=a=b', ':=', ':=:=x', 'y'])).toEqual({
      kind: 'positional',
      values: ['a=b', '', ':=x', 'y'],
    });
  });

  test('of both kinds, or with a name twice, are refused', () => {
    expect(() => readParameters(['SEA', 'a=b'])).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('--param ":=a=b"') }),
    );
    expect(() => readParameters(['a=b', ':=c'])).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(() => readParameters(['a=1', 'a=2'])).toThrow('The parameter "a" is given twice.');
  });
});
