import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDynamodb, type DynamodbConnectionHandle } from '../../src/dynamodb/connect.js';
import { type EmbeddedDynamodb, openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import { openRealGateway, type RealGateway, type TestClient } from '../support/real-gateway.js';

const NEVER = new AbortController().signal;
const CODES = ['R', 'W', 'RW', 'RA', 'RWA', 'A', 'none'] as const;
type Code = (typeof CODES)[number];
/** HTTP statuses: done, not granted, not to be seen. */
const STATUS = { yes: 200, no: 403, hidden: 404 } as const;
type Answer = keyof typeof STATUS;

const READ = 'yes no yes yes yes yes hidden';
const INSERT = 'no yes yes yes yes yes hidden';
const UPDATE = 'no yes yes no yes yes hidden';
const DELETE = 'no yes yes no no yes hidden';
const DDL = 'no no no no no yes hidden';

const KEY = { id: 'seed' };
const ARN = 'arn:aws:dynamodb:dynoxide:000000000000:table/';

/** Verb, its parameters for a table, in plain JSON, and the answers in the order of CODES. */
const CELLS: readonly (readonly [verb: string, parameters: (table: string) => object, answers: string])[] = [
  ['GetItem', (TableName) => ({ TableName, Key: KEY }), READ],
  ['BatchGetItem', (table) => ({ RequestItems: { [table]: { Keys: [KEY] } } }), READ],
  [
    'Query',
    (TableName) => ({ TableName, KeyConditionExpression: 'id = :i', ExpressionAttributeValues: { ':i': 'seed' } }),
    READ,
  ],
  ['Scan', (TableName) => ({ TableName }), READ],
  ['TransactGetItems', (TableName) => ({ TransactItems: [{ Get: { TableName, Key: KEY } }] }), READ],
  ['DescribeTable', (TableName) => ({ TableName }), READ],
  ['DescribeTimeToLive', (TableName) => ({ TableName }), READ],
  ['ListTagsOfResource', (table) => ({ ResourceArn: ARN + table }), READ],
  ['ExecuteStatement', (table) => ({ Statement: `SELECT * FROM "${table}" WHERE id = 'seed'` }), READ],
  [
    'BatchExecuteStatement',
    (table) => ({ Statements: [{ Statement: `SELECT * FROM "${table}" WHERE id = 'seed'` }] }),
    READ,
  ],
  ['ExecuteStatement', (table) => ({ Statement: `INSERT INTO "${table}" VALUE {'id': 'by PartiQL'}` }), INSERT],
  ['ExecuteStatement', (table) => ({ Statement: `UPDATE "${table}" SET v = 1 WHERE id = 'seed'` }), UPDATE],
  [
    'ExecuteTransaction',
    (table) => ({ TransactStatements: [{ Statement: `UPDATE "${table}" SET v = 2 WHERE id = 'seed'` }] }),
    UPDATE,
  ],
  ['PutItem', (TableName) => ({ TableName, Item: { id: 'new' } }), INSERT],
  ['TransactWriteItems', (TableName) => ({ TransactItems: [{ Put: { TableName, Item: { id: 'new too' } } }] }), INSERT],
  [
    'BatchWriteItem',
    (table) => ({ RequestItems: { [table]: [{ PutRequest: { Item: { id: 'in a batch' } } }] } }),
    UPDATE,
  ],
  [
    'UpdateItem',
    (TableName) => ({ TableName, Key: KEY, UpdateExpression: 'SET v = :v', ExpressionAttributeValues: { ':v': 3 } }),
    UPDATE,
  ],
  ['ExecuteStatement', (table) => ({ Statement: `DELETE FROM "${table}" WHERE id = 'by PartiQL'` }), DELETE],
  ['DeleteItem', (TableName) => ({ TableName, Key: { id: 'new' } }), DELETE],
  [
    'BatchWriteItem',
    (table) => ({ RequestItems: { [table]: [{ DeleteRequest: { Key: { id: 'in a batch' } } }] } }),
    DELETE,
  ],
  ['TagResource', (table) => ({ ResourceArn: ARN + table, Tags: [{ Key: 'a', Value: 'b' }] }), DDL],
  ['UntagResource', (table) => ({ ResourceArn: ARN + table, TagKeys: ['a'] }), DDL],
  [
    'UpdateTimeToLive',
    (TableName) => ({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ends' } }),
    DDL,
  ],
  ['UpdateTable', (TableName) => ({ TableName, DeletionProtectionEnabled: false }), DDL],
  ['DeleteTable', (TableName) => ({ TableName }), DDL],
];

let upstream: EmbeddedDynamodb;
let direct: DynamodbConnectionHandle;
let gateway: RealGateway;
const clients = new Map<Code, TestClient>();

beforeAll(async () => {
  upstream = await openEmbedded({ directory: undefined, signal: NEVER });
  const keys = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
  direct = connectDynamodb({ region: 'us-east-1', endpoint: upstream.endpoint, credentials: keys });
  gateway = await openRealGateway({ schemas: { shop: upstream.endpoint } });
  for (const code of CODES) {
    await direct.writer.createTable({ name: tableOf(code), partitionKey: { name: 'id', type: 'S' } }, NEVER);
    await direct.writer.putItems(tableOf(code), [{ id: { S: 'seed' }, v: { N: '0' } }], { signal: NEVER });
    clients.set(code, await gateway.addClient(`of-${code}`, { grants: [`${code} shop`] }));
  }
}, 180_000);
afterAll(async () => {
  await gateway?.close();
  direct?.close();
  await upstream?.close();
});

function tableOf(code: Code): string {
  return `table-${code}`;
}

function clientOf(code: Code): TestClient {
  const client = clients.get(code);
  if (client === undefined) throw new Error(`no client for ${code}`);
  return client;
}

async function operate(code: Code, operation: object) {
  return await gateway.ask('POST /v1/operations', { schema: 'shop', plain: true, ...operation }, clientOf(code).token);
}

describe.each(CODES.map((code, place) => ({ code, place })))('over HTTP, $code', ({ code, place }) => {
  const cells = CELLS.map(([verb, parameters, answers]) => ({
    verb,
    operation: { verb, ...parameters(tableOf(code)) },
    // The lists are as long as CODES.
    answer: answers.split(' ')[place] as Answer,
  }));

  it('lets each verb do what the code says, and nothing else', async () => {
    const given: unknown[] = [];
    for (const { verb, operation } of cells) {
      const { status, json } = await operate(code, operation);
      given.push([verb, status, ...(status === 500 || status === 400 ? [json.error] : [])]);
    }
    expect(given).toEqual(cells.map(({ verb, answer }) => [verb, STATUS[answer]]));
  });

  it('leaves a record of each call, of writes also that they are about to be sent, with what was decided', async () => {
    const records = await gateway.audit(clientOf(code));
    const expected = cells.flatMap(({ verb, answer }, i) => {
      const isWrite = CELLS[i]?.[2] !== READ;
      if (answer !== 'yes') return [[verb, false, answer === 'no' ? 'ACCESS_DENIED' : 'TABLE_NOT_FOUND']];
      return isWrite
        ? [
            [verb, true, 'begun'],
            [verb, true, 'ok'],
          ]
        : [[verb, true, 'ok']];
    });
    const ofVerbs = records.filter(({ verbs }) => verbs.length > 0);
    expect(ofVerbs.map(({ kind, decision, outcome }) => [kind, decision.allowed, outcome])).toEqual(expected);
    expect(new Set(ofVerbs.map(({ frontEnd }) => frontEnd))).toEqual(new Set(['http']));
    for (const { tables } of ofVerbs) expect(tables).toEqual([`shop.${tableOf(code)}`]);
  });
});

describe('without update', () => {
  it('an item that is there cannot be overwritten by any road', async () => {
    const table = tableOf('RA');
    const item = { id: 'seed', v: 99 };
    const roads = [
      { verb: 'PutItem', TableName: table, Item: item },
      { verb: 'TransactWriteItems', TransactItems: [{ Put: { TableName: table, Item: item } }] },
      { verb: 'BatchWriteItem', RequestItems: { [table]: [{ PutRequest: { Item: item } }] } },
      { verb: 'ExecuteStatement', Statement: `INSERT INTO "${table}" VALUE {'id': 'seed', 'v': 99}` },
      { verb: 'UpdateItem', TableName: table, Key: KEY, UpdateExpression: 'REMOVE v' },
    ];
    for (const road of roads) expect((await operate('RA', road)).status).not.toBe(200);
    const action = { table, item, mode: 'upsert' };
    expect((await gateway.ask('POST /v1/actions/upsertItem', action, clientOf('RA').token)).status).not.toBe(200);
    const { json } = await operate('RA', { verb: 'GetItem', TableName: table, Key: KEY });
    expect(json.data.answer).toEqual({ Item: { id: 'seed', v: 0 } });
  });

  it('a batch with one table that is not granted sends nothing', async () => {
    const mixed = {
      [tableOf('W')]: [{ PutRequest: { Item: { id: 'half' } } }],
      [tableOf('R')]: [{ PutRequest: { Item: { id: 'half' } } }],
    };
    const client = await gateway.addClient('mixed', { grants: [`RW shop.${tableOf('W')}`, `R shop.${tableOf('R')}`] });
    const { status } = await gateway.ask(
      'POST /v1/operations',
      { verb: 'BatchWriteItem', plain: true, RequestItems: mixed },
      client.token,
    );
    expect(status).toBe(403);
    const { json } = await operate('RW', { verb: 'GetItem', TableName: tableOf('W'), Key: { id: 'half' } });
    expect(json.data.answer).toEqual({});
  });
});

it('usage has the write units of all', async () => {
  const { ddbWriteUnits, ddbReadUnits } = await gateway.usage();
  const all = (await Promise.all(CODES.map((code) => gateway.audit(clientOf(code))))).flat();
  const sum = (pick: 'readUnits' | 'writeUnits') => all.reduce((total, record) => total + record[pick], 0);
  expect(ddbWriteUnits).toBe(sum('writeUnits'));
  expect(ddbReadUnits).toBe(sum('readUnits'));
  expect(ddbWriteUnits).toBeGreaterThan(10);
});
