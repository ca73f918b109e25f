import { describe, expect, it } from 'vitest';
import { fakeContext } from './testing/fake-schema.js';
import { forwardJson } from './testing/forward-json.js';

const CODES = ['R', 'W', 'RW', 'RA', 'RWA', 'A', 'none'] as const;
const KEY = { pk: { S: 'x' }, sk: { S: 'y' } };
const T = { TableName: 'orders' };
const V = { ExpressionAttributeValues: { ':v': { N: '1' } } };
const ARN = { ResourceArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders' };
const put = (more: object = {}) => ({ ...T, Item: KEY, ...more });
const key = (more: object = {}) => ({ ...T, Key: KEY, ...more });
const transact = (entry: object) => ({ TransactItems: [entry] });
const statement = (Statement: string, more: object = {}) => ({ Statement, ...more });

const READ = 'yes no yes yes yes yes hidden';
const DESCRIBE = READ;
const DDL = 'no no no no no yes hidden';
const PUT = 'no yes yes guarded yes yes hidden';
const PUT_READING = 'no no yes guarded yes yes hidden';
const UPDATE = 'no yes yes no yes yes hidden';
const UPDATE_READING = 'no no yes no yes yes hidden';
const DELETE = 'no yes yes no no yes hidden';
const DELETE_READING = 'no no yes no no yes hidden';

/** Verb, what it is in words, body, and the answer for each code: in the order of CODES. */
const CELLS: readonly (readonly [verb: string, what: string, body: object, answers: string])[] = [
  ['GetItem', '', key(), READ],
  ['GetItem', 'legacy', key({ AttributesToGet: ['a'] }), READ],
  ['Query', '', { ...T, KeyConditionExpression: 'pk = :v', ...V }, READ],
  ['Query', 'legacy', { ...T, KeyConditions: {}, QueryFilter: {}, ConditionalOperator: 'AND' }, READ],
  ['Query', 'of an index', { ...T, IndexName: 'by_day', KeyConditionExpression: 'd = :v', ...V }, READ],
  ['Scan', '', T, READ],
  ['Scan', 'legacy', { ...T, ScanFilter: {} }, READ],
  ['BatchGetItem', '', { RequestItems: { orders: { Keys: [KEY] } } }, READ],
  ['TransactGetItems', '', transact({ Get: key() }), READ],
  ['ExecuteStatement', 'SELECT', statement('SELECT * FROM orders'), READ],
  ['ExecuteStatement', 'SELECT of an index', statement('SELECT * FROM orders.by_day'), READ],
  ['BatchExecuteStatement', 'SELECT', { Statements: [statement('SELECT * FROM orders WHERE pk=?')] }, READ],
  ['ExecuteTransaction', 'SELECT', { TransactStatements: [statement('SELECT * FROM orders WHERE pk=?')] }, READ],
  [
    'ExecuteTransaction',
    'EXISTS',
    { TransactStatements: [statement('EXISTS(SELECT * FROM orders WHERE pk=?)')] },
    READ,
  ],
  [
    'TransactWriteItems',
    'ConditionCheck',
    transact({ ConditionCheck: key({ ConditionExpression: 'a = :v', ...V }) }),
    READ,
  ],

  ['DescribeTable', '', T, DESCRIBE],
  ['DescribeTimeToLive', '', T, DESCRIBE],
  ['ListTagsOfResource', '', ARN, DESCRIBE],

  ['PutItem', '', put(), PUT],
  ['PutItem', 'on a condition on the key', put({ ConditionExpression: 'attribute_not_exists(pk)' }), PUT],
  ['PutItem', 'on a condition', put({ ConditionExpression: 'a = :v', ...V }), PUT_READING],
  ['PutItem', 'on Expected', put({ Expected: { a: { Exists: false } } }), PUT_READING],
  ['PutItem', 'returning old values', put({ ReturnValues: 'ALL_OLD' }), PUT_READING],
  ['PutItem', 'returning nothing', put({ ReturnValues: 'NONE' }), PUT],
  ['PutItem', 'returning on failure', put({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }), PUT_READING],
  ['PutItem', 'returning the size of its collection', put({ ReturnItemCollectionMetrics: 'SIZE' }), PUT_READING],
  ['TransactWriteItems', 'Put', transact({ Put: put() }), PUT],
  [
    'TransactWriteItems',
    'Put on a condition',
    transact({ Put: put({ ConditionExpression: 'a = :v', ...V }) }),
    PUT_READING,
  ],
  [
    'TransactWriteItems',
    'Put returning on failure',
    transact({ Put: put({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }) }),
    PUT_READING,
  ],
  [
    'TransactWriteItems',
    'Put returning the size of its collection',
    { ...transact({ Put: put() }), ReturnItemCollectionMetrics: 'SIZE' },
    PUT_READING,
  ],
  ['BatchWriteItem', 'put', { RequestItems: { orders: [{ PutRequest: { Item: KEY } }] } }, UPDATE],
  ['ExecuteStatement', 'INSERT', statement("INSERT INTO orders VALUE {'pk': 'x'}"), 'no yes yes yes yes yes hidden'],

  ['UpdateItem', 'SET', key({ UpdateExpression: 'SET a = :v', ...V }), UPDATE],
  ['UpdateItem', 'without an expression', key(), UPDATE],
  ['UpdateItem', 'REMOVE', key({ UpdateExpression: 'REMOVE a' }), UPDATE],
  ['UpdateItem', 'legacy PUT', key({ AttributeUpdates: { a: { Value: { N: '1' } } } }), UPDATE],
  ['UpdateItem', 'legacy DELETE', key({ AttributeUpdates: { a: { Action: 'DELETE' } } }), UPDATE],
  ['UpdateItem', 'legacy ADD', key({ AttributeUpdates: { a: { Action: 'ADD', Value: { N: '1' } } } }), UPDATE_READING],
  [
    'UpdateItem',
    'legacy DELETE of elements',
    key({ AttributeUpdates: { a: { Action: 'DELETE', Value: { SS: ['x'] } } } }),
    UPDATE_READING,
  ],
  ['UpdateItem', 'SET to another attribute', key({ UpdateExpression: 'SET a = b' }), UPDATE_READING],
  ['UpdateItem', 'SET to the key', key({ UpdateExpression: 'SET a = pk' }), UPDATE],
  [
    'UpdateItem',
    'SET by if_not_exists',
    key({ UpdateExpression: 'SET a = if_not_exists(a, :v)', ...V }),
    UPDATE_READING,
  ],
  ['UpdateItem', 'ADD', key({ UpdateExpression: 'ADD a :v', ...V }), UPDATE_READING],
  ['UpdateItem', 'SET of a nested path', key({ UpdateExpression: 'SET a.b = :v', ...V }), UPDATE_READING],
  [
    'UpdateItem',
    'returning new values',
    key({ UpdateExpression: 'REMOVE a', ReturnValues: 'ALL_NEW' }),
    UPDATE_READING,
  ],
  [
    'UpdateItem',
    'on a condition',
    key({ UpdateExpression: 'REMOVE a', ConditionExpression: 'a = :v', ...V }),
    UPDATE_READING,
  ],
  [
    'UpdateItem',
    'on a condition on an alias',
    key({ ConditionExpression: '#k = :v', ExpressionAttributeNames: { '#k': 'secret' }, ...V }),
    UPDATE_READING,
  ],
  ['TransactWriteItems', 'Update', transact({ Update: key({ UpdateExpression: 'SET a = :v', ...V }) }), UPDATE],
  [
    'TransactWriteItems',
    'Update ADD',
    transact({ Update: key({ UpdateExpression: 'ADD a :v', ...V }) }),
    UPDATE_READING,
  ],
  ['ExecuteStatement', 'UPDATE', statement("UPDATE orders SET a = 1 WHERE pk = 'x' AND sk = 'y'"), UPDATE],
  [
    'ExecuteStatement',
    'UPDATE on a condition',
    statement("UPDATE orders SET a = 1 WHERE pk = 'x' AND b = 2"),
    UPDATE_READING,
  ],
  [
    'ExecuteStatement',
    'UPDATE returning',
    statement("UPDATE orders SET a = 1 WHERE pk = 'x' RETURNING ALL NEW *"),
    UPDATE_READING,
  ],
  [
    'ExecuteStatement',
    'UPDATE returning on failure',
    statement("UPDATE orders SET a = 1 WHERE pk = 'x'", { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    UPDATE_READING,
  ],
  [
    'BatchExecuteStatement',
    'UPDATE returning on failure',
    {
      Statements: [
        statement("UPDATE orders SET a = 1 WHERE pk = 'x'", { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      ],
    },
    UPDATE_READING,
  ],

  ['DeleteItem', '', key(), DELETE],
  ['DeleteItem', 'on a condition on the key', key({ ConditionExpression: 'attribute_exists(pk)' }), DELETE],
  ['DeleteItem', 'on a condition', key({ ConditionExpression: 'size(a) > :v', ...V }), DELETE_READING],
  ['DeleteItem', 'on Expected', key({ Expected: { a: { Exists: false } } }), DELETE_READING],
  ['DeleteItem', 'returning old values', key({ ReturnValues: 'ALL_OLD' }), DELETE_READING],
  ['BatchWriteItem', 'delete', { RequestItems: { orders: [{ DeleteRequest: { Key: KEY } }] } }, DELETE],
  [
    'BatchWriteItem',
    'returning the size of its collection',
    { RequestItems: { orders: [{ DeleteRequest: { Key: KEY } }] }, ReturnItemCollectionMetrics: 'SIZE' },
    DELETE_READING,
  ],
  ['TransactWriteItems', 'Delete', transact({ Delete: key() }), DELETE],
  ['ExecuteStatement', 'DELETE', statement("DELETE FROM orders WHERE pk = 'x' AND sk = 'y'"), DELETE],
  [
    'ExecuteStatement',
    'DELETE on a condition',
    statement("DELETE FROM orders WHERE pk = 'x' AND a = 1"),
    DELETE_READING,
  ],
  [
    'ExecuteStatement',
    'DELETE returning',
    statement("DELETE FROM orders WHERE pk = 'x' RETURNING ALL OLD *"),
    DELETE_READING,
  ],

  // A table that is to be made is hidden from nobody: the answer is that it may not be made.
  ['CreateTable', '', { ...T, KeySchema: [], AttributeDefinitions: [] }, 'no no no no no yes no'],
  ['UpdateTable', '', T, DDL],
  ['DeleteTable', '', T, DDL],
  ['UpdateTimeToLive', '', { ...T, TimeToLiveSpecification: {} }, DDL],
  ['UpdateContinuousBackups', '', { ...T, PointInTimeRecoverySpecification: {} }, DDL],
  ['TagResource', '', { ...ARN, Tags: [] }, DDL],
  ['UntagResource', '', { ...ARN, TagKeys: [] }, DDL],
];

const cells = CELLS.flatMap(([verb, what, body, answers]) =>
  answers.split(' ').map((answer, index) => ({ verb, what, body, answer, code: CODES[index] ?? 'none' })),
);

describe('each verb under each code', () => {
  it.each(cells)('$verb $what with $code: $answer', async ({ verb, body, code, answer }) => {
    const context = fakeContext({ grants: [`ann ${code} demo.orders`] });
    const { type } = await forwardJson(context, verb, body);
    const sent = JSON.stringify(context.sent[0]?.body ?? '');
    const is = type === 'ResourceNotFoundException' ? 'hidden' : type === 'AccessDeniedException' ? 'no' : 'yes';
    const guarded = /attribute_not_exists\(#headgate1\)|"pk":\{"ComparisonOperator":"NULL"\}/.test(sent);
    expect(is === 'yes' && guarded ? 'guarded' : is).toBe(answer);
    expect(context.sent).toHaveLength(is === 'yes' ? 1 : 0);
    expect(context.records.at(-1)).toMatchObject({ verb, decision: is === 'yes' ? 'allowed' : 'refused' });
  });
});
