import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from './attribute-value.js';
import { plainJsonOfItem, plainJsonOfValue } from './plain-json.js';
import { dynamodbItemOfPlain, dynamodbJsonOfPlain } from './testing/dynamodb-json.js';

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

describe('DynamoDB JSON of plain JSON', () => {
  it.each([
    ['12345678901234567890.12345678901234567890', '{"N":"12345678901234567890.12345678901234567890"}'],
    ['"5"', '{"S":"5"}'],
    ['[true, null]', '{"L":[{"BOOL":true},{"NULL":true}]}'],
    ['{"a": {"$other": 1}}', '{"M":{"a":{"M":{"$other":{"N":"1"}}}}}'],
    ['{"$map": {"$set": ["x"]}}', '{"M":{"$set":{"L":[{"S":"x"}]}}}'],
    ['{"$set": [1, "12345678901234567890"]}', '{"NS":["1","12345678901234567890"]}'],
    ['{"\\u0024binary": "AQI="}', '{"B":"AQI="}'],
  ])('of %s is %s', (plain, value) => {
    expect(dynamodbJsonOfPlain(plain)).toBe(value);
  });

  it('of an object is an item without a wrapper', () => {
    expect(dynamodbItemOfPlain('{"id":"x","$n":1}')).toBe('{"id":{"S":"x"},"$n":{"N":"1"}}');
    expect(dynamodbItemOfPlain('{"$set":["x"]}')).toBe('{"$set":{"L":[{"S":"x"}]}}');
  });

  it.each([
    ['{"a":1,"\\u0061":2}', 'twice'],
    ['{"a":1', 'not valid JSON'],
    ['{"$set":[]}', 'at least one'],
    ['{"$set":["a",1]}', 'only strings, only numbers'],
    ['{"$set":[{"a":1}]}', '$binary'],
    ['{"$binary":"not base64!"}', 'base64'],
    ['{"$map":[]}', 'object'],
    [`${'['.repeat(40)}${']'.repeat(40)}`, '32 levels'],
  ])('refuses %s', (plain, message) => {
    expect(() => dynamodbJsonOfPlain(plain)).toThrow(
      expect.objectContaining({ code: 'PARAMETER_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it('refuses an item that is not an object', () => {
    expect(() => dynamodbItemOfPlain('[1]')).toThrow(expect.objectContaining({ code: 'PARAMETER_INVALID' }));
  });
});

describe('there and back', () => {
  it('gives every value back, as long as its numbers fit a double', () => {
    fc.assert(
      fc.property(attributeValue, (value) => {
        const json = JSON.stringify(value);
        expect(JSON.parse(dynamodbJsonOfPlain(plainJsonOfValue(json)))).toEqual(JSON.parse(json));
      }),
    );
  });

  it('gives every item back, whatever its attributes are called', () => {
    const item = fc.array(fc.tuple(attributeName, attributeValue), { maxLength: 5 }).map(mapOf);
    fc.assert(
      fc.property(item, (members) => {
        const json = JSON.stringify(members);
        expect(JSON.parse(dynamodbItemOfPlain(plainJsonOfItem(json)))).toEqual(JSON.parse(json));
      }),
    );
  });
});

const attributeName = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('$set', '$map', '$binary', '$', '__proto__', 'constructor', '10', '2', 'S', 'M'),
);
const number = fc.oneof(fc.integer().map(String), fc.constantFrom('1E+100', '0.5', '-1E-20', '123456789012345'));
const base64 = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const { value: attributeValue } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'binary' }).map((S) => ({ S })),
    number.map((N) => ({ N })),
    base64.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((SS) => ({ SS })),
    fc.uniqueArray(number, { minLength: 1 }).map((NS) => ({ NS })),
    fc.uniqueArray(base64, { minLength: 1 }).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 4 }).map((L) => ({ L })),
    fc.array(fc.tuple(attributeName, tie('value')), { maxLength: 4 }).map((members) => ({ M: mapOf(members) })),
  ),
}));

/** Own properties whatever the name, `__proto__` too. */
function mapOf(members: readonly (readonly [string, AttributeValue])[]): Record<string, AttributeValue> {
  return Object.fromEntries(members);
}
