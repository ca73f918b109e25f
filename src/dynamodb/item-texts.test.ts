import fc from 'fast-check';
import { expect, it } from 'vitest';
import { itemTexts } from './item-texts.js';

it('the items of a page are handed out as they are written', () => {
  expect([...itemTexts(Buffer.from(' [ {"a": {"S":"]},{\\""}} ,{}\n,{"ü":{"N":"1E2"}}] '))]).toEqual([
    '{"a": {"S":"]},{\\""}}',
    '{}',
    '{"ü":{"N":"1E2"}}',
  ]);
  expect([...itemTexts(Buffer.from('[]'))]).toEqual([]);
});

it('the items of any page are those of JSON.parse', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
      fc.constantFrom(undefined, 2),
      (items, indent) => {
        const texts = [...itemTexts(Buffer.from(JSON.stringify(items, null, indent)))];
        expect(texts.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(items)));
      },
    ),
  );
});
