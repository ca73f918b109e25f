import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { parseExactJson } from '../../dynamodb/exact-json.js';
import { rawJson } from '../answer/error-answer.js';
import type { SchemaCall } from '../context.js';
import { operationService } from '../operation-service.js';
import { ann, type FakeContext, fakeContext, SIGNAL } from '../testing/fake-schema.js';
import { readOperation } from './operation.js';

const KEY = { pk: 'x', sk: 'y' };
const TYPED_KEY = { pk: { S: 'x' }, sk: { S: 'y' } };

type Reply = object | Error;

/** Answers with one reply after the other. An object with `__type` is an error of DynamoDB. */
function answering(...replies: Reply[]): FakeContext {
  const left = [...replies];
  const answer = (_: SchemaCall) => {
    const reply = left.shift();
    if (reply === undefined) throw new Error('nothing more was expected to be sent');
    if (reply instanceof Error) throw reply;
    return rawJson(reply, { status: '__type' in reply ? 400 : 200, requestId: 'AWS' });
  };
  return fakeContext({ grants: ['ann A demo'], answer });
}

function run(context: FakeContext, operation: object | string, plain = true) {
  const text = typeof operation === 'string' ? operation : JSON.stringify(operation);
  const read = readOperation(parseExactJson(text), { plain });
  return operationService(context).run({ caller: ann, operation: read, signal: SIGNAL });
}

const throttled = { __type: 'com.amazonaws#ProvisionedThroughputExceededException', message: 'slow down' };
const unreachable = new HeadgateError('ENDPOINT_UNREACHABLE', 'gone');

describe('an operation', () => {
  it('takes plain values with all digits, and gives them back', async () => {
    const context = answering({}, { Item: { n: { N: '12345678901234567890' }, s: { NS: ['1'] } } });
    await run(context, '{"verb":"PutItem","TableName":"orders","Item":{"pk":"x","sk":"y","n":12345678901234567890}}');
    expect(context.sent[0]?.body).toMatchObject({ Item: { ...TYPED_KEY, n: { N: '12345678901234567890' } } });
    const { answer } = await run(context, { verb: 'GetItem', TableName: 'demo.orders', Key: KEY });
    expect(answer).toEqual({ Item: { n: { $number: '12345678901234567890' }, s: { $set: [1] } } });
  });

  it('takes DynamoDB JSON where it says so, and another schema', async () => {
    const context = answering({ Item: TYPED_KEY });
    const operation = { verb: 'GetItem', TableName: 'orders', Key: TYPED_KEY };
    expect((await run(context, operation, false)).answer).toEqual({ Item: TYPED_KEY });
    await expect(run(context, { ...operation, plain: false, schema: 'other' })).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
    });
  });

  it.each([
    [{ verb: 'GetItem', TableName: 'orders', Key: { pk: 'x' } }, 'Key.sk: the sort key of the table is missing'],
    [{ verb: 'GetItem', TableName: 'orders', Key: { ...KEY, a: 1 } }, 'Key.a: the key of the table is pk and sk'],
    [{ verb: 'PutItem', TableName: 'orders', Item: { pk: 5, sk: 'y' } }, 'Item.pk: the key is of type S, got N'],
    [
      { verb: 'PutItem', TableName: 'orders', Item: { ...KEY, s: { $set: [1, 1] } } },
      'Item.s[1]: a set has no element twice',
    ],
    [
      { verb: 'PutItem', plain: false, TableName: 'orders', Item: { ...TYPED_KEY, total: { N: 'abc' } } },
      'Item.total: expected a number, got "abc"',
    ],
    [{ verb: 'PutItem', TableName: 'orders', Item: { ...KEY, a: 'x'.repeat(409_600) } }, '400 KB'],
    [
      { verb: 'BatchWriteItem', RequestItems: { 'demo.orders': [{ DeleteRequest: { Key: { pk: 'x' } } }] } },
      'RequestItems.demo.orders[0].DeleteRequest.Key.sk',
    ],
    [
      { verb: 'TransactWriteItems', TransactItems: [{ Put: { TableName: 'orders', Item: { pk: 'x' } } }] },
      'TransactItems[0].Put.Item.sk',
    ],
    [{ verb: 'GetItem', tableName: 'orders' }, 'tableName'],
    [{ TableName: 'orders' }, 'verb'],
    [{ verb: 'GetItem', fetchAll: true, TableName: 'orders', Key: KEY }, 'GetItem has no pages'],
    [{ verb: 'Scan', fetchAll: true, maxItems: 0, TableName: 'orders' }, 'maxItems'],
    [[], 'expected an object'],
  ])('%j is refused before anything is sent', async (operation, message) => {
    const context = answering();
    const refused = async () => run(context, operation);
    await expect(refused()).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining(message),
    });
    expect(context.sent).toEqual([]);
  });

  it('gives errors of DynamoDB in their own words, with advice', async () => {
    const failed = {
      __type: 'com.amazonaws#ConditionalCheckFailedException',
      message: 'The conditional request failed',
    };
    await expect(run(answering(failed), { verb: 'DeleteItem', TableName: 'orders', Key: KEY })).rejects.toMatchObject({
      code: 'DYNAMODB_REJECTED',
      message: 'ConditionalCheckFailedException: The conditional request failed',
      hint: expect.stringContaining('nothing was changed'),
    });
  });
});

describe('sending again', () => {
  const read = { verb: 'GetItem', TableName: 'orders', Key: KEY };
  const write = { verb: 'PutItem', TableName: 'orders', Item: KEY };
  const transaction = { verb: 'TransactWriteItems', TransactItems: [{ Put: { TableName: 'orders', Item: KEY } }] };

  it.each([
    ['a read that got no answer', read, unreachable],
    ['a read that was throttled', read, throttled],
    ['a write that was throttled, so that nothing of it was done', write, throttled],
    ['a transaction that got no answer', transaction, unreachable],
  ])('is done for %s, after a pause', async (_, operation, failure) => {
    const context = answering(failure, {});
    await run(context, operation);
    expect(context.sent).toHaveLength(2);
    expect(context.sent[0]?.body).toEqual(context.sent[1]?.body);
    expect(context.happened).toContain('pause true');
  });

  it('is not done for a write that may have been done', async () => {
    const context = answering(unreachable);
    await expect(run(context, write)).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
    expect(context.sent).toHaveLength(1);
  });

  it('ends after six attempts', async () => {
    const context = answering(...Array.from({ length: 6 }, () => throttled));
    await expect(run(context, read)).rejects.toMatchObject({ code: 'DYNAMODB_THROTTLED' });
    expect(context.sent).toHaveLength(6);
  });

  it('a transaction is safe by its token', async () => {
    const context = answering({}, {});
    await run(context, transaction);
    await run(context, { ...transaction, ClientRequestToken: 'mine' });
    expect(context.sent.map(({ body }) => (body as { ClientRequestToken: string }).ClientRequestToken)).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      'mine',
    ]);
  });
});

describe('a batch', () => {
  const put = (pk: string) => ({ PutRequest: { Item: { pk: { S: pk }, sk: { S: 'y' } } } });
  const plainPut = (pk: string) => ({ PutRequest: { Item: { pk, sk: 'y' } } });
  const operation = { verb: 'BatchWriteItem', RequestItems: { 'demo.orders': [plainPut('a'), plainPut('b')] } };
  const spent = { ConsumedCapacity: [{ TableName: 'orders', CapacityUnits: 1 }] };

  it('goes on with what is left until nothing is', async () => {
    const context = answering(
      { UnprocessedItems: { orders: [put('b')] }, ...spent },
      { UnprocessedItems: {}, ...spent },
    );
    const result = await run(context, operation);
    expect(result).toEqual({
      answer: { UnprocessedItems: {} },
      spent: [{ schema: 'demo', table: 'orders', readUnits: 0, writeUnits: 2, dollars: 10 }],
      warnings: [],
    });
    expect(context.sent[1]?.body).toMatchObject({ RequestItems: { orders: [put('b')] } });
  });

  it('joins what it reads', async () => {
    const item = (pk: string) => ({ pk: { S: pk } });
    const context = answering(
      { Responses: { orders: [item('a')] }, UnprocessedKeys: { orders: { Keys: [TYPED_KEY] } } },
      { Responses: { orders: [item('b')] }, UnprocessedKeys: {} },
    );
    const keys = { Keys: [{ pk: 'a', sk: 'y' }, KEY], ProjectionExpression: 'pk' };
    const { answer } = await run(context, { verb: 'BatchGetItem', RequestItems: { orders: keys } });
    expect(answer).toEqual({ Responses: { orders: [{ pk: 'a' }, { pk: 'b' }] }, UnprocessedKeys: {} });
  });

  it('tells exactly what is left when it does not get on, or fails on the way', async () => {
    const left = { UnprocessedItems: { orders: [put('b')] } };
    const stuck = answering(...Array.from({ length: 9 }, () => left));
    const expected = { answer: { UnprocessedItems: { 'demo.orders': [plainPut('b')] } } };
    expect(await run(stuck, operation)).toMatchObject({
      ...expected,
      warnings: [expect.stringContaining('kept leaving 1')],
    });
    const failing = answering(left, unreachable);
    expect(await run(failing, operation)).toMatchObject({ ...expected, warnings: [expect.stringContaining('gone')] });
  });
});

describe('all pages', () => {
  const page = (pks: string[], last?: string) => ({
    Items: pks.map((pk) => ({ pk: { S: pk } })),
    Count: pks.length,
    ScannedCount: 2,
    ...(last === undefined ? {} : { LastEvaluatedKey: { pk: { S: last } } }),
    ConsumedCapacity: { TableName: 'orders', CapacityUnits: 5 },
  });
  const scan = { verb: 'Scan', TableName: 'orders', fetchAll: true };
  const pages = () => answering(page(['a', 'b'], 'b'), page([], 'c'), page(['d']));

  it('are one answer, empty ones passed over', async () => {
    const context = pages();
    expect(await run(context, scan)).toEqual({
      answer: { Items: [{ pk: 'a' }, { pk: 'b' }, { pk: 'd' }], Count: 3, ScannedCount: 6 },
      spent: [{ schema: 'demo', table: 'orders', readUnits: 15, writeUnits: 0, dollars: 15 }],
      warnings: [],
    });
    expect(context.sent.map(({ body }) => (body as Record<string, unknown>)['ExclusiveStartKey'])).toEqual([
      undefined,
      { pk: { S: 'b' } },
      { pk: { S: 'c' } },
    ]);
  });

  it('end at the limit of rows, with a token where the limit is the end of a page', async () => {
    expect(await run(pages(), { ...scan, maxItems: 2 })).toMatchObject({
      answer: { Items: [{ pk: 'a' }, { pk: 'b' }], LastEvaluatedKey: { pk: 'b' } },
      warnings: [expect.stringContaining('maxItems')],
    });
    const cut = await run(pages(), { ...scan, maxItems: 1 });
    expect(cut.answer).toEqual({ Items: [{ pk: 'a' }], Count: 1, ScannedCount: 2 });
    expect(cut.warnings).toHaveLength(1);
  });

  it('end at the limit of units, with a token to go on from', async () => {
    const context = pages();
    const { answer, warnings } = await run(context, { ...scan, maxUnits: 6 });
    expect(answer).toMatchObject({ LastEvaluatedKey: { pk: 'c' } });
    expect(warnings).toEqual([expect.stringContaining('maxUnits')]);
    expect(context.sent).toHaveLength(2);
  });

  it('say nothing of limits that the data just reach', async () => {
    expect((await run(answering(page(['a', 'b'])), { ...scan, maxItems: 2, maxUnits: 5 })).warnings).toEqual([]);
  });

  it('come as a stream too, with plain rows', async () => {
    const rows: unknown[] = [];
    const operation = readOperation({ verb: 'Scan', TableName: 'orders' }, { plain: true });
    for await (const each of operationService(pages()).stream({ caller: ann, operation, signal: SIGNAL }))
      rows.push(each.rows);
    expect(rows).toEqual([[{ pk: 'a' }, { pk: 'b' }], [], [{ pk: 'd' }]]);
  });
});
