import { makeGrants } from '../../access/testing/make-access.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { connectDynamodb, type DynamodbConnectionHandle } from '../../dynamodb/connect.js';
import { openEmbedded } from '../../dynamodb/embedded/open-embedded.js';
import type { OperationContext, OperationRecord, OperationSchema } from '../context.js';
import { SIGNAL } from './fake-schema.js';

export interface EmbeddedContext {
  /** For a principal `ann` with these grants, as `makeGrants` reads them. */
  context(...grants: readonly string[]): OperationContext & { readonly records: OperationRecord[] };
  readonly dynamodb: DynamodbConnectionHandle;
  close(): Promise<void>;
}

/** The schema `demo`, which is an embedded DynamoDB in memory. For tests only. */
export async function embeddedContext(): Promise<EmbeddedContext> {
  const embedded = await openEmbedded({ directory: undefined, signal: SIGNAL });
  const credentials = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
  const dynamodb = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials });
  const schema: OperationSchema = {
    name: 'demo',
    isOpenFor: () => true,
    tableNames: (signal) => dynamodb.directory.listTables(signal),
    tableFacts: (table, signal) =>
      dynamodb.directory.describeTable(table, signal).catch((error: unknown) => {
        if (error instanceof HeadgateError && error.code === 'TABLE_NOT_FOUND') return undefined;
        throw error;
      }),
    send: (call) => dynamodb.raw.rawCall(call),
    dollarsOf: (_, { readUnits, writeUnits }) => (readUnits + 5 * writeUnits) / 8e6,
    tableChanged: () => undefined,
  };
  return {
    dynamodb,
    context(...grants) {
      const made = makeGrants(...grants);
      const records: OperationRecord[] = [];
      return {
        records,
        schemaNamed: (name) => (name.toLowerCase() === 'demo' ? schema : undefined),
        grants: async () => made,
        now: () => new Date(),
        pause: async () => undefined,
        onUnexpected: (error) => {
          throw error;
        },
        audit: { record: async (_, record) => void records.push(record) },
      };
    },
    async close() {
      dynamodb.close();
      await embedded.close();
    },
  };
}
