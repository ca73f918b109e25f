import type { DynamodbConnectionHandle } from '../dynamodb/connect.js';
import type { RawCalls } from '../dynamodb/raw-call.js';
import type { TableDirectory, TableReader } from '../dynamodb/table-reader.js';

/** Lets `work` use the connection that holds now; throws why there is none. */
export type UseConnection = <T>(work: (handle: DynamodbConnectionHandle) => Promise<T>) => Promise<T>;

/** What can be done by a connection, each call by the one that holds then. */
export interface FollowedConnection {
  readonly reader: TableReader;
  readonly directory: TableDirectory;
  readonly raw: RawCalls;
}

export function followedConnection(use: UseConnection): FollowedConnection {
  return {
    reader: {
      getItem: (request, signal) => use(({ reader }) => reader.getItem(request, signal)),
      batchGetItem: (request, signal) => use(({ reader }) => reader.batchGetItem(request, signal)),
      query: (request, signal) => use(({ reader }) => reader.query(request, signal)),
      scan: (request, signal) => use(({ reader }) => reader.scan(request, signal)),
    },
    directory: {
      listTables: (signal) => use(({ directory }) => directory.listTables(signal)),
      describeTable: (table, signal) => use(({ directory }) => directory.describeTable(table, signal)),
      timeToLiveAttribute: (table, signal) => use(({ directory }) => directory.timeToLiveAttribute(table, signal)),
    },
    raw: { rawCall: (call) => use(({ raw }) => raw.rawCall(call)) },
  };
}
