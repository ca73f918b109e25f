import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UntagResourceCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type LocalAwsUnderTest,
  openLocalAwsUnderTest,
  PLACE,
  policyOf,
  type ShortStatement,
} from './testing/local-aws-under-test.js';

let local: LocalAwsUnderTest;
let admin: DynamoDBClient;
let user: DynamoDBClient;

beforeAll(async () => {
  local = await openLocalAwsUnderTest();
  const { account } = PLACE;
  const all = { All: policyOf(['Allow', 'dynamodb:*', '*']) };
  admin = local.client(await local.aws.accounts.putUser({ account, name: 'admin', policies: all }));
  user = local.client(await local.aws.accounts.putUser({ account, name: 'user' }));
  await createTable(admin, 'Music');
});

afterAll(() => local.close());

const TABLES = `arn:aws:dynamodb:${PLACE.region}:${PLACE.account}:table`;
const MUSIC = `${TABLES}/Music`;
const USER = `arn:aws:iam::${PLACE.account}:user/user`;
const TableName = 'Music';
const Key = { pk: { S: 'a' } };

function createTable(client: DynamoDBClient, name: string) {
  return client.send(
    new CreateTableCommand({
      TableName: name,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: ['pk', 'genre'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byGenre',
          KeySchema: [{ AttributeName: 'genre', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
}

interface Call {
  /** Actions and resources that the call needs, in order. */
  readonly needs: readonly (readonly [string, string])[];
  readonly send: (client: DynamoDBClient) => Promise<unknown>;
}

const on = (action: string, resource = MUSIC): readonly [string, string] => [`dynamodb:${action}`, resource];
const statement = (text: string) => new ExecuteStatementCommand({ Statement: text });
const genreIs = { KeyConditionExpression: 'genre = :g', ExpressionAttributeValues: { ':g': { S: 'x' } } };
const pkIs = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'a' } } };

const CALLS: Readonly<Record<string, Call>> = {
  PutItem: { needs: [on('PutItem')], send: (c) => c.send(new PutItemCommand({ TableName, Item: Key })) },
  GetItem: { needs: [on('GetItem')], send: (c) => c.send(new GetItemCommand({ TableName, Key })) },
  UpdateItem: {
    needs: [on('UpdateItem')],
    send: (c) => c.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'REMOVE x' })),
  },
  DeleteItem: { needs: [on('DeleteItem')], send: (c) => c.send(new DeleteItemCommand({ TableName, Key })) },
  Query: { needs: [on('Query')], send: (c) => c.send(new QueryCommand({ TableName, ...pkIs })) },
  'Query of an index': {
    needs: [on('Query', `${MUSIC}/index/byGenre`)],
    send: (c) => c.send(new QueryCommand({ TableName, IndexName: 'byGenre', ...genreIs })),
  },
  Scan: { needs: [on('Scan')], send: (c) => c.send(new ScanCommand({ TableName })) },
  'Scan of an index': {
    needs: [on('Scan', `${MUSIC}/index/byGenre`)],
    send: (c) => c.send(new ScanCommand({ TableName, IndexName: 'byGenre' })),
  },
  BatchGetItem: {
    needs: [on('BatchGetItem')],
    send: (c) => c.send(new BatchGetItemCommand({ RequestItems: { Music: { Keys: [Key] } } })),
  },
  BatchWriteItem: {
    needs: [on('BatchWriteItem')],
    send: (c) => c.send(new BatchWriteItemCommand({ RequestItems: { Music: [{ PutRequest: { Item: Key } }] } })),
  },
  TransactGetItems: {
    needs: [on('GetItem')],
    send: (c) => c.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key } }] })),
  },
  TransactWriteItems: {
    needs: [on('PutItem'), on('UpdateItem'), on('DeleteItem'), on('ConditionCheckItem')],
    send: (c) =>
      c.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: { pk: { S: 'p' } } } },
            { Update: { TableName, Key: { pk: { S: 'u' } }, UpdateExpression: 'REMOVE x' } },
            { Delete: { TableName, Key: { pk: { S: 'd' } } } },
            { ConditionCheck: { TableName, Key: { pk: { S: 'c' } }, ConditionExpression: 'attribute_not_exists(pk)' } },
          ],
        }),
      ),
  },
  'PartiQL insert': {
    needs: [on('PartiQLInsert')],
    send: async (c) => {
      await admin.send(new DeleteItemCommand({ TableName, Key: { pk: { S: 'new' } } }));
      return c.send(statement(`INSERT INTO "Music" VALUE {'pk': 'new'}`));
    },
  },
  'PartiQL select': { needs: [on('PartiQLSelect')], send: (c) => c.send(statement('SELECT * FROM "Music"')) },
  'PartiQL select of an index': {
    needs: [on('PartiQLSelect', `${MUSIC}/index/byGenre`)],
    send: (c) => c.send(statement(`SELECT * FROM "Music"."byGenre" WHERE genre = 'x'`)),
  },
  'PartiQL update': {
    needs: [on('PartiQLUpdate')],
    send: async (c) => {
      await admin.send(new PutItemCommand({ TableName, Item: Key }));
      return c.send(statement(`UPDATE "Music" SET x = 1 WHERE pk = 'a'`));
    },
  },
  'PartiQL delete': {
    needs: [on('PartiQLDelete')],
    send: (c) => c.send(statement(`DELETE FROM "Music" WHERE pk = 'a'`)),
  },
  BatchExecuteStatement: {
    needs: [on('PartiQLSelect')],
    send: (c) =>
      c.send(new BatchExecuteStatementCommand({ Statements: [{ Statement: `SELECT * FROM "Music" WHERE pk = 'a'` }] })),
  },
  ExecuteTransaction: {
    needs: [on('PartiQLDelete')],
    send: (c) =>
      c.send(
        new ExecuteTransactionCommand({ TransactStatements: [{ Statement: `DELETE FROM "Music" WHERE pk = 'a'` }] }),
      ),
  },
  DescribeTable: { needs: [on('DescribeTable')], send: (c) => c.send(new DescribeTableCommand({ TableName })) },
  DescribeTimeToLive: {
    needs: [on('DescribeTimeToLive')],
    send: (c) => c.send(new DescribeTimeToLiveCommand({ TableName })),
  },
  TagResource: {
    needs: [on('TagResource')],
    send: (c) => c.send(new TagResourceCommand({ ResourceArn: MUSIC, Tags: [{ Key: 'a', Value: 'b' }] })),
  },
  ListTagsOfResource: {
    needs: [on('ListTagsOfResource')],
    send: (c) => c.send(new ListTagsOfResourceCommand({ ResourceArn: MUSIC })),
  },
  UntagResource: {
    needs: [on('UntagResource')],
    send: (c) => c.send(new UntagResourceCommand({ ResourceArn: MUSIC, TagKeys: ['a'] })),
  },
  UpdateTimeToLive: {
    needs: [on('UpdateTimeToLive', `${TABLES}/Ttl`)],
    send: async (c) => {
      await recreate('Ttl');
      const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' };
      return c.send(new UpdateTimeToLiveCommand({ TableName: 'Ttl', TimeToLiveSpecification }));
    },
  },
  CreateTable: {
    needs: [on('CreateTable', `${TABLES}/Created`)],
    send: async (c) => {
      await remove('Created');
      return createTable(c, 'Created');
    },
  },
  UpdateTable: {
    needs: [on('UpdateTable')],
    send: (c) => c.send(new UpdateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST' })),
  },
  DeleteTable: {
    needs: [on('DeleteTable', `${TABLES}/Deleted`)],
    send: async (c) => {
      await recreate('Deleted');
      return c.send(new DeleteTableCommand({ TableName: 'Deleted' }));
    },
  },
};

async function remove(table: string): Promise<void> {
  const { TableNames = [] } = await admin.send(new ListTablesCommand({}));
  if (TableNames.includes(table)) await admin.send(new DeleteTableCommand({ TableName: table }));
}

async function recreate(table: string): Promise<void> {
  await remove(table);
  await createTable(admin, table);
}

async function permit(...statements: readonly ShortStatement[]): Promise<void> {
  const policies = statements.length === 0 ? {} : { Only: policyOf(...statements) };
  await local.aws.accounts.putUser({ account: PLACE.account, name: 'user', policies });
}

describe.each(Object.entries(CALLS))('%s', (_name, { needs, send }) => {
  it('is allowed by exactly what it needs', async () => {
    await permit(...needs.map(([action, resource]) => ['Allow', action, resource] as const));
    await expect(send(user)).resolves.toBeDefined();
  });

  it.each(needs)('is refused without %s on %s', async (action, resource) => {
    const others = needs.filter(([each]) => each !== action);
    await permit(...others.map(([each]) => ['Allow', each, '*'] as const));
    await expect(send(user)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${USER} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    });
  });

  it.each(needs)('is refused where %s on %s is denied', async (action, resource) => {
    await permit(['Allow', 'dynamodb:*', '*'], ['Deny', action, resource]);
    await expect(send(user)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${USER} is not authorized to perform: ${action} on resource: ${resource} with an explicit deny in an identity-based policy`,
    });
  });

  it('is refused when everything is allowed on another table', async () => {
    await permit(['Allow', 'dynamodb:*', `${TABLES}/Other*`]);
    await expect(send(user)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('ListTables', () => {
  it('is allowed on everything, and not on all tables, because it knows no resources', async () => {
    await permit(['Allow', 'dynamodb:ListTables', '*']);
    expect((await user.send(new ListTablesCommand({}))).TableNames).toContain('Music');
    await permit(['Allow', 'dynamodb:ListTables', `${TABLES}/*`]);
    await expect(user.send(new ListTablesCommand({}))).rejects.toMatchObject({
      message: `User: ${USER} is not authorized to perform: dynamodb:ListTables on resource: ${TABLES}/* because no identity-based policy allows the dynamodb:ListTables action`,
    });
  });
});
