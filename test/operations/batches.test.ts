import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type EmbeddedDynamodb, openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.js';
import { openRealGateway, type RealGateway, type TestClient } from '../support/real-gateway.js';

let upstream: EmbeddedDynamodb;
let proxy: FaultProxy;
let gateway: RealGateway;
let client: TestClient;

const ITEMS = Array.from({ length: 25 }, (_, i) => ({ id: `i${String(i).padStart(2, '0')}`, n: i }));
const WRITE = { verb: 'BatchWriteItem', RequestItems: { things: ITEMS.map((Item) => ({ PutRequest: { Item } })) } };

beforeAll(async () => {
  upstream = await openEmbedded({ directory: undefined, signal: new AbortController().signal });
  proxy = await startFaultProxy(upstream.endpoint);
  gateway = await openRealGateway({ schemas: { shop: proxy.endpoint } });
  client = await gateway.addClient('writer', { grants: ['A shop'] });
  const created = await act('createTable', { table: 'things', partitionKey: { name: 'id', type: 'S' } });
  expect(created.status).toBe(200);
}, 120_000);
afterEach(() => proxy.reset());
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await upstream?.close();
});

async function operate(operation: object) {
  return await gateway.ask('POST /v1/operations', { plain: true, ...operation }, client.token);
}

async function act(action: string, input: object) {
  return await gateway.ask(`POST /v1/actions/${action}`, input, client.token);
}

async function written(): Promise<unknown[]> {
  const { json } = await operate({ verb: 'Scan', TableName: 'things', fetchAll: true });
  return json.data.answer.Items.toSorted((a: { n: number }, b: { n: number }) => a.n - b.n);
}

it('a batch that DynamoDB throttles, and takes piece by piece, is written whole, and costs what it wrote', async () => {
  proxy.decide = ({ operation, number }) => {
    if (operation !== 'BatchWriteItem') return undefined;
    if (number % 3 === 1) return { kind: 'error', name: 'ProvisionedThroughputExceededException' };
    return { kind: 'unwritten', served: number % 3 === 2 ? 7 : 0 };
  };
  const { status, json } = await operate(WRITE);
  expect(status).toBe(200);
  expect(json.data).toMatchObject({ answer: { UnprocessedItems: {} }, warnings: [], capacity: { writeUnits: 25 } });
  expect(await written()).toEqual(ITEMS);
  expect(proxy.counts()['BatchWriteItem']).toBeGreaterThan(8);
});

it('what is left of a batch, when DynamoDB takes no more, is named exactly', async () => {
  proxy.decide = ({ operation, number }) =>
    operation === 'BatchWriteItem' ? { kind: 'unwritten', served: number === 1 ? 10 : 0 } : undefined;
  const { status, json } = await operate(WRITE);
  expect(status).toBe(200);
  const left = ITEMS.slice(10).map((Item) => ({ PutRequest: { Item } }));
  expect(json.data.answer.UnprocessedItems).toEqual({ things: left });
  expect(json.data.warnings).toEqual([expect.stringContaining('kept leaving 15 entries')]);
}, 60_000);

it('a write that got no answer is not sent again, and says that it may have been done', async () => {
  proxy.decide = ({ operation }) => (operation === 'PutItem' ? { kind: 'cut', as: 'broken' } : undefined);
  const { status } = await operate({ verb: 'PutItem', TableName: 'things', Item: { id: 'once' } });
  expect(status).toBe(502);
  expect(proxy.counts()['PutItem']).toBe(1);
  const records = (await gateway.audit(client)).filter(({ kind }) => kind === 'PutItem');
  expect(records.map(({ outcome }) => outcome)).toEqual(['begun', 'ENDPOINT_UNREACHABLE']);
});
