import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from './attribute-value.js';
import { parseExactJson } from './exact-json.js';
import { itemOfPlain, plainOfItem, plainOfValue, valueOfPlain } from './plain-value.js';
import { attributeName, attributeValue, mapOf, numbersAsWritten } from './testing/any-value.js';

const LONG = '12345678901234567890123456789012345678';
const read = (text: string, typed = false) => valueOfPlain(parseExactJson(text), 'Item.a', { typed });

describe('plain values', () => {
  it.each<[AttributeValue, unknown]>([
    [{ S: '5' }, '5'],
    [{ N: '5' }, 5],
    [{ N: LONG }, { $number: LONG }],
    [{ N: '0.1234567890123456' }, { $number: '0.1234567890123456' }],
    [{ NS: ['1', LONG] }, { $set: [1, { $number: LONG }] }],
    [{ SS: ['1', LONG] }, { $set: ['1', LONG] }],
    [{ BS: ['AQI='] }, { $set: [{ $binary: 'AQI=' }] }],
    [{ B: 'AQI=' }, { $binary: 'AQI=' }],
    [{ NULL: true }, null],
    [{ L: [{ BOOL: true }, { M: {} }] }, [true, {}]],
    [{ M: { $number: { S: '5' } } }, { $map: { $number: '5' } }],
    [{ M: { $map: { M: {} } } }, { $map: { $map: {} } }],
    [{ M: { type: { S: 'N' }, value: { S: '5' } } }, { type: 'N', value: '5' }],
  ])('of %j are %j, and back', (value, plain) => {
    expect(plainOfValue(value, { typed: false })).toEqual(plain);
    expect(valueOfPlain(plain, 'v', { typed: false })).toEqual(value);
  });

  it.each([
    [LONG, { N: LONG }],
    ['1.5', { N: '1.5' }],
    ['1e125', { N: '1e+125' }],
    ['-0.00000000000000000000000000012345678901234567', { N: '-0.00000000000000000000000000012345678901234567' }],
    [`{"$set":[${LONG},1]}`, { NS: [LONG, '1'] }],
    ['{"\\u0024binary":"AQI="}', { B: 'AQI=' }],
  ])('are read from %s with all digits', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ['{"type":"N","value":"1.50"}', { N: '1.50' }],
    ['{"type":"N","value":7}', { N: '7' }],
    [`{"type":"N","value":${LONG}}`, { N: LONG }],
    ['{"type":"S","value":"1.50"}', { S: '1.50' }],
    ['{"type":"B","value":"AQI="}', { B: 'AQI=' }],
    ['{"type":"BOOL","value":false}', { BOOL: false }],
    ['{"type":"NULL","value":null}', { NULL: true }],
    ['{"type":"SS","value":["a"]}', { SS: ['a'] }],
    ['{"type":"NS","value":["1",2]}', { NS: ['1', '2'] }],
    ['{"type":"BS","value":["AQI="]}', { BS: ['AQI='] }],
    ['{"type":"L","value":[{"type":"N","value":"1"},"x"]}', { L: [{ N: '1' }, { S: 'x' }] }],
    ['{"type":"M","value":{"a":{"type":"NS","value":[1]}}}', { M: { a: { NS: ['1'] } } }],
    ['{"type":"shirt","value":"x"}', { M: { type: { S: 'shirt' }, value: { S: 'x' } } }],
    ['{"type":"N","value":"1","more":1}', { M: { type: { S: 'N' }, value: { S: '1' }, more: { N: '1' } } }],
    ['{"$map":{"type":"N","value":"1"}}', { M: { type: { S: 'N' }, value: { S: '1' } } }],
  ])('of actions are read from %s', (text, value) => {
    expect(read(text, true)).toEqual(value);
  });

  it.each([
    ['{"$set":[]}', 'Item.a: a set has at least one element'],
    ['{"$set":["a",1]}', 'Item.a[1]: expected text, got 1'],
    ['{"$set":[1,"a"]}', 'Item.a[1]: expected a number, as the first of its set is one, got "a"'],
    ['{"$set":[[1]]}', 'only {"$binary": ...}'],
    ['{"$set":{}}', 'Item.a: expected a list'],
    ['{"$binary":5}', 'Item.a: expected text, got 5'],
    ['{"$map":[1]}', 'Item.a: expected an object'],
    ['{"x":[{"type":"BOOL","value":"yes"}]}', 'Item.a.x[0]: expected true or false, got "yes"'],
    ['{"a":1,"\\u0061":2}', '"a" stands twice'],
    ['{"a":1', 'not valid JSON'],
    [`${'['.repeat(100)}${']'.repeat(100)}`, 'nested deeper'],
  ])('are refused in %s', (text, message) => {
    expect(() => read(text, true)).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it.each([false, true])('of anything come back through text and any reader of JSON, with typed %s', (typed) => {
    const long = fc.stringMatching(/^[1-9][0-9]{15,37}$/).map((N) => ({ N }));
    const item = fc.array(fc.tuple(attributeName, fc.oneof(attributeValue, long)), { maxLength: 5 }).map(mapOf);
    fc.assert(
      fc.property(item, (members) => {
        const plain = JSON.parse(JSON.stringify(plainOfItem(members, { typed })));
        const expected = mapOf(
          Object.entries(members).map(([name, value]) => [
            name,
            'N' in value && value.N.length > 15 && /^\d+$/.test(value.N)
              ? plainNumber(value.N)
              : numbersAsWritten(value),
          ]),
        );
        expect(itemOfPlain(plain, 'Item', { typed })).toEqual(expected);
      }),
    );
  });
});

/** Zeros at the end do not count, so a long number may still fit a double. */
function plainNumber(N: string): AttributeValue {
  return N.replace(/0+$/, '').length > 15 ? { N } : { N: String(Number(N)) };
}
