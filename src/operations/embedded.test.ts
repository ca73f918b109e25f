import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedContext, embeddedContext } from './testing/embedded-context.js';
import { SIGNAL } from './testing/fake-schema.js';
import { forwardJson } from './testing/forward-json.js';

let embedded: EmbeddedContext;
const T = { TableName: 'orders' };
const key = (pk: string) => ({ pk: { S: pk }, sk: { N: '1' } });

beforeAll(async () => {
  embedded = await embeddedContext();
  const partitionKey = { name: 'pk', type: 'S' } as const;
  const sortKey = { name: 'sk', type: 'N' } as const;
  await embedded.dynamodb.writer.createTable({ name: 'orders', partitionKey, sortKey }, SIGNAL);
});

afterAll(() => embedded?.close());

/** As somebody with that code on the schema. */
const as = (code: string) => (verb: string, body: object) =>
  forwardJson(embedded.context(`ann ${code} demo`), verb, body);
const admin = as('A');
const itemOf = async (pk: string) => (await admin('GetItem', { ...T, Key: key(pk) })).content['Item'];

describe('RA, which appends', () => {
  const appender = as('RA');

  it.each([
    ['PutItem', (item: object) => ({ ...T, Item: item })],
    [
      'PutItem',
      (item: object) => ({ ...T, Item: item, ConditionExpression: 'attribute_exists(pk) OR attribute_not_exists(pk)' }),
    ],
    ['PutItem', (item: object) => ({ ...T, Item: item, Expected: { a: { ComparisonOperator: 'NOT_NULL' } } })],
    ['TransactWriteItems', (item: object) => ({ TransactItems: [{ Put: { ...T, Item: item } }] })],
    [
      'ExecuteStatement',
      (item: object) => ({ Statement: 'INSERT INTO demo.orders VALUE ?', Parameters: [{ M: item }] }),
    ],
    ['ExecuteStatement', () => ({ Statement: "INSERT INTO orders VALUE {'pk': 'there', 'sk': 1, 'a': 'new'}" })],
    ['BatchWriteItem', (item: object) => ({ RequestItems: { orders: [{ PutRequest: { Item: item } }] } })],
    ['UpdateItem', () => ({ ...T, Key: key('there'), AttributeUpdates: { a: { Value: { S: 'new' } } } })],
    ['DeleteItem', () => ({ ...T, Key: key('there') })],
  ])('cannot overwrite by %s', async (verb, body) => {
    await admin('PutItem', { ...T, Item: { ...key('there'), a: { S: 'old' } } });
    const { status } = await appender(verb, body({ ...key('there'), a: { S: 'new' } }));
    expect(status).toBe(400);
    expect(await itemOf('there')).toEqual({ ...key('there'), a: { S: 'old' } });
  });

  it('gets the ordinary error of a condition, and may read what is there', async () => {
    await admin('PutItem', { ...T, Item: { ...key('seen'), a: { S: 'old' } } });
    const refused = await appender('PutItem', {
      ...T,
      Item: key('seen'),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(refused).toMatchObject({ type: 'ConditionalCheckFailedException' });
  });

  it('appends', async () => {
    expect(await appender('PutItem', { ...T, Item: key('new') })).toMatchObject({ status: 200, content: {} });
    const put = {
      Put: {
        TableName: 'demo.orders',
        Item: key('new too'),
        ConditionExpression: 'attribute_not_exists(a) OR a = :v',
        ExpressionAttributeValues: { ':v': { N: '1' } },
      },
    };
    expect(await appender('TransactWriteItems', { TransactItems: [put] })).toMatchObject({ status: 200 });
    expect(await itemOf('new too')).toEqual(key('new too'));
    const expected = { ...T, Item: key('legacy'), Expected: { a: { ComparisonOperator: 'NULL' } } };
    expect(await appender('PutItem', expected)).toMatchObject({ status: 200 });
  });
});

describe('W, which writes', () => {
  const writer = as('W');

  it('writes without learning what was there', async () => {
    expect(await writer('PutItem', { ...T, Item: { ...key('w'), a: { S: 'x' } } })).toMatchObject({
      status: 200,
      content: {},
    });
    const update = {
      ...T,
      Key: key('w'),
      UpdateExpression: 'SET a = :v',
      ExpressionAttributeValues: { ':v': { S: 'y' } },
    };
    expect(await writer('UpdateItem', update)).toMatchObject({ status: 200, content: {} });
    expect(
      await writer('ExecuteStatement', { Statement: "UPDATE demo.orders SET b = 1 WHERE pk = 'w' AND sk = 1" }),
    ).toMatchObject({ status: 200 });
    expect(await itemOf('w')).toEqual({ ...key('w'), a: { S: 'y' }, b: { N: '1' } });
    expect(await writer('DeleteItem', { ...T, Key: key('w') })).toMatchObject({ status: 200, content: {} });
  });

  it.each([
    ['PutItem', { ...T, Item: key('s'), ReturnValues: 'ALL_OLD' }],
    ['UpdateItem', { ...T, Key: key('s'), ReturnValues: 'ALL_NEW' }],
    ['DeleteItem', { ...T, Key: key('s'), ReturnValues: 'ALL_OLD' }],
    ['ExecuteStatement', { Statement: "DELETE FROM orders WHERE pk = 's' AND sk = 1 RETURNING ALL OLD *" }],
    ['ExecuteStatement', { Statement: "DELETE FROM orders WHERE pk = 's' AND sk = 1 AND a = 'secret'" }],
    ['Query', { ...T, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 's' } } }],
  ])('learns nothing by %s', async (verb, body) => {
    await admin('PutItem', { ...T, Item: { ...key('s'), a: { S: 'secret' } } });
    expect(await writer(verb, body)).toMatchObject({ status: 400, type: 'AccessDeniedException' });
    expect(await itemOf('s')).toEqual({ ...key('s'), a: { S: 'secret' } });
  });
});

describe('calls to DynamoDB itself', () => {
  it('are answered with its answers, and metered', async () => {
    const context = embedded.context('ann A demo');
    await forwardJson(context, 'PutItem', { ...T, Item: key('m') });
    const got = await forwardJson(context, 'GetItem', { ...T, Key: key('m') });
    expect(got.content).toEqual({ Item: key('m') });
    expect(context.records.map(({ verb, outcome, spent }) => [verb, outcome, spent.length])).toEqual([
      ['PutItem', 'begun', 0],
      ['PutItem', 'ok', 1],
      ['GetItem', 'ok', 1],
    ]);
    expect(context.records.at(-1)?.spent).toEqual([
      { schema: 'demo', table: 'orders', readUnits: 0.5, writeUnits: 0, dollars: 0.5 / 8e6 },
    ]);
  });

  it('about tables go through from making to deleting', async () => {
    const definition = {
      TableName: 'demo.made',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    };
    expect(await admin('CreateTable', definition)).toMatchObject({ status: 200 });
    const { content } = await admin('DescribeTable', { TableName: 'made' });
    const described = content['Table'] as { TableArn: string };
    const ResourceArn = described.TableArn;
    expect(await admin('DescribeTable', { TableName: ResourceArn })).toMatchObject({ status: 200 });
    expect(await admin('TagResource', { ResourceArn, Tags: [{ Key: 'a', Value: 'b' }] })).toMatchObject({
      status: 200,
    });
    expect((await admin('ListTagsOfResource', { ResourceArn: 'made' })).content).toMatchObject({
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect((await as('R')('ListTables', {})).content).toEqual({ TableNames: ['made', 'orders'] });
    expect(await admin('DeleteTable', { TableName: 'made' })).toMatchObject({ status: 200 });
    expect(await admin('DescribeTable', { TableName: 'made' })).toMatchObject({ type: 'ResourceNotFoundException' });
  });
});
