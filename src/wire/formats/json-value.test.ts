import { describe, expect, test } from 'vitest';
import type { ResultType } from '../../query/result.js';
import { jsonObjectWriter, jsonWriter } from './json-value.js';

const text: ResultType = { kind: 'text', sql: 'VARCHAR' };
const json: ResultType = { kind: 'json', sql: 'JSON' };
const bigint: ResultType = { kind: 'integer', bits: 64, signed: true, sql: 'BIGINT' };
const decimal: ResultType = { kind: 'decimal', precision: 38, scale: 2, sql: 'DECIMAL(38,2)' };
const double: ResultType = { kind: 'float', bits: 64, sql: 'DOUBLE' };

describe('numbers', () => {
  test('integers are JSON numbers up to 2^53-1 and strings with all digits beyond', () => {
    const write = jsonWriter(bigint);
    expect(write(9007199254740991n)).toBe('9007199254740991');
    expect(write(-9007199254740991n)).toBe('-9007199254740991');
    expect(write(9007199254740993n)).toBe('"9007199254740993"');
    expect(write(9223372036854775807n)).toBe('"9223372036854775807"');
  });

  test('decimals keep their fraction digits and are strings from 16 significant digits on', () => {
    const write = jsonWriter(decimal);
    expect(write('12.50')).toBe('12.50');
    expect(write('-0.07')).toBe('-0.07');
    expect(write('1234567890123.45')).toBe('1234567890123.45');
    expect(write('12345678901234.56')).toBe('"12345678901234.56"');
    expect(write('9007199254740991.00')).toBe('9007199254740991.00');
    expect(write('9007199254740991.40')).toBe('"9007199254740991.40"');
    expect(write('100000000000000000000.00')).toBe('100000000000000000000.00');
  });

  test('who asks for JSON numbers gets them with all their digits, however deep they stand', () => {
    const fields = [{ name: 'n', type: decimal }];
    const struct: ResultType = { kind: 'struct', fields, sql: 'STRUCT' };
    const map: ResultType = { kind: 'map', key: bigint, value: struct, sql: 'MAP' };
    const write = jsonWriter({ kind: 'list', element: map, sql: 'MAP[]' }, 'json');
    expect(write([[[9007199254740993n, ['12345678901234.56']]]])).toBe(
      '[[{"key":9007199254740993,"value":{"n":12345678901234.56}}]]',
    );
    expect(jsonWriter(double, 'json')(Number.NaN)).toBe('"NaN"');
  });

  test('floats read back as the same double, and those that JSON has no number for are strings', () => {
    const write = jsonWriter(double);
    for (const value of [0.1, -0, 5e-324, 1.7976931348623157e308, 1e21, 123456789.12345679]) {
      expect(Object.is(JSON.parse(write(value)), value)).toBe(true);
    }
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(write)).toEqual([
      '"NaN"',
      '"Infinity"',
      '"-Infinity"',
    ]);
  });

  test('a 32-bit float is written as the double that it is', () => {
    expect(jsonWriter({ kind: 'float', bits: 32, sql: 'FLOAT' })(Math.fround(0.1))).toBe('0.10000000149011612');
  });
});

describe('json values', () => {
  const write = jsonWriter(json);

  test('are embedded with every digit, duplicate name and order as they are', () => {
    const value = '{"b":12345678901234567890.123,"a":1,"a":2,"__proto__":{}}';
    expect(write(value)).toBe(value);
  });

  test('stay on one line', () => {
    expect(write('{\r\n "a": 1\n}')).toBe('{   "a": 1 }');
  });

  test('are strings when they are not strict JSON', () => {
    expect(write('[1,]')).toBe('"[1,]"');
    expect(write('{"a":NaN}')).toBe('"{\\"a\\":NaN}"');
    expect(write('')).toBe('""');
  });
});

describe('nested values', () => {
  const struct: ResultType = {
    kind: 'struct',
    sql: 'STRUCT',
    fields: [
      { name: 'z', type: text },
      { name: '__proto__', type: bigint },
      { name: '1', type: text },
    ],
  };

  test('a struct keeps the order and the names of its fields', () => {
    expect(jsonWriter(struct)(['x', 1n, null])).toBe('{"z":"x","__proto__":1,"1":null}');
  });

  test('an unnamed struct loses no value', () => {
    const fields = [
      { name: '', type: text },
      { name: '', type: text },
    ];
    expect(jsonWriter({ kind: 'struct', sql: 'STRUCT', fields })(['x', 'y'])).toBe('{"":"x","_2":"y"}');
  });

  test('a map with text keys is an object, any other a list of entries', () => {
    const byText = jsonWriter({ kind: 'map', key: text, value: bigint, sql: 'MAP' });
    const byNumber = jsonWriter({ kind: 'map', key: bigint, value: text, sql: 'MAP' });
    expect(
      byText([
        ['b', 1n],
        ['__proto__', null],
      ]),
    ).toBe('{"b":1,"__proto__":null}');
    expect(byNumber([[2n, 'x']])).toBe('[{"key":2,"value":"x"}]');
  });

  test('a union is its value, written as the member that the tag names', () => {
    const members = [
      { name: 'number', type: decimal },
      { name: 'word', type: text },
    ];
    const write = jsonWriter({ kind: 'union', members, sql: 'UNION' });
    expect([write({ tag: 'number', value: '1.00' }), write({ tag: 'word', value: '1.00' })]).toEqual([
      '1.00',
      '"1.00"',
    ]);
    expect(write({ tag: 'word', value: null })).toBe('null');
    expect(() => write({ tag: 'other', value: null })).toThrow('unknown tag other');
  });

  test('a list keeps its nulls, and a blob is base64', () => {
    expect(jsonWriter({ kind: 'list', element: text, sql: 'VARCHAR[]' })(['a', null])).toBe('["a",null]');
    const page = new Uint8Array([9, 0, 255, 16, 9]);
    expect(jsonWriter({ kind: 'blob', sql: 'BLOB' })(page.subarray(1, 4))).toBe('"AP8Q"');
  });
});

test('columns of the same name all keep their values', () => {
  const columns = ['id', 'id', 'id_2', 'id'].map((name) => ({ name, type: text }));
  expect(jsonObjectWriter(columns)(['a', 'b', 'c', 'd'])).toBe('{"id":"a","id_3":"b","id_2":"c","id_4":"d"}');
});

test('no text can bring a control character to the terminal', () => {
  expect(jsonWriter(text)('\u001b[31m\u009b\u007f\n')).toBe('"\\u001b[31m\\u009b\\u007f\\n"');
  expect(jsonWriter(json)('"\u009b"')).toBe('"\\u009b"');
});

test('a value of another shape than its type says is an internal error, not a wrong answer', () => {
  expect(() => jsonWriter(text)(1)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});
