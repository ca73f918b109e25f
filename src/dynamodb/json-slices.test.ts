import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonMembers, parseSlice } from './json-slices.js';

describe('jsonMembers', () => {
  it('finds each member exactly, whatever the items inside are called and contain', () => {
    const evil = '{"LastEvaluatedKey":{"S":"}]\\"{["},"Count":{"N":"7"},"Items":{"L":[{"S":"\\\\"},{"S":"ü€😀"}]}}';
    const text = `{"Count":2,"Items":[${evil},{"Item":{"NULL":true}}],"LastEvaluatedKey":{"id":{"S":"k"}},"ScannedCount":2}`;
    expect(textsOf(text)).toEqual({
      Count: '2',
      Items: `[${evil},{"Item":{"NULL":true}}]`,
      LastEvaluatedKey: '{"id":{"S":"k"}}',
      ScannedCount: '2',
    });
  });

  it('does not care about white space and order', () => {
    const text = ' \n{\t"ScannedCount" : 0 ,\r\n "Items" : [ ] , "Count":0 , "a" : "x" , "b":{ } , "c": true}\n';
    expect(textsOf(text)).toEqual({ ScannedCount: '0', Items: '[ ]', Count: '0', a: '"x"', b: '{ }', c: 'true' });
  });

  it('counts the items of an array, not what is inside them', () => {
    const bytes = Buffer.from('{"Items":[{"a":{"L":[{"M":{}},{"M":{}}]}}, {"b":{"S":"{"}} ,{}],"Empty":[]}');
    const members = jsonMembers(bytes);
    expect(members.get('Items')?.objects).toBe(3);
    expect(members.get('Empty')?.objects).toBe(0);
  });

  it('reads an object that begins in the middle', () => {
    const bytes = Buffer.from('{"Responses":{"tab.le":[{"a":{"N":"1"}}],"other":[]}}');
    const inner = jsonMembers(bytes, jsonMembers(bytes).get('Responses')?.start);
    expect([...inner.keys()]).toEqual(['tab.le', 'other']);
    expect(inner.get('tab.le')?.objects).toBe(1);
  });

  it('finds the members of any object as JSON.parse does', () => {
    const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }));
    fc.assert(
      fc.property(anyObject, fc.constantFrom(undefined, 1, '\t', '\r\n '), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const bytes = Buffer.from(text);
        const found = [...jsonMembers(bytes)].map(([name, slice]) => [name, parseSlice(bytes, slice)]);
        expect(Object.fromEntries(found)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never takes the beginning of an answer for a whole one', () => {
    const bytes = Buffer.from('{"Count":1,"Items":[{"a":{"S":"x\\""}}],"ScannedCount":12}');
    for (let length = 0; length < bytes.length; length++) {
      expect(() => jsonMembers(bytes.subarray(0, length)), `${length} bytes`).toThrow(
        expect.objectContaining({ code: 'DYNAMODB_FAILED' }),
      );
    }
  });

  it.each(['', '<html></html>', '[]', '{"a" 1}', '{"a":}', '{"a":1 "b":2}', '{a:1}', '{"a":1,}'])(
    'refuses %j',
    (text) => {
      expect(() => jsonMembers(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'DYNAMODB_FAILED' }));
    },
  );
});

describe('parseSlice', () => {
  it('refuses text that is not UTF-8 rather than replacing characters', () => {
    const bytes = Buffer.concat([Buffer.from('"'), Buffer.from([0xff]), Buffer.from('"')]);
    expect(() => parseSlice(bytes, { start: 0, end: 3 })).toThrow(expect.objectContaining({ code: 'DYNAMODB_FAILED' }));
  });
});

function textsOf(text: string): Record<string, string> {
  const bytes = Buffer.from(text);
  const entries = [...jsonMembers(bytes)].map(([name, { start, end }]) => [name, bytes.toString('utf8', start, end)]);
  return Object.fromEntries(entries);
}
