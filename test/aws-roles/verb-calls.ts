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
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { OperationClass } from '../../src/access/access-code.js';
import { PLACE } from '../../src/local-aws/testing/local-aws-under-test.js';

/** A verb as it is called, and the classes that Headgate wants for it (docs/access.md). */
export interface VerbCall {
  readonly verb: string;
  readonly needs: readonly OperationClass[];
  readonly send: (client: DynamoDBClient) => Promise<unknown>;
  /** Undone or prepared by an administrator before each call. */
  readonly prepare?: (admin: DynamoDBClient) => Promise<unknown>;
}

/** The tables that the role is for: one that stays, one that is made and deleted, one whose time to live is set. */
export const TABLES = { music: 'Music', made: 'Made', expiring: 'Expiring' } as const;
const TableName = TABLES.music;
const Key = { pk: { S: 'a' } };
const arn = `arn:aws:dynamodb:${PLACE.region}:${PLACE.account}:table/${TableName}`;
const genreIs = { KeyConditionExpression: 'genre = :g', ExpressionAttributeValues: { ':g': { S: 'x' } } };
const pkIs = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'a' } } };
const IndexName = 'byGenre';

const statement = (text: string) => (client: DynamoDBClient) =>
  client.send(new ExecuteStatementCommand({ Statement: text }));
const transact =
  (...TransactItems: TransactWriteItem[]) =>
  (client: DynamoDBClient) =>
    client.send(new TransactWriteItemsCommand({ TransactItems }));
const putA = (admin: DynamoDBClient) => admin.send(new PutItemCommand({ TableName, Item: Key }));
const deleteA = (admin: DynamoDBClient) => admin.send(new DeleteItemCommand({ TableName, Key }));

export function createTable(client: DynamoDBClient, name: string) {
  return client.send(
    new CreateTableCommand({
      TableName: name,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: ['pk', 'genre'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        { IndexName, KeySchema: [{ AttributeName: 'genre', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
      ],
    }),
  );
}

const deleteTable = (name: string) => (client: DynamoDBClient) =>
  client.send(new DeleteTableCommand({ TableName: name })).catch(() => undefined);

export const VERB_CALLS: readonly VerbCall[] = [
  { verb: 'GetItem', needs: ['select'], send: (c) => c.send(new GetItemCommand({ TableName, Key })) },
  {
    verb: 'BatchGetItem',
    needs: ['select'],
    send: (c) => c.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
  },
  { verb: 'Query', needs: ['select'], send: (c) => c.send(new QueryCommand({ TableName, ...pkIs })) },
  {
    verb: 'Query of an index',
    needs: ['select'],
    send: (c) => c.send(new QueryCommand({ TableName, IndexName, ...genreIs })),
  },
  { verb: 'Scan', needs: ['select'], send: (c) => c.send(new ScanCommand({ TableName })) },
  { verb: 'Scan of an index', needs: ['select'], send: (c) => c.send(new ScanCommand({ TableName, IndexName })) },
  {
    verb: 'TransactGetItems',
    needs: ['select'],
    send: (c) => c.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key } }] })),
  },
  {
    verb: 'TransactWriteItems with a condition check',
    needs: ['select'],
    send: transact({
      ConditionCheck: { TableName, Key: { pk: { S: 'none' } }, ConditionExpression: 'attribute_not_exists(pk)' },
    }),
  },
  { verb: 'PartiQL select', needs: ['select'], send: statement(`SELECT * FROM "Music" WHERE pk = 'a'`) },
  {
    verb: 'PartiQL select of an index',
    needs: ['select'],
    send: statement(`SELECT * FROM "Music"."byGenre" WHERE genre = 'x'`),
  },
  {
    verb: 'BatchExecuteStatement of a select',
    needs: ['select'],
    send: (c) =>
      c.send(new BatchExecuteStatementCommand({ Statements: [{ Statement: `SELECT * FROM "Music" WHERE pk = 'a'` }] })),
  },
  { verb: 'DescribeTable', needs: ['explain'], send: (c) => c.send(new DescribeTableCommand({ TableName })) },
  { verb: 'DescribeTimeToLive', needs: ['explain'], send: (c) => c.send(new DescribeTimeToLiveCommand({ TableName })) },
  {
    verb: 'ListTagsOfResource',
    needs: ['explain'],
    send: (c) => c.send(new ListTagsOfResourceCommand({ ResourceArn: arn })),
  },
  // With insert alone Headgate adds the condition that nothing is overwritten.
  { verb: 'PutItem', needs: ['insert'], send: (c) => c.send(new PutItemCommand({ TableName, Item: Key })) },
  { verb: 'TransactWriteItems with a put', needs: ['insert'], send: transact({ Put: { TableName, Item: Key } }) },
  {
    verb: 'PartiQL insert',
    needs: ['insert'],
    prepare: deleteA,
    send: statement(`INSERT INTO "Music" VALUE {'pk': 'a'}`),
  },
  {
    verb: 'UpdateItem',
    needs: ['update'],
    send: (c) => c.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'REMOVE x' })),
  },
  {
    verb: 'TransactWriteItems with an update',
    needs: ['update'],
    send: transact({ Update: { TableName, Key, UpdateExpression: 'REMOVE x' } }),
  },
  {
    verb: 'PartiQL update',
    needs: ['update'],
    prepare: putA,
    send: statement(`UPDATE "Music" SET x = 1 WHERE pk = 'a'`),
  },
  { verb: 'DeleteItem', needs: ['delete'], send: (c) => c.send(new DeleteItemCommand({ TableName, Key })) },
  { verb: 'TransactWriteItems with a delete', needs: ['delete'], send: transact({ Delete: { TableName, Key } }) },
  { verb: 'PartiQL delete', needs: ['delete'], prepare: putA, send: statement(`DELETE FROM "Music" WHERE pk = 'a'`) },
  {
    verb: 'ExecuteTransaction of a delete',
    needs: ['delete'],
    prepare: putA,
    send: (c) =>
      c.send(
        new ExecuteTransactionCommand({ TransactStatements: [{ Statement: `DELETE FROM "Music" WHERE pk = 'a'` }] }),
      ),
  },
  {
    verb: 'BatchWriteItem with a put',
    needs: ['insert', 'update'],
    send: (c) => c.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: Key } }] } })),
  },
  {
    verb: 'BatchWriteItem with a delete',
    needs: ['delete'],
    send: (c) => c.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } })),
  },
  {
    verb: 'CreateTable',
    needs: ['ddl'],
    prepare: deleteTable(TABLES.made),
    send: (c) => createTable(c, TABLES.made),
  },
  {
    verb: 'UpdateTable',
    needs: ['ddl'],
    send: (c) => c.send(new UpdateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST' })),
  },
  {
    verb: 'DeleteTable',
    needs: ['ddl'],
    prepare: (admin) => createTable(admin, TABLES.made).catch(() => undefined),
    send: (c) => c.send(new DeleteTableCommand({ TableName: TABLES.made })),
  },
  {
    verb: 'UpdateTimeToLive',
    needs: ['ddl'],
    prepare: async (admin) => {
      await deleteTable(TABLES.expiring)(admin);
      await createTable(admin, TABLES.expiring);
    },
    send: (c) =>
      c.send(
        new UpdateTimeToLiveCommand({
          TableName: TABLES.expiring,
          TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
        }),
      ),
  },
  {
    verb: 'TagResource',
    needs: ['ddl'],
    send: (c) => c.send(new TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: 'a', Value: 'b' }] })),
  },
  {
    verb: 'UntagResource',
    needs: ['ddl'],
    send: (c) => c.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ['a'] })),
  },
  {
    verb: 'UpdateContinuousBackups',
    needs: ['ddl'],
    send: (c) =>
      c.send(
        new UpdateContinuousBackupsCommand({
          TableName,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ),
  },
];
