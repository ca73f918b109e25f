import { expect, it, onTestFinished } from 'vitest';
import type { Item } from '../dynamodb/attribute-value.js';
import { connectDynamodb } from '../dynamodb/connect.js';
import { openEmbedded } from '../dynamodb/embedded/open-embedded.js';
import { sqlTypeName } from './column-type.js';
import { openCatalog } from './open-catalog.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const signal = new AbortController().signal;
const orders = { schema: 'shop', table: 'orders' };

/** A catalog over an empty embedded DynamoDB, and a way to fill it; all ends with the running test. */
async function embeddedShop() {
  const embedded = await openEmbedded({ directory: undefined, signal });
  onTestFinished(() => embedded.close());
  const credentials = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
  const connection = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials });
  onTestFinished(() => connection.close());
  const { reader, directory, writer } = connection;
  const schema = {
    name: 'shop',
    reader,
    directory,
    tables: '*',
    declarations: {},
    cacheKey: embedded.endpoint,
  } as const;
  const cacheDirectory = await temporaryDirectory();
  return { catalog: openCatalog({ schemas: () => [schema], cacheDirectory, clock: () => new Date() }), writer };
}

function order(i: number): Item {
  return {
    customer: { S: `c${i % 200}` },
    placed: { N: `${i}` },
    total: { N: `${i}.25` },
    huge: { N: '12345678901234567890123456789012345678' },
    address: { M: { city: { S: 'Bern' } } },
    lines: { L: [{ M: { sku: { S: 'a' }, quantity: { N: '2' } } }] },
    tags: { SS: ['a', 'b'] },
    mixed: i % 2 === 0 ? { S: 'x' } : { N: '1' },
  };
}

it('describes and samples tables of a real DynamoDB, small and large ones', async () => {
  const { catalog, writer } = await embeddedShop();
  const partitionKey = { name: 'customer', type: 'S' } as const;
  const sortKey = { name: 'placed', type: 'N' } as const;
  const keys = { partitionKeys: [{ name: 'day', type: 'S' }], sortKeys: [] } as const;
  const byDay = { name: 'by-day', kind: 'global', ...keys, projection: { kind: 'all' } } as const;
  await writer.createTable({ name: 'orders', partitionKey, sortKey, indexes: [byDay] }, signal);
  const columns = [
    'customer VARCHAR',
    'placed BIGINT',
    'address STRUCT("city" VARCHAR)',
    'huge HUGEINT',
    'lines STRUCT("quantity" BIGINT, "sku" VARCHAR)[]',
    'mixed JSON',
    'tags VARCHAR[]',
    'total DECIMAL(18,2)',
    'day VARCHAR',
  ];

  await writer.putItems(
    'orders',
    Array.from({ length: 50 }, (_, i) => order(i)),
    { signal },
  );
  const small = await catalog.table(orders, signal);
  expect(small.sample).toMatchObject({ items: 50, complete: true });
  expect(small.columns.map(({ name, type }) => `${name} ${sqlTypeName(type)}`)).toEqual(columns);

  await writer.putItems(
    'orders',
    Array.from({ length: 5000 }, (_, i) => order(50 + i)),
    { signal },
  );
  const large = await catalog.refresh(orders, signal);
  expect(large.sample?.items).toBeGreaterThanOrEqual(500);
  expect(large.sample?.complete).toBe(false);
  expect(large.sample?.readUnits).toBeLessThan(150);
  expect(large.columns.map(({ name, type }) => `${name} ${sqlTypeName(type)}`)).toEqual(columns);
});
