import { HeadgateError } from '../base/errors/headgate-error.js';
import type { DynamodbCalls } from './calls.js';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from './sdk.js';
import type { TableDescription } from './table-description.js';

/** Actions on items that can be tried without doing them. */
export const PROBED_ACTIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
] as const;
export type ProbedAction = (typeof PROBED_ACTIONS)[number];

export interface PermissionProbes {
  /**
   * Whether the credentials may do this to the table. The request lacks the table's key, so DynamoDB never carries it out and
   * bills nothing; but before it looks at the key it asks IAM. Throws the codes of `wrapError`, but AWS_ACCESS_DENIED.
   */
  isPermitted(action: ProbedAction, table: ProbedTable, signal: AbortSignal): Promise<boolean>;
}

export type ProbedTable = Pick<TableDescription, 'name' | 'partitionKey' | 'sortKey'>;

/** Probes over the given client. */
export function permissionProbes(calls: DynamodbCalls): PermissionProbes {
  return {
    async isPermitted(action, table, signal) {
      try {
        await sendWithoutKey(calls, action, { table, signal });
      } catch (error) {
        if (!(error instanceof HeadgateError)) throw error;
        if (error.code === 'AWS_ACCESS_DENIED') return false;
        if (error.cause instanceof Error && error.cause.name === 'ValidationException') return true;
        throw error;
      }
      return true;
    },
  };
}

function sendWithoutKey(
  calls: DynamodbCalls,
  action: ProbedAction,
  { table, signal }: { readonly table: ProbedTable; readonly signal: AbortSignal },
): Promise<unknown> {
  const TableName = table.name;
  const options = { signal, tableName: table.name };
  const attribute = attributeOutsideKey(table);
  const Key = { [attribute]: { S: 'probe' } };
  switch (action) {
    case 'GetItem':
      return calls.send(new GetItemCommand({ TableName, Key }), options);
    case 'BatchGetItem':
      return calls.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } }), options);
    case 'Query':
      return calls.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: '#probe = :probe',
          ExpressionAttributeNames: { '#probe': attribute },
          ExpressionAttributeValues: { ':probe': { S: 'probe' } },
          Limit: 1,
        }),
        options,
      );
    case 'Scan':
      return calls.send(new ScanCommand({ TableName, ExclusiveStartKey: Key, Limit: 1 }), options);
    case 'PutItem':
      return calls.send(new PutItemCommand({ TableName, Item: Key }), options);
    case 'UpdateItem':
      return calls.send(new UpdateItemCommand({ TableName, Key }), options);
    case 'DeleteItem':
      return calls.send(new DeleteItemCommand({ TableName, Key }), options);
    case 'BatchWriteItem':
      return calls.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: Key } }] } }),
        options,
      );
  }
}

/** No item can be without its key, so one of only this attribute is none. */
function attributeOutsideKey({ partitionKey, sortKey }: ProbedTable): string {
  const keys = [partitionKey.name, sortKey?.name];
  let name = 'headgate-probe';
  while (keys.includes(name)) name += '-';
  return name;
}
