import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { RawAnswer } from '../dynamodb/raw-call.js';
import { operationService } from './operation-service.js';
import { ann, fakeContext, SIGNAL } from './testing/fake-schema.js';
import { forwardJson } from './testing/forward-json.js';

const KEY = { pk: { S: 'x' }, sk: { S: 'y' } };
const arn = (table: string, place = 'eu-west-1:123456789012') => `arn:aws:dynamodb:${place}:table/${table}`;
const all = () => fakeContext({ grants: ['ann A demo'] });

describe('the name of a table', () => {
  it.each([
    ['orders', 'orders'],
    ['demo.orders', 'orders'],
    ['DEMO.orders', 'orders'],
    ['nowhere.orders', undefined],
    ['demo.demo.dotted', 'demo.dotted'],
    [arn('orders'), 'orders'],
    [`${arn('orders')}/index/by_day`, 'orders'],
  ])('%s is sent as %s', async (written, expected) => {
    const context = all();
    await forwardJson(context, 'GetItem', { TableName: written, Key: KEY });
    expect(context.sent.map(({ body }) => body)).toEqual(
      expected === undefined ? [] : [{ TableName: expected, Key: KEY, ReturnConsumedCapacity: 'TOTAL' }],
    );
  });

  it.each([
    ['another account', arn('orders', 'eu-west-1:999999999999'), 'AccessDeniedException'],
    ['another region', arn('orders', 'us-east-1:123456789012'), 'AccessDeniedException'],
    ['a table that is missing', arn('missing', 'us-east-1:123456789012'), 'ResourceNotFoundException'],
    ['a stream', `${arn('orders')}/stream/2026`, 'ValidationException'],
    ['another service', 'arn:aws:s3:::orders', 'ValidationException'],
    ['a name with a quote', 'orders"', 'ValidationException'],
    ['an empty name', '', 'ValidationException'],
  ])('of %s is refused', async (_, written, type) => {
    const context = all();
    expect(await forwardJson(context, 'GetItem', { TableName: written, Key: KEY })).toMatchObject({ type });
    expect(context.sent).toEqual([]);
  });

  it.each([
    ['SELECT * FROM orders', 'SELECT * FROM "orders"'],
    ['SELECT * FROM demo.orders.by_day', 'SELECT * FROM "orders"."by_day"'],
    ['SELECT * FROM orders.by_day', 'SELECT * FROM "orders"."by_day"'],
    ['SELECT * FROM "demo.orders"', 'SELECT * FROM "orders"'],
    [`SELECT * FROM "${arn('orders')}"`, 'SELECT * FROM "orders"'],
    [
      "UPDATE demo.orders SET a = 'demo.orders' WHERE pk = 'x'",
      "UPDATE \"orders\" SET a = 'demo.orders' WHERE pk = 'x'",
    ],
  ])('in %s is sent as %s', async (statement, expected) => {
    const context = all();
    await forwardJson(context, 'ExecuteStatement', { Statement: statement });
    expect(context.sent).toMatchObject([{ body: { Statement: expected } }]);
  });

  it.each(['UPDATE orders.by_day SET a = 1 WHERE pk = 1', 'SELECT * FROM nowhere.orders.by_day'])(
    'in %s is refused',
    async (statement) => {
      const context = all();
      expect((await forwardJson(context, 'ExecuteStatement', { Statement: statement })).status).toBe(400);
      expect(context.sent).toEqual([]);
    },
  );

  it('in a schema that is hidden is a name with a point in it', async () => {
    const context = fakeContext({ grants: ['ann R demo'] });
    const { type } = await forwardJson(context, 'GetItem', { TableName: 'other.orders', Key: KEY });
    expect(type).toBe('ResourceNotFoundException');
  });

  it('decides the schema, and all of one call are of one', async () => {
    const context = fakeContext({ grants: ['ann R demo', 'ann R other'] });
    await forwardJson(context, 'Scan', { TableName: 'other.orders' });
    expect(context.sent).toMatchObject([{ schema: 'other', body: { TableName: 'orders' } }]);
    const RequestItems = { 'demo.orders': { Keys: [KEY] }, 'other.orders': { Keys: [KEY] } };
    expect(await forwardJson(context, 'BatchGetItem', { RequestItems })).toMatchObject({ type: 'ValidationException' });
    expect(context.sent).toHaveLength(1);
  });

  it('of a tagged resource may also be plain, and is sent as the ARN', async () => {
    const context = all();
    await forwardJson(context, 'ListTagsOfResource', { ResourceArn: 'demo.orders' });
    expect(context.sent).toMatchObject([{ body: { ResourceArn: arn('orders') } }]);
  });
});

describe('a hidden table', () => {
  const HIDES = ['ann A demo', 'ann none demo.events'];
  it.each([
    ['GetItem', (table: string) => ({ TableName: table, Key: KEY })],
    ['DescribeTable', (table: string) => ({ TableName: table })],
    ['DeleteTable', (table: string) => ({ TableName: table })],
    ['PutItem', (table: string) => ({ TableName: arn(table), Item: KEY })],
    ['ExecuteStatement', (table: string) => ({ Statement: `SELECT * FROM ${table}` })],
    ['TagResource', (table: string) => ({ ResourceArn: arn(table), Tags: [] })],
  ])('is answered like a missing one by %s, and so is one that the schema is not open for', async (verb, body) => {
    const context = fakeContext({ grants: HIDES });
    const answers = ['events', 'closed', 'gone'].map(async (table) => {
      const answer = await forwardJson(context, verb, body(table));
      return JSON.stringify(answer).replaceAll(table, 'x');
    });
    const [hidden, closed, missing] = await Promise.all(answers);
    expect(hidden).toContain('ResourceNotFoundException');
    expect(hidden).toBe(missing);
    expect(closed).toBe(missing);
    expect(context.sent).toEqual([]);
  });

  it('in one entry stops a whole batch', async () => {
    const context = fakeContext({ grants: HIDES });
    const RequestItems = { orders: { Keys: [KEY] }, events: { Keys: [KEY] } };
    expect(await forwardJson(context, 'BatchGetItem', { RequestItems })).toMatchObject({
      type: 'ResourceNotFoundException',
    });
    expect(context.sent).toEqual([]);
  });

  it('is not made either, and a table outside the schema is not', async () => {
    const context = fakeContext({ grants: HIDES });
    for (const TableName of ['events', 'closed']) {
      expect(await forwardJson(context, 'CreateTable', { TableName })).toMatchObject({ type: 'AccessDeniedException' });
    }
  });
});

describe('entries of one call', () => {
  it('must all pass', async () => {
    const context = fakeContext({ grants: ['ann A demo.orders', 'ann R demo.events'] });
    const put = (TableName: string) => ({ Put: { TableName, Item: KEY } });
    expect(
      await forwardJson(context, 'TransactWriteItems', { TransactItems: [put('orders'), put('events')] }),
    ).toMatchObject({
      type: 'AccessDeniedException',
      message: expect.stringContaining('insert and update on demo.events'),
    });
    expect(context.sent).toEqual([]);
  });

  it('are guarded each by its own grants, with the names of their tables made plain', async () => {
    const context = fakeContext({ grants: ['ann A demo.orders', 'ann RA demo.events'] });
    const put = (TableName: string) => ({ Put: { TableName, Item: KEY } });
    await forwardJson(context, 'TransactWriteItems', { TransactItems: [put('demo.orders'), put('demo.events')] });
    const guard = {
      ConditionExpression: 'attribute_not_exists(#headgate1)',
      ExpressionAttributeNames: { '#headgate1': 'pk' },
    };
    expect(context.sent).toMatchObject([
      {
        body: {
          TransactItems: [
            { Put: { TableName: 'orders', Item: KEY } },
            { Put: { TableName: 'events', Item: KEY, ...guard } },
          ],
        },
      },
    ]);
    expect(context.records.at(-1)).toMatchObject({
      accessPaths: ['demo.orders: TransactWriteItems', 'demo.events: TransactWriteItems if attribute_not_exists'],
    });
  });

  it('that put in a batch without update are refused with advice', async () => {
    const context = fakeContext({ grants: ['ann RA demo'] });
    const { message } = await forwardJson(context, 'BatchWriteItem', {
      RequestItems: { orders: [{ PutRequest: { Item: KEY } }] },
    });
    expect(message).toContain('TransactWriteItems');
  });

  it('of one table under two names are refused', async () => {
    const context = all();
    const RequestItems = { orders: { Keys: [KEY] }, 'demo.orders': { Keys: [KEY] } };
    expect(await forwardJson(context, 'BatchGetItem', { RequestItems })).toMatchObject({ type: 'ValidationException' });
  });
});

describe('what is not known', () => {
  it.each([
    ['SearchVectors', { TableName: 'orders' }, 'UnknownOperationException'],
    ['getItem', { TableName: 'orders' }, 'UnknownOperationException'],
    ['__proto__', { TableName: 'orders' }, 'UnknownOperationException'],
    ['GetItem', { TableName: 'orders', Key: KEY, tableName: 'events' }, 'ValidationException'],
    ['GetItem', '{"TableName":"orders","__proto__":{}}', 'ValidationException'],
    ['GetItem', { Key: KEY }, 'ValidationException'],
    ['GetItem', { TableName: ['orders'] }, 'ValidationException'],
    ['CreateTable', { TableName: 'orders', ResourcePolicy: '{}' }, 'ValidationException'],
    ['UpdateTable', { TableName: 'orders', ReplicaUpdates: [] }, 'ValidationException'],
    ['BatchGetItem', { RequestItems: {} }, 'ValidationException'],
    ['BatchWriteItem', { RequestItems: { orders: [{}] } }, 'ValidationException'],
    ['BatchWriteItem', { RequestItems: { orders: [{ UpdateRequest: {} }] } }, 'ValidationException'],
    [
      'BatchWriteItem',
      { RequestItems: { orders: [{ PutRequest: { Item: KEY }, DeleteRequest: { Key: KEY } }] } },
      'ValidationException',
    ],
    [
      'TransactWriteItems',
      { TransactItems: [{ Put: { TableName: 'orders', Item: KEY, Return: 'ALL' } }] },
      'ValidationException',
    ],
    ['TransactGetItems', { TransactItems: [{ Put: { TableName: 'orders', Item: KEY } }] }, 'ValidationException'],
    ['ExecuteStatement', { Statement: 'SELECT 1' }, 'ValidationException'],
    ['PutItem', { TableName: 'orders', Item: KEY, ConditionExpression: 'a = :v) OR (b = :v' }, 'ValidationException'],
    ['GetItem', 'no json', 'SerializationException'],
    ['GetItem', '[]', 'SerializationException'],
    ['GetItem', '', 'SerializationException'],
  ])('%s %j is refused', async (verb, body, type) => {
    const context = all();
    expect(await forwardJson(context, verb, body)).toMatchObject({ status: 400, type });
    expect(context.sent).toEqual([]);
  });

  it('of two members of one name is only what was decided on', async () => {
    const context = fakeContext({ grants: ['ann R demo.orders'] });
    await forwardJson(context, 'Scan', '{"TableName":"events","TableName":"orders"}');
    expect(context.sent).toEqual([
      { schema: 'demo', verb: 'Scan', body: { TableName: 'orders', ReturnConsumedCapacity: 'TOTAL' } },
    ]);
  });

  it('of attributes is sent as it is, whatever they are called', async () => {
    const context = all();
    const body = '{"TableName":"orders","Item":{"__proto__":{"S":"x"},"constructor":{"N":"1"}}}';
    await forwardJson(context, 'PutItem', body);
    expect(JSON.stringify(context.sent[0]?.body)).toBe(`${body.slice(0, -1)},"ReturnConsumedCapacity":"TOTAL"}`);
  });
});

describe('the list of tables', () => {
  it.each([
    [{}, ['events', 'orders'], undefined],
    [{ Limit: 1 }, ['events'], 'events'],
    [{ Limit: 1, ExclusiveStartTableName: 'events' }, ['orders'], undefined],
    [{ ExclusiveStartTableName: 'f' }, ['orders'], undefined],
    [{ ExclusiveStartTableName: 'orders' }, [], undefined],
  ])('for %j is of those that are seen', async (body, TableNames, last) => {
    const context = fakeContext({ grants: ['ann R demo', 'ann none demo.demo.dotted'] });
    const { content } = await forwardJson(context, 'ListTables', body);
    expect(content).toEqual(last === undefined ? { TableNames } : { TableNames, LastEvaluatedTableName: last });
  });

  it('is empty for who sees none, and needs a limit that DynamoDB takes', async () => {
    expect((await forwardJson(fakeContext({ grants: [] }), 'ListTables', {})).content).toEqual({ TableNames: [] });
    expect(await forwardJson(all(), 'ListTables', { Limit: 0 })).toMatchObject({ type: 'ValidationException' });
  });
});

describe('the record of a call', () => {
  const write = { TableName: 'orders', Item: KEY };

  it('is there before a write is sent, and before an answer is given', async () => {
    const context = all();
    await forwardJson(context, 'PutItem', write);
    await forwardJson(context, 'Scan', { TableName: 'orders' });
    await forwardJson(context, 'DeleteTable', { TableName: 'orders' });
    expect(context.happened).toEqual([
      ...['record begun', 'send PutItem', 'record ok'],
      ...['send Scan', 'record ok'],
      ...['record begun', 'send DeleteTable', 'changed orders', 'record ok'],
    ]);
  });

  it('is a condition of sending a write, and of answering', async () => {
    const failRecord = (record: { outcome: string }) =>
      record.outcome === 'begun' ? new HeadgateError('STORE_UNAVAILABLE', 'gone') : undefined;
    const context = fakeContext({ grants: ['ann A demo'], failRecord });
    await expect(forwardJson(context, 'PutItem', write)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(context.sent).toEqual([]);
  });

  it('tells of a refusal as far as it came, and of an error of DynamoDB', async () => {
    const failing = { status: 400, headers: {}, body: Buffer.from('{"__type":"a#ConditionalCheckFailedException"}') };
    const context = fakeContext({ grants: ['ann RW demo'], answer: () => failing });
    await forwardJson(context, 'DeleteTable', { TableName: 'orders' });
    await forwardJson(context, 'Nothing', {});
    await forwardJson(context, 'Scan', 'no json');
    await forwardJson(context, 'PutItem', write);
    expect(context.records).toMatchObject([
      {
        verb: 'DeleteTable',
        decision: 'refused',
        outcome: 'failed',
        errorCode: 'ACCESS_DENIED',
        tables: [{ schema: 'demo', table: 'orders' }],
      },
      { verb: 'Nothing', decision: 'refused', errorCode: 'VERB_UNKNOWN', tables: [] },
      { verb: 'Scan', decision: 'refused', errorCode: 'REQUEST_INVALID', tables: [] },
      { verb: 'PutItem', decision: 'allowed', outcome: 'begun' },
      { verb: 'PutItem', decision: 'allowed', outcome: 'failed', errorCode: 'DYNAMODB_REJECTED' },
    ]);
  });
});

describe('what should not happen', () => {
  it('is told to the log and not to the caller', async () => {
    const answer = () => {
      throw new TypeError('secret');
    };
    const context = fakeContext({ grants: ['ann A demo'], answer });
    const { status, type, message } = await forwardJson(context, 'Scan', { TableName: 'orders' });
    expect([status, type, message]).toEqual([
      500,
      'InternalServerError',
      'Something happened in Headgate that should not.',
    ]);
    expect(context.happened).toEqual(['send Scan', 'record failed', 'unexpected TypeError: secret']);
  });
});

describe('the answer', () => {
  const service = (body: object, grants = ['ann A demo']) => {
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = { 'x-amz-crc32': String(crc32(bytes)), 'x-amzn-requestid': 'AWS' };
    const context = fakeContext({ grants, answer: (): RawAnswer => ({ status: 200, headers, body: bytes }) });
    return {
      context,
      bytes,
      ask: (verb: string, request: object) =>
        operationService(context).forward({
          caller: ann,
          verb,
          body: Buffer.from(JSON.stringify(request)),
          signal: SIGNAL,
        }),
    };
  };

  it('is the one that came, byte for byte, where the caller asked for its units', async () => {
    const { ask, bytes, context } = service({
      Items: [{ a: { N: '1' } }],
      ConsumedCapacity: { TableName: 'orders', CapacityUnits: 1.5 },
    });
    const answer = await ask('Scan', { TableName: 'orders', ReturnConsumedCapacity: 'INDEXES' });
    expect(Buffer.from(answer.body).equals(bytes)).toBe(true);
    expect(context.records).toMatchObject([
      { rows: 1, spent: [{ schema: 'demo', table: 'orders', readUnits: 1.5, writeUnits: 0, dollars: 1.5 }] },
    ]);
  });

  it('has no units where the caller did not ask, and its own checksum', async () => {
    const { ask } = service({ ConsumedCapacity: { TableName: 'orders', CapacityUnits: 1 }, Item: { a: { N: '1' } } });
    const answer = await ask('GetItem', { TableName: 'orders', Key: KEY, ReturnConsumedCapacity: 'NONE' });
    expect(Buffer.from(answer.body).toString()).toBe('{"Item":{"a":{"N":"1"}}}');
    expect(answer.headers).toEqual({ 'x-amz-crc32': String(crc32(answer.body)), 'x-amzn-requestid': 'AWS' });
  });

  it('of a batch has the names that the caller wrote, so that what is left can be sent again', async () => {
    const { ask } = service({ Responses: { orders: [] }, UnprocessedKeys: { orders: { Keys: [KEY] } } });
    const answer = await ask('BatchGetItem', { RequestItems: { 'demo.orders': { Keys: [KEY] } } });
    expect(JSON.parse(Buffer.from(answer.body).toString())).toEqual({
      Responses: { 'demo.orders': [] },
      UnprocessedKeys: { 'demo.orders': { Keys: [KEY] } },
    });
    expect(answer.headers['x-amz-crc32']).toBe(String(crc32(answer.body)));
  });
});
