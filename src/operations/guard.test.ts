import { describe, expect, it } from 'vitest';
import { type Guard, guarded } from './guard.js';
import type { JsonObject } from './request/json-value.js';

const guard = (entry: JsonObject, which: Guard = 'attribute_not_exists') =>
  guarded(entry, which, { partitionKey: 'id', at: '' });
const refused = expect.objectContaining({ code: 'REQUEST_INVALID' });

describe('a guard', () => {
  it('is the condition where there is none', () => {
    expect(guard({ TableName: 't', Item: {} })).toEqual({
      TableName: 't',
      Item: {},
      ConditionExpression: 'attribute_not_exists(#headgate1)',
      ExpressionAttributeNames: { '#headgate1': 'id' },
    });
  });

  it.each([
    ['a = :v', 'attribute_exists(#headgate1) AND a = :v'],
    ['a = :v OR b = :v', 'attribute_exists(#headgate1) AND (a = :v OR b = :v)'],
    ['(a = :v OR b = :v)', 'attribute_exists(#headgate1) AND (a = :v OR b = :v)'],
    ['NOT a = :v', 'attribute_exists(#headgate1) AND NOT a = :v'],
    ['a BETWEEN :v AND :w', 'attribute_exists(#headgate1) AND a BETWEEN :v AND :w'],
  ])('is joined to %s', (condition, expected) => {
    expect(guard({ ConditionExpression: condition }, 'attribute_exists')['ConditionExpression']).toBe(expected);
  });

  it.each(['a = :v) OR (b = :v', 'a = :v OR', '', 'a = :v --'])('is never joined to %j', (condition) => {
    expect(() => guard({ ConditionExpression: condition })).toThrow(refused);
  });

  it('takes no alias that the caller has', () => {
    const names = { '#headgate1': 'a', '#headgate2': 'b' };
    expect(guard({ ExpressionAttributeNames: names, ConditionExpression: '#headgate1 = #headgate2' })).toMatchObject({
      ConditionExpression: 'attribute_not_exists(#headgate3) AND #headgate1 = #headgate2',
      ExpressionAttributeNames: { ...names, '#headgate3': 'id' },
    });
  });

  it('has the legacy form beside legacy parameters', () => {
    expect(guard({ Expected: { a: { Exists: false } } })['Expected']).toEqual({
      a: { Exists: false },
      id: { ComparisonOperator: 'NULL' },
    });
    expect(guard({ AttributeUpdates: {} }, 'attribute_exists')).toEqual({
      AttributeUpdates: {},
      Expected: { id: { ComparisonOperator: 'NOT_NULL' } },
    });
  });

  it.each([
    { ConditionalOperator: 'OR', Expected: { a: { Exists: false } } },
    { Expected: { id: { ComparisonOperator: 'NOT_NULL' } } },
    { Expected: 'a' },
    { ExpressionAttributeNames: 'a' },
  ])('has no room in %j', (entry) => {
    expect(() => guard(entry)).toThrow(refused);
  });
});
