import { connectDynamodb, type DynamodbConnectionHandle } from '../../../src/dynamodb/connect.js';
import { openEmbedded } from '../../../src/dynamodb/embedded/open-embedded.js';
import type { TestTable } from '../../support/test-gateway.js';

/** An embedded DynamoDB in memory with tables in it, for gateways to stand in front of. */
export interface Upstream {
  readonly endpoint: string;
  readonly dynamodb: DynamodbConnectionHandle;
  close(): Promise<void>;
}

const NEVER = new AbortController().signal;

export async function openUpstream(tables: readonly TestTable[]): Promise<Upstream> {
  const embedded = await openEmbedded({ directory: undefined, signal: NEVER });
  const credentials = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
  const dynamodb = connectDynamodb({ region: 'us-east-1', credentials, endpoint: embedded.endpoint });
  for (const { items, ...definition } of tables) {
    await dynamodb.writer.createTable(definition, NEVER);
    await dynamodb.writer.putItems(definition.name, items, { signal: NEVER });
  }
  return {
    endpoint: embedded.endpoint,
    dynamodb,
    async close() {
      dynamodb.close();
      await embedded.close();
    },
  };
}

/** A table with the string key `id`, the number `n`, and a text of so many bytes. */
export function plainTable(name: string, count = 3, textBytes = 1): TestTable {
  const text = { S: 'x'.repeat(textBytes) };
  const items = Array.from({ length: count }, (_, i) => ({ id: { S: `i${i}` }, n: { N: String(i) }, text }));
  return { name, partitionKey: { name: 'id', type: 'S' }, items };
}
