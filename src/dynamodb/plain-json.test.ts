import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from './exact-json.js';
import { plainJsonOfItem, plainJsonOfValue } from './plain-json.js';
import { itemOfPlain, valueOfPlain } from './plain-value.js';
import { attributeName, attributeValue, mapOf, numbersAsWritten } from './testing/any-value.js';

describe('plain JSON of a value', () => {
  it.each([
    ['{"S":"a \\"quoted\\" \\\\ text \\u00fc"}', '"a \\"quoted\\" \\\\ text \\u00fc"'],
    ['{"S":"ends with backslash \\\\"}', '"ends with backslash \\\\"'],
    ['{"S":""}', '""'],
    ['{"N":"12.50"}', '12.50'],
    ['{"N":"-1E+100"}', '-1E+100'],
    [`{"N":"-1${'0'.repeat(100)}"}`, '-1E+100'],
    [`{"N":"0.${'0'.repeat(99)}1"}`, '1E-100'],
    ['{"N":"12345678901234567890123456789012345678"}', '"12345678901234567890123456789012345678"'],
    ['{"N":"0.1234567890123456"}', '"0.1234567890123456"'],
    ['{"N":"+.5"}', '0.5'],
    ['{"N":"007"}', '7'],
    ['{"BOOL":false}', 'false'],
    ['{"NULL":true}', 'null'],
    ['{"L":[]}', '[]'],
    ['{"L":[{"S":""},{"N":"1"},{"L":[{"NULL":true}]}]}', '["",1,[null]]'],
    ['{"M":{}}', '{}'],
    ['{"M":{"10":{"N":"1"},"2":{"N":"2"},"__proto__":{"S":"x"}}}', '{"10":1,"2":2,"__proto__":"x"}'],
    ['{"SS":["a","}"]}', '{"$set":["a","}"]}'],
    ['{"NS":["1","12345678901234567890"]}', '{"$set":[1,"12345678901234567890"]}'],
    ['{"B":"AQI="}', '{"$binary":"AQI="}'],
    ['{"BS":["AQI=","Aw=="]}', '{"$set":[{"$binary":"AQI="},{"$binary":"Aw=="}]}'],
    ['{"M":{"$set":{"L":[]}}}', '{"$map":{"$set":[]}}'],
    ['{"M":{"\\u0024set":{"L":[]}}}', '{"$map":{"\\u0024set":[]}}'],
    ['{"M":{"$a":{"N":"1"},"b":{"N":"2"}}}', '{"$a":1,"b":2}'],
    [' { "M" : { "a" : { "N" : "1" } ,\n"b":{"BOOL": true } } } ', '{"a":1,"b":true}'],
  ])('of %s is %s', (value, plain) => {
    expect(plainJsonOfValue(value)).toBe(plain);
    expect(() => JSON.parse(plain)).not.toThrow();
  });

  it('takes a whole item, whose attributes may have any name', () => {
    expect(plainJsonOfItem('{"id":{"S":"x"},"S":{"N":"1"},"n\\"m":{"NULL":true}}')).toBe(
      '{"S":1,"id":"x","n\\"m":null}',
    );
    expect(plainJsonOfItem('{"$set":{"S":"x"}}')).toBe('{"$set":"x"}');
    expect(plainJsonOfItem('{}')).toBe('{}');
  });

  it('is the same text for the same map, in whatever order its members come', () => {
    const texts = [
      '{"M":{"b":{"N":"1"},"a":{"M":{"y":{"S":""},"x":{"S":""}}}}}',
      '{"M":{"a":{"M":{"x":{"S":""},"y":{"S":""}}},"b":{"N":"1"}}}',
    ].map(plainJsonOfValue);
    expect(texts).toEqual(['{"a":{"x":"","y":""},"b":1}', '{"a":{"x":"","y":""},"b":1}']);
  });

  it.each(['', '{', '{"S"}', '{"S":"open', '{"X":"1"}', '[]'])('refuses %j', (text) => {
    expect(() => plainJsonOfValue(text)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });
});

describe('there and back', () => {
  // The inverse for whatever a double holds is that of `plain-value.ts`.
  const back = (text: string) => valueOfPlain(parseExactJson(text), 'value', { typed: false });

  it('gives every value back, as long as its numbers fit a double', () => {
    fc.assert(
      fc.property(attributeValue, (value) => {
        expect(back(plainJsonOfValue(JSON.stringify(value)))).toEqual(numbersAsWritten(value));
      }),
    );
  });

  it('gives every item back, whatever its attributes are called', () => {
    const item = fc.array(fc.tuple(attributeName, attributeValue), { maxLength: 5 }).map(mapOf);
    fc.assert(
      fc.property(item, (members) => {
        const plain = parseExactJson(plainJsonOfItem(JSON.stringify(members)));
        expect({ M: itemOfPlain(plain, 'Item', { typed: false }) }).toEqual(numbersAsWritten({ M: members }));
      }),
    );
  });
});
