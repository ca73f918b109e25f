import { createRequire } from 'node:module';
import type * as Sdk from '@aws-sdk/client-dynamodb';

export type * from '@aws-sdk/client-dynamodb';

/**
 * The AWS SDK, loaded by `require`: it is CommonJS, and before `import` runs it, Node 20 searches all of its text for the
 * names of what it exports, which takes as long again.
 */
const sdk: typeof Sdk = createRequire(import.meta.url)('@aws-sdk/client-dynamodb');

export const {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} = sdk;
