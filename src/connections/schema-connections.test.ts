import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeGrants, makePrincipal } from '../access/testing/make-access.js';
import type { SchemaConfig } from '../config/headgate-config.js';
import { fakeEndpoint } from '../dynamodb/testing/fake-endpoint.js';
import { SchemaConnections } from './schema-connections.js';
import { type SchemaSource, type ServedSchema, whyUnavailable } from './served-schema.js';

const never = new AbortController().signal;
const asker = { principal: makePrincipal(), grants: () => makeGrants('ann R shop') };
const closers: (() => void | Promise<void>)[] = [];
let served: ServedSchema[];
let change: (schemas: ServedSchema[]) => void;
let source: SchemaSource;
let connections: SchemaConnections;
let requests: number;
/** What the endpoint waits for before it answers. */
let gate: Promise<void>;

beforeEach(async () => {
  requests = 0;
  gate = Promise.resolve();
  const endpoint = await fakeEndpoint(async (response) => {
    requests += 1;
    await gate;
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"TableNames":["orders"]}');
  });
  closers.push(endpoint.close);
  const listeners = new Set<() => void>();
  served = [schemaAt(endpoint.endpoint)];
  source = {
    all: () => served,
    current: async () => undefined,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  change = (schemas) => {
    served = schemas;
    for (const listener of listeners) listener();
  };
  connections = new SchemaConnections({
    schemas: source,
    endpointOf: ({ endpoint: place }) => (place.kind === 'url' ? place.url : undefined),
    sourceIdentity: false,
  });
  closers.push(() => connections.close());
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function schemaAt(url: string): ServedSchema {
  const config: SchemaConfig = {
    name: 'shop',
    region: 'eu-central-1',
    endpoint: { kind: 'url', url },
    credentials: { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' },
    tables: '*',
    columns: {},
    hideExpired: false,
    unitsPerSecond: {},
  };
  return { config, state: 'active', revision: '1' };
}

it('reach a schema for as long as it is active, and again when it is active again', async () => {
  const { directory } = connections.whole('shop');
  expect(await directory.listTables(never)).toEqual(['orders']);
  const [active] = served;
  if (active === undefined) throw new Error('no schema');
  for (const state of ['pending', 'failed', 'disabled'] as const) {
    change([{ ...active, state }]);
    await expect(directory.listTables(never)).rejects.toMatchObject({
      code: 'SCHEMA_NOT_ACTIVE',
      message: `The schema shop is ${state}.`,
      hint: expect.stringContaining('headgate schema validate shop'),
    });
    expect(whyUnavailable(source.all(), 'SHOP')?.message).toBe(`The schema shop is ${state}.`);
  }
  change([]);
  await expect(directory.listTables(never)).rejects.toMatchObject({ code: 'SCHEMA_NOT_FOUND' });
  const before = requests;
  change([{ ...active, revision: '2' }]);
  expect(await directory.listTables(never)).toEqual(['orders']);
  expect(requests).toBe(before + 1);
});

it('end what began before a schema was changed, also calls under way', async () => {
  const own = connections.as(asker).of('shop');
  await own.directory.listTables(never);
  const [active] = served;
  if (active === undefined) throw new Error('no schema');
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const underWay = own.directory.listTables(never);
  const arrived = requests + 1;
  while (requests < arrived) await new Promise((resolve) => setImmediate(resolve));
  change([{ ...active, state: 'disabled', revision: '2' }]);
  await expect(underWay).rejects.toMatchObject({ code: 'SCHEMA_NOT_ACTIVE' });
  open();
  change([{ ...active, revision: '3' }]);
  await expect(own.directory.listTables(never)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'The schema shop was changed meanwhile.',
  });
  expect(await connections.as(asker).of('shop').directory.listTables(never)).toEqual(['orders']);
  expect(connections.as(asker).roleSession()).toBeUndefined();
});
