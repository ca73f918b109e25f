import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface PageServer {
  readonly endpoint: string;
  /** Pages of Scan that were served. */
  pages(): number;
  close(): Promise<void>;
}

/** In the place of DynamoDB: one table `things`, whose Scan has so many pages of so many items of 2 KB. */
export async function openPageServer(shape: {
  readonly pages: number;
  readonly itemsPerPage: number;
}): Promise<PageServer> {
  let served = 0;
  const pageAt = (page: number) => {
    const items = Array.from({ length: shape.itemsPerPage }, (_, i) => ({
      id: { S: `${page}-${i}` },
      n: { N: String(page * shape.itemsPerPage + i) },
      filler: { S: 'x'.repeat(2000) },
    }));
    const next = page + 1 < shape.pages ? { LastEvaluatedKey: { id: { S: String(page + 1) } } } : {};
    const ConsumedCapacity = { TableName: 'things', CapacityUnits: 128 };
    return { Items: items, Count: items.length, ScannedCount: items.length, ConsumedCapacity, ...next };
  };
  const server = createServer(async (request, response) => {
    const verb = String(request.headers['x-amz-target']).split('.')[1];
    const body = JSON.parse(await text(request));
    if (verb === 'Scan') served += 1;
    const answer = verb === 'Scan' ? pageAt(Number(body.ExclusiveStartKey?.id.S ?? 0)) : TABLE;
    response.end(JSON.stringify(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pages: () => served,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const TABLE = {
  Table: {
    TableName: 'things',
    TableStatus: 'ACTIVE',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  },
};
