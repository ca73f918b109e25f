import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from './attribute-value.js';
import { connectDynamodb, type DynamodbConnectionHandle } from './connect.js';
import { type EmbeddedDynamodb, openEmbedded } from './embedded/open-embedded.js';
import type { Key, RawPage } from './table-reader.js';
import { fakeEndpoint } from './testing/fake-endpoint.js';

const signal = new AbortController().signal;
const KEYS = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
const BIG = '12345678901234567890123456789012345678';
let embedded: EmbeddedDynamodb;
let handle: DynamodbConnectionHandle;

beforeAll(async () => {
  embedded = await openEmbedded({ directory: undefined, signal });
  handle = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials: KEYS });
  await handle.writer.createTable(
    {
      name: 'orders',
      partitionKey: { name: 'customer', type: 'S' },
      sortKey: { name: 'number', type: 'N' },
      indexes: [
        {
          name: 'by_state',
          kind: 'global',
          partitionKeys: [{ name: 'state', type: 'S' }],
          sortKeys: [],
          projection: { kind: 'keys-only' },
        },
      ],
    },
    signal,
  );
  await handle.writer.createTable({ name: 'blobs', partitionKey: { name: 'id', type: 'B' } }, signal);
  await handle.writer.putItems('orders', orders(), { signal });
  await handle.writer.putItems('blobs', [{ id: { B: '//79' }, of: { S: 'a blob' } }], { signal });
});

afterAll(async () => {
  handle?.close();
  await embedded?.close();
});

function orders(): Item[] {
  const plain = Array.from({ length: 60 }, (_, i) =>
    order('ann', String(i + 1), { state: { S: i % 2 ? 'open' : 'done' } }),
  );
  const evil = {
    LastEvaluatedKey: { M: { customer: { S: 'nobody' } } },
    Count: { N: '99' },
    Items: { L: [] },
    ConsumedCapacity: { M: { CapacityUnits: { N: '5' } } },
    text: { S: 'ü "}]\\' },
  };
  return [...plain, order('bob', BIG, evil), order('bob', '-0.5', {})];
}

function order(customer: string, number: string, more: Item): Item {
  return { customer: { S: customer }, number: { N: number }, ...more };
}

describe('getItem', () => {
  it('reads one item by its exact key, 38 digits included, whatever its attributes are called', async () => {
    const page = await handle.reader.getItem({ tableName: 'orders', key: keyOf('bob', BIG) }, signal);
    expect(itemsOf(page)).toEqual([orders().find((item) => item['Count'] !== undefined)]);
    expect(page).toMatchObject({ itemCount: 1, scannedCount: 1, lastEvaluatedKey: undefined, readUnits: 0.5 });
  });

  it('gives no items for a key that is absent, which costs all the same', async () => {
    const page = await handle.reader.getItem({ tableName: 'orders', key: keyOf('bob', '7') }, signal);
    expect(page).toMatchObject({ itemCount: 0, scannedCount: 0, readUnits: 0.5 });
    expect(itemsOf(page)).toEqual([]);
  });

  it('reads by a binary key', async () => {
    const page = await handle.reader.getItem({ tableName: 'blobs', key: { id: { B: '//79' } } }, signal);
    expect(itemsOf(page)).toEqual([{ id: { B: '//79' }, of: { S: 'a blob' } }]);
  });

  it('can be strongly consistent and bring only some attributes', async () => {
    const request = {
      tableName: 'orders',
      key: keyOf('ann', '1'),
      projectionExpression: '#s',
      names: { '#s': 'state' },
    };
    const page = await handle.reader.getItem({ ...request, consistentRead: true }, signal);
    expect(itemsOf(page)).toEqual([{ state: { S: 'done' } }]);
    expect(page.readUnits).toBe(1);
  });
});

describe('batchGetItem', () => {
  it('brings the items that exist, and sums the units', async () => {
    const keys = [keyOf('ann', '1'), keyOf('ann', '2'), keyOf('ann', '999'), keyOf('bob', BIG)];
    const batch = await handle.reader.batchGetItem({ tableName: 'orders', keys }, signal);
    expect(itemsOf(batch).map((item) => item['number'])).toHaveLength(3);
    expect(batch).toMatchObject({ itemCount: 3, unprocessedKeys: [] });
    expect(batch.readUnits).toBe(2);
  });

  it('gives no items when none exists', async () => {
    const batch = await handle.reader.batchGetItem({ tableName: 'orders', keys: [keyOf('nobody', '1')] }, signal);
    expect(itemsOf(batch)).toEqual([]);
    expect(batch.itemCount).toBe(0);
  });

  it('hands back the keys that DynamoDB left, as they were', async () => {
    const left = [keyOf('ann', BIG)];
    const body = {
      Responses: {},
      UnprocessedKeys: { orders: { Keys: left } },
      ConsumedCapacity: [{ CapacityUnits: 1.5 }, { CapacityUnits: 2 }],
    };
    const batch = await answeredWith(body, (reader) =>
      reader.batchGetItem({ tableName: 'orders', keys: left }, signal),
    );
    expect(batch).toMatchObject({ itemCount: 0, unprocessedKeys: left, readUnits: 3.5 });
  });
});

describe('query', () => {
  const ofAnn = {
    tableName: 'orders',
    keyConditionExpression: '#c = :c',
    names: { '#c': 'customer' },
    values: { ':c': { S: 'ann' } },
  } as const;

  it('pages through a partition by LastEvaluatedKey, in order', async () => {
    const numbers: string[] = [];
    let exclusiveStartKey: Key | undefined;
    let pages = 0;
    do {
      const page: RawPage = await handle.reader.query(
        { ...ofAnn, limit: 25, ...(exclusiveStartKey && { exclusiveStartKey }) },
        signal,
      );
      numbers.push(...itemsOf(page).map((item) => textOf(item, 'number')));
      exclusiveStartKey = page.lastEvaluatedKey;
      pages++;
    } while (exclusiveStartKey !== undefined);
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, i) => String(i + 1)));
    expect(pages).toBe(3);
  });

  it('filters after reading: fewer items than were scanned', async () => {
    const filter = {
      filterExpression: '#s = :s',
      names: { ...ofAnn.names, '#s': 'state' },
      values: { ...ofAnn.values, ':s': { S: 'open' } },
    };
    const page = await handle.reader.query({ ...ofAnn, ...filter }, signal);
    expect(page).toMatchObject({ itemCount: 30, scannedCount: 60 });
    expect(itemsOf(page)).toHaveLength(30);
  });

  it('goes backwards', async () => {
    const page = await handle.reader.query({ ...ofAnn, scanIndexForward: false, limit: 1 }, signal);
    expect(itemsOf(page).map((item) => textOf(item, 'number'))).toEqual(['60']);
  });

  it('only counts when asked to', async () => {
    const page = await handle.reader.query({ ...ofAnn, countOnly: true }, signal);
    expect(page).toMatchObject({ itemCount: 60, scannedCount: 60 });
    expect(itemsOf(page)).toEqual([]);
  });

  it('reads an index', async () => {
    const request = {
      tableName: 'orders',
      indexName: 'by_state',
      keyConditionExpression: '#s = :s',
      names: { '#s': 'state' },
    };
    const page = await handle.reader.query({ ...request, values: { ':s': { S: 'open' } } }, signal);
    expect(page.itemCount).toBe(30);
    expect(page.readUnits).toBeGreaterThan(0);
  });

  it('takes the key to go on from out of the answer, not out of an item', async () => {
    const page = await handle.reader.query({ ...ofAnn, values: { ':c': { S: 'bob' } } }, signal);
    expect(page).toMatchObject({ itemCount: 2, scannedCount: 2, lastEvaluatedKey: undefined, readUnits: 0.5 });
  });
});

describe('scan', () => {
  it('brings every item once over all segments', async () => {
    const pages = await Promise.all(
      [0, 1, 2, 3].map((segment) => handle.reader.scan({ tableName: 'orders', segment, totalSegments: 4 }, signal)),
    );
    expect(pages.flatMap(itemsOf)).toHaveLength(62);
  });

  it('sends no empty maps of names and values, which DynamoDB refuses', async () => {
    const page = await handle.reader.scan({ tableName: 'blobs', names: {}, values: {} }, signal);
    expect(page.itemCount).toBe(1);
  });

  it('goes on from a binary key', async () => {
    const first = await handle.reader.scan({ tableName: 'blobs', limit: 1 }, signal);
    expect(first.lastEvaluatedKey).toEqual({ id: { B: '//79' } });
    const exclusiveStartKey = first.lastEvaluatedKey ?? {};
    const second = await handle.reader.scan({ tableName: 'blobs', exclusiveStartKey }, signal);
    expect(second).toMatchObject({ itemCount: 0, lastEvaluatedKey: undefined });
  });

  it('says DYNAMODB_REJECTED for a request that DynamoDB does not accept', async () => {
    const scan = handle.reader.scan({ tableName: 'orders', names: { '#unused': 'x' } }, signal);
    await expect(scan).rejects.toMatchObject({ code: 'DYNAMODB_REJECTED' });
  });

  it('says DYNAMODB_FAILED for an answer without counts, rather than take it for an empty page', async () => {
    const scan = answeredWith({}, (reader) => reader.scan({ tableName: 'orders' }, signal));
    await expect(scan).rejects.toMatchObject({ code: 'DYNAMODB_FAILED' });
  });
});

function keyOf(customer: string, number: string): Key {
  return { customer: { S: customer }, number: { N: number } };
}

function itemsOf(page: { readonly items: Uint8Array }): Item[] {
  return JSON.parse(new TextDecoder().decode(page.items));
}

function textOf(item: Item, name: string): string {
  return String(Object.values(item[name] ?? {})[0]);
}

async function answeredWith<T>(
  body: object,
  call: (reader: DynamodbConnectionHandle['reader']) => Promise<T>,
): Promise<T> {
  const fake = await fakeEndpoint((response) => response.writeHead(200).end(JSON.stringify(body)));
  const other = connectDynamodb({ region: 'us-east-1', endpoint: fake.endpoint, credentials: KEYS });
  try {
    return await call(other.reader);
  } finally {
    other.close();
    await fake.close();
  }
}
