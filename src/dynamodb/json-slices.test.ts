import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonMembers, parseSlice } from './json-slices.js';

describe('jsonMembers', () => {
  it('finds each member exactly, whatever the items inside are called and contain', async () => {
    const evil = '{"LastEvaluatedKey":{"S":"}]\\"{["},"Count":{"N":"7"},"Items":{"L":[{"S":"\\\\"},{"S":"ü€😀"}]}}';
    const text = `{"Count":2,"Items":[${evil},{"Item":{"NULL":true}}],"LastEvaluatedKey":{"id":{"S":"k"}},"ScannedCount":2}`;
    expect(await textsOf(text)).toEqual({
      Count: '2',
      Items: `[${evil},{"Item":{"NULL":true}}]`,
      LastEvaluatedKey: '{"id":{"S":"k"}}',
      ScannedCount: '2',
    });
  });

  it('does not care about white space and order', async () => {
    const text = ' \n{\t"ScannedCount" : 0 ,\r\n "Items" : [ ] , "Count":0 , "a" : "x" , "b":{ } , "c": true}\n';
    expect(await textsOf(text)).toEqual({ ScannedCount: '0', Items: '[ ]', Count: '0', a: '"x"', b: '{ }', c: 'true' });
  });

  it('counts the items of an array, not what is inside them', async () => {
    const bytes = Buffer.from('{"Items":[{"a":{"L":[{"M":{}},{"M":{}}]}}, {"b":{"S":"{"}} ,{}],"Empty":[]}');
    const members = await jsonMembers(bytes);
    expect(members.get('Items')?.objects).toBe(3);
    expect(members.get('Empty')?.objects).toBe(0);
  });

  it('reads an object that begins in the middle', async () => {
    const bytes = Buffer.from('{"Responses":{"tab.le":[{"a":{"N":"1"}}],"other":[]}}');
    const { start = 0 } = (await jsonMembers(bytes)).get('Responses') ?? {};
    const inner = await jsonMembers(bytes, { start });
    expect([...inner.keys()]).toEqual(['tab.le', 'other']);
    expect(inner.get('tab.le')?.objects).toBe(1);
  });

  it('finds the members of any object as JSON.parse does', async () => {
    const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(anyObject, fc.constantFrom(undefined, 1, '\t', '\r\n '), async (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const bytes = Buffer.from(text);
        const found = [...(await jsonMembers(bytes))].map(([name, slice]) => [name, parseSlice(bytes, slice)]);
        expect(Object.fromEntries(found)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('lets the event loop go round while it steps over a long value', async () => {
    const bytes = Buffer.from(
      JSON.stringify({ Items: Array.from({ length: 100_000 }, (_, i) => ({ id: { N: `${i}` } })) }),
    );
    let rounds = 0;
    const timer = setInterval(() => rounds++, 0);
    const items = (await jsonMembers(bytes)).get('Items');
    clearInterval(timer);
    expect(items).toEqual({ start: 9, end: bytes.length - 1, objects: 100_000 });
    expect(rounds).toBeGreaterThan(2);
  });

  it('never takes the beginning of an answer for a whole one', async () => {
    const bytes = Buffer.from('{"Count":1,"Items":[{"a":{"S":"x\\""}}],"ScannedCount":12}');
    for (let length = 0; length < bytes.length; length++) {
      await expect(jsonMembers(bytes.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({
        code: 'DYNAMODB_FAILED',
      });
    }
  });

  it.each(['', '<html></html>', '[]', '{"a" 1}', '{"a":}', '{"a":1 "b":2}', '{a:1}', '{"a":1,}'])(
    'refuses %j',
    async (text) => {
      await expect(jsonMembers(Buffer.from(text))).rejects.toMatchObject({ code: 'DYNAMODB_FAILED' });
    },
  );
});

describe('the end of a list that is looked for from behind', () => {
  it('is that of the walk, whatever the items contain and whatever comes after them', async () => {
    const evil = fc.constantFrom('],', '],"A', '"],"Count":1', ']', '\\', '],\\"', '],"ScannedCount":2}', 'x');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      evil,
      fc.array(evil).map((parts) => parts.join('')),
    );
    const { value } = fc.letrec<{ value: object; list: object[] }>((tie) => ({
      list: fc.array(tie('value'), { maxLength: 3 }),
      value: fc.oneof(
        { depthSize: 'small' },
        text.map((S) => ({ S })),
        fc.array(text, { minLength: 1 }).map((SS) => ({ SS })),
        tie('list').map((L) => ({ L })),
        fc.dictionary(text, tie('value')).map((M) => ({ M })),
      ),
    }));
    const item = fc.dictionary(text, value);
    const members = fc.record(
      { Count: fc.nat(), LastEvaluatedKey: item, ScannedCount: fc.nat(), ConsumedCapacity: fc.constant({ Units: 1 }) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(item), members, members, fc.constantFrom(undefined, 1), async (Items, a, b, indent) => {
        const answer = JSON.stringify({ ...a, Items, ...b }, null, indent);
        expect(await textsOf(answer, 'Items')).toEqual(await textsOf(answer));
      }),
    );
  });

  it('needs no walk where DynamoDB puts its other members behind the items', async () => {
    const bytes = Buffer.from('{"Count":1,"Items":[{"a":{"SS":["x"]}}],"ScannedCount":1}');
    expect((await jsonMembers(bytes, { list: 'Items' })).get('Items')).toEqual({ start: 19, end: 39 });
  });
});

describe('parseSlice', () => {
  it('refuses text that is not UTF-8 rather than replacing characters', () => {
    const bytes = Buffer.concat([Buffer.from('"'), Buffer.from([0xff]), Buffer.from('"')]);
    expect(() => parseSlice(bytes, { start: 0, end: 3 })).toThrow(expect.objectContaining({ code: 'DYNAMODB_FAILED' }));
  });
});

async function textsOf(text: string, list?: string): Promise<Record<string, string>> {
  const bytes = Buffer.from(text);
  const entries = [...(await jsonMembers(bytes, list === undefined ? {} : { list }))].map(([name, { start, end }]) => [
    name,
    bytes.toString('utf8', start, end),
  ]);
  return Object.fromEntries(entries);
}
