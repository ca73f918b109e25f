import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectDynamodb, type DynamodbConnectionHandle } from '../../src/dynamodb/connect.js';
import { type EmbeddedDynamodb, openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import { errorTypeOf } from '../../src/dynamodb/raw-call.js';
import { openRealGateway, type RealGateway, type TestClient } from '../support/real-gateway.js';

const NEVER = new AbortController().signal;

let upstream: EmbeddedDynamodb;
let gateway: RealGateway;
const handles: DynamodbConnectionHandle[] = [];

beforeAll(async () => {
  upstream = await openEmbedded({ directory: undefined, signal: NEVER });
  gateway = await openRealGateway({ schemas: { shop: upstream.endpoint, other: upstream.endpoint } });
  const direct = connect(upstream.endpoint, { accessKeyId: 'local', secretAccessKey: 'local' });
  await direct.writer.createTable({ name: 'things', partitionKey: { name: 'id', type: 'S' } }, NEVER);
  await direct.writer.putItems('things', [{ id: { S: 'a' } }], { signal: NEVER });
}, 120_000);
afterEach(() => {
  for (const handle of handles.splice(0)) handle.close();
});
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

function connect(endpoint: string, keys: TestClient['keys']): DynamodbConnectionHandle {
  const handle = connectDynamodb({ region: 'eu-west-1', endpoint, credentials: { kind: 'keys', ...keys } });
  handles.push(handle);
  return handle;
}

/** The type of the error of a call through the endpoint, or `ok`. */
async function call(client: TestClient, verb: string, parameters: object): Promise<string> {
  const body = Buffer.from(JSON.stringify(parameters));
  const answer = await connect(gateway.endpointUrl, client.keys).raw.rawCall({ verb, body, signal: NEVER });
  return errorTypeOf(answer) ?? 'ok';
}

const GET = { TableName: 'things', Key: { id: { S: 'a' } } };

describe('through the endpoint', () => {
  it('a plain name is in the only schema that a client may know of, and in none where there are several', async () => {
    const one = await gateway.addClient('one-schema', { grants: ['R other.things'] });
    expect(await call(one, 'GetItem', GET)).toBe('ok');
    expect(await call(one, 'GetItem', { ...GET, TableName: 'other.things' })).toBe('ok');
    expect(await call(one, 'GetItem', { ...GET, TableName: 'shop.things' })).toBe('ResourceNotFoundException');
    const two = await gateway.addClient('two-schemas', { grants: ['R other', 'R shop'] });
    expect(await call(two, 'GetItem', GET)).toBe('ResourceNotFoundException');
    expect(await call(two, 'GetItem', { ...GET, TableName: 'shop.things' })).toBe('ok');
    const records = (await gateway.audit(one)).filter(({ frontEnd }) => frontEnd === 'dynamodb');
    expect(records.map(({ tables, outcome }) => [...tables, outcome])).toEqual([
      ['other.things', 'ok'],
      ['other.things', 'ok'],
      ['other.shop.things', 'TABLE_NOT_FOUND'],
    ]);
  });

  it('limits of the client hold together with those over HTTP', async () => {
    const often = await gateway.addClient('often', { grants: ['R shop'] });
    await gateway.ask(`PUT /v1/limits/${often.id}`, { requestsPerMinute: 2 });
    const get = { verb: 'GetItem', ...GET };
    expect((await gateway.ask('POST /v1/operations', get, often.token)).status).toBe(200);
    expect(await call(often, 'GetItem', GET)).toBe('ok');
    expect(await call(often, 'GetItem', GET)).toBe('ThrottlingException');
    expect((await gateway.ask('POST /v1/operations', get, often.token)).status).toBe(429);

    const much = await gateway.addClient('much', { grants: ['RW shop'] });
    await gateway.ask(`PUT /v1/limits/${much.id}`, { unitsPerDay: 2 });
    expect(await call(much, 'PutItem', { TableName: 'things', Item: { id: { S: 'b' } } })).toBe('ok');
    expect(await call(much, 'GetItem', { ...GET, ConsistentRead: true })).toBe('ok');
    expect(await call(much, 'GetItem', GET)).toBe('AccessDeniedException');
    expect((await gateway.audit(much)).at(-1)).toMatchObject({ kind: 'GetItem', outcome: 'UNITS_EXCEEDED' });
  });

  it('a client without the scope, and a key that was revoked, get nothing', async () => {
    const scopeless = await gateway.addClient('scopeless', { scopes: ['query'], grants: ['R shop'] });
    expect(await call(scopeless, 'GetItem', GET)).toBe('AccessDeniedException');
    const revoked = await gateway.addClient('revoked', { grants: ['R shop'] });
    expect(await call(revoked, 'GetItem', GET)).toBe('ok');
    await gateway.ask(`DELETE /v1/clients/${revoked.id}/keys/${revoked.keys.accessKeyId}`);
    await expect(call(revoked, 'GetItem', GET)).rejects.toMatchObject({ code: 'CREDENTIALS_REJECTED' });
    expect((await gateway.ask(`GET /v1/clients/${revoked.id}/keys`)).json.data.items).toEqual([]);
  });

  it('a table that is made anew with another key is written by its own key, and SQL sees it', async () => {
    const maker = await gateway.addClient('maker', { scopes: ['operations', 'query'], grants: ['A other'] });
    const made = (key: string) => ({
      TableName: 'remade',
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const sql = { sql: 'SELECT * FROM other.remade' };
    for (const key of ['first', 'second']) {
      expect(await call(maker, 'CreateTable', made(key))).toBe('ok');
      const item = { verb: 'PutItem', schema: 'other', plain: true, TableName: 'remade', Item: { [key]: 'x' } };
      expect((await gateway.ask('POST /v1/operations', item, maker.token)).status).toBe(200);
      const { json } = await gateway.ask('POST /v1/query', sql, maker.token);
      expect([json.data?.columns, json.data?.data]).toEqual([[key], [['x']]]);
      expect(await call(maker, 'DeleteTable', { TableName: 'remade' })).toBe('ok');
    }
  });
});

it('its log and metrics tell who did what and how it ended, and nothing that is secret', async () => {
  const client = await gateway.addClient('logged', { grants: ['R shop'] });
  await call(client, 'GetItem', { ...GET, Key: { id: { S: 'a secret' } } });
  await call(client, 'DeleteItem', GET);
  const lines = gateway.logged.filter(({ principal }) => principal === client.id);
  expect(lines.map(({ endpoint, status }) => [endpoint, status])).toEqual([
    ['dynamodb GetItem', 200],
    ['dynamodb DeleteItem', 400],
  ]);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/headgate_dynamodb_requests_total\{verb="DeleteItem",status="400"\} \d/);
  const told = JSON.stringify(gateway.logged) + metrics;
  for (const secret of ['a secret', client.keys.secretAccessKey, client.token]) expect(told).not.toContain(secret);
});

it('a port that is in use is a clear error', async () => {
  const endpointPort = Number(new URL(gateway.endpointUrl).port);
  await expect(openRealGateway({ schemas: { shop: upstream.endpoint }, endpointPort })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining(String(endpointPort)),
  });
}, 60_000);
