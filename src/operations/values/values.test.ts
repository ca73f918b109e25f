import { describe, expect, it } from 'vitest';
import type { Item } from '../../dynamodb/attribute-value.js';
import { FACTS } from '../testing/fake-schema.js';
import { checkItem, checkKeyOf } from './check-keys.js';
import { checkedValue } from './check-value.js';
import { mapValues } from './map-values.js';

const message = (text: string) =>
  expect.objectContaining({ code: 'REQUEST_INVALID', message: expect.stringContaining(text) });

describe('a value', () => {
  it.each([
    { S: '' },
    { N: '99999999999999999999999999999999999999' },
    { N: '-1E-130' },
    { N: '9.9E+125' },
    { N: '0e999' },
    { N: `1${'0'.repeat(60)}` },
    { B: '' },
    { BOOL: false },
    { NULL: true },
    { SS: ['', 'a'] },
    { NS: ['1', '2'] },
    { BS: ['AQ==', 'Ag=='] },
    { L: [] },
    { M: { a: { M: {} } } },
  ])('%j is as DynamoDB takes it', (value) => {
    expect(checkedValue(value, 'v')).toEqual(value);
  });

  let deep: unknown = { S: 'x' };
  for (let level = 0; level < 40; level++) deep = { L: [deep] };

  it.each<[unknown, string]>([
    [{ N: 'abc' }, 'v: expected a number, got "abc"'],
    [{ N: 5 }, 'v: expected the text of a number, got 5'],
    [{ N: 'NaN' }, 'expected a number'],
    [{ N: '' }, 'expected a number'],
    [{ N: '.' }, 'expected a number'],
    [{ N: '123456789012345678901234567890123456789' }, 'at most 38 digits, this one has 39'],
    [{ N: '1e126' }, 'between 1E-130'],
    [{ N: '1e-131' }, 'between 1E-130'],
    [{ S: 5 }, 'v: expected text, got 5'],
    [{ B: 'x' }, 'base64'],
    [{ BOOL: 'true' }, 'true or false'],
    [{ NULL: false }, 'NULL to be true'],
    [{ SS: [] }, 'at least one element'],
    [{ SS: ['a', 'b', 'a'] }, 'v[2]: a set has no element twice'],
    [{ NS: ['1', '1.0'] }, 'v[1]: a set has no element twice'],
    [{ BS: ['AQ==', 'AQ=='] }, 'twice'],
    [{ M: { a: { L: [{ S: 'x' }, { N: 'y' }] } } }, 'v.a[1]: expected a number, got "y"'],
    [{ M: { '': { S: 'x' } } }, 'the name of an attribute is empty'],
    [{ X: 'x' }, 'none of the types'],
    [{ S: 'x', N: '1' }, 'of one type'],
    [{}, 'of one type'],
    ['x', 'expected an object, got "x"'],
    [null, 'expected an object, got null'],
    [deep, '32 levels'],
  ])('%j is refused', (value, text) => {
    expect(() => checkedValue(value, 'v')).toThrow(message(text));
  });
});

describe('an item', () => {
  const facts = {
    ...FACTS,
    sortKey: { name: 'sk', type: 'N' },
    indexes: [{ partitionKeys: [{ name: 'day', type: 'S' }], sortKeys: [] }],
  } as unknown as typeof FACTS; // Only the keys of indexes are looked at.
  const key: Item = { pk: { S: 'x' }, sk: { N: '1' } };

  it('fits its table', () => {
    expect(() => checkItem({ ...key, a: { S: 'x'.repeat(409_000) } }, facts, 'Item')).not.toThrow();
    expect(() => checkKeyOf(key, facts, 'Key')).not.toThrow();
  });

  it.each<[Item, string]>([
    [{ pk: { S: 'x' } }, 'Item.sk: the sort key of the table is missing'],
    [{ ...key, sk: { S: '1' } }, 'Item.sk: the key is of type N, got S'],
    [{ ...key, pk: { S: '' } }, 'cannot be empty'],
    [{ ...key, pk: { S: 'x'.repeat(2049) } }, 'at most 2048 bytes, this one has 2049'],
    [{ ...key, day: { N: '1' } }, 'Item.day: the key is of type S, got N'],
    [{ ...key, a: { S: 'x'.repeat(409_600) } }, '400 KB'],
  ])('%# is refused', (item, text) => {
    expect(() => checkItem(item, facts, 'Item')).toThrow(message(text));
  });

  it('is no key', () => {
    expect(() => checkKeyOf({ ...key, a: { S: 'x' } }, facts, 'Key')).toThrow(
      message('Key.a: the key of the table is pk and sk'),
    );
  });
});

describe('the values of a request or answer', () => {
  const mapping = { item: (_: unknown, at: string) => `item ${at}`, value: (_: unknown, at: string) => `value ${at}` };

  it.each([
    [
      { TableName: 'Item', Item: {} },
      { TableName: 'Item', Item: 'item Item' },
    ],
    [{ Tags: [{ Key: 'Item', Value: 'x' }] }, { Tags: [{ Key: 'Item', Value: 'x' }] }],
    [
      { ExpressionAttributeValues: { ':v': {} } },
      { ExpressionAttributeValues: { ':v': 'value ExpressionAttributeValues.:v' } },
    ],
    [
      { Expected: { Item: { Value: {}, Exists: true } } },
      { Expected: { Item: { Value: 'value Expected.Item.Value', Exists: true } } },
    ],
    [
      { ScanFilter: { a: { AttributeValueList: [{}] } } },
      { ScanFilter: { a: { AttributeValueList: ['value ScanFilter.a.AttributeValueList[0]'] } } },
    ],
    [
      { RequestItems: { Item: { Keys: [{}] } } },
      { RequestItems: { Item: { Keys: ['item RequestItems.Item.Keys[0]'] } } },
    ],
    [
      { RequestItems: { t: [{ PutRequest: { Item: {} } }] } },
      { RequestItems: { t: [{ PutRequest: { Item: 'item RequestItems.t[0].PutRequest.Item' } }] } },
    ],
    [
      { TransactItems: [{ Update: { Key: {}, TableName: 't' } }] },
      { TransactItems: [{ Update: { Key: 'item TransactItems[0].Update.Key', TableName: 't' } }] },
    ],
    [
      { Statements: [{ Statement: 's', Parameters: [{}] }] },
      { Statements: [{ Statement: 's', Parameters: ['value Statements[0].Parameters[0]'] }] },
    ],
    [{ Responses: { Item: [{}] } }, { Responses: { Item: ['item Responses.Item[0]'] } }],
    [
      { Responses: [{ Item: {} }, { Error: { Code: 'x', Item: {} } }, {}] },
      {
        Responses: [
          { Item: 'item Responses[0].Item' },
          { Error: { Code: 'x', Item: 'item Responses[1].Error.Item' } },
          {},
        ],
      },
    ],
    [
      { Items: [{}], LastEvaluatedKey: {}, Count: 1 },
      { Items: ['item Items[0]'], LastEvaluatedKey: 'item LastEvaluatedKey', Count: 1 },
    ],
    [
      { ItemCollectionMetrics: { t: [{ ItemCollectionKey: {} }] } },
      { ItemCollectionMetrics: { t: [{ ItemCollectionKey: 'item ItemCollectionMetrics.t[0].ItemCollectionKey' }] } },
    ],
  ])('are found in %j', (object, expected) => {
    expect(mapValues(object, mapping)).toEqual(expected);
  });

  it('are refused where they have another form', () => {
    expect(() => mapValues({ Parameters: 'x' }, mapping)).toThrow(message('Parameters: expected a list, got "x"'));
  });
});
