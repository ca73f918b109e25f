import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from './attribute-value.js';
import { connectDynamodb, type DynamodbConnectionHandle } from './connect.js';
import { type EmbeddedDynamodb, openEmbedded } from './embedded/open-embedded.js';
import { fakeEndpoint } from './testing/fake-endpoint.js';

const signal = new AbortController().signal;
const KEYS = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
let embedded: EmbeddedDynamodb;
let handle: DynamodbConnectionHandle;

beforeAll(async () => {
  embedded = await openEmbedded({ directory: undefined, signal });
  handle = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials: KEYS });
  await handle.writer.createTable({ name: 'items', partitionKey: { name: 'id', type: 'N' } }, signal);
});

afterAll(async () => {
  handle?.close();
  await embedded?.close();
});

function numbered(count: number): Item[] {
  return Array.from({ length: count }, (_, i) => ({ id: { N: String(i) } }));
}

async function* slowly(items: Item[]): AsyncGenerator<Item> {
  yield* items;
}

describe('putItems', () => {
  it('writes every item of an async source once, and tells its progress', async () => {
    const told: number[] = [];
    const onProgress = (items: number) => told.push(items);
    expect(await handle.writer.putItems('items', slowly(numbered(130)), { signal, onProgress })).toBe(130);
    expect(await count()).toBe(130);
    expect(told).toHaveLength(6);
    expect(told.at(-1)).toBe(130);
  });

  it('writes by transactions of a hundred items where that is asked for', async () => {
    await handle.writer.createTable({ name: 'transactions', partitionKey: { name: 'id', type: 'N' } }, signal);
    const told: number[] = [];
    const options = { signal, asTransactions: true, onProgress: (items: number) => told.push(items) };
    expect(await handle.writer.putItems('transactions', numbered(250), options)).toBe(250);
    expect(await count('transactions')).toBe(250);
    expect(told).toHaveLength(3);
  });

  it('writes nothing for no items', async () => {
    expect(await handle.writer.putItems('items', [], { signal })).toBe(0);
  });

  it('keeps every type of value as it is', async () => {
    const odd = Object.fromEntries([
      ['id', { N: '1000' }],
      ['__proto__', { S: 'a name like any' }],
      ['m', { M: Object.fromEntries([['__proto__', { N: '1' }]]) }],
    ]) as Item; // fromEntries widens the values to their union with unknown names
    const item: Item = {
      ...odd,
      n: { N: '12345678901234567890123456789012345678' },
      b: { B: '//79' },
      bs: { BS: ['AQI='] },
      l: { L: [{ B: 'AQI=' }, { NULL: true }, { BOOL: false }] },
      ss: { SS: ['a', 'b'] },
      ns: { NS: ['1', '2.5'] },
    };
    await handle.writer.putItems('items', [item], { signal });
    const page = await handle.reader.getItem({ tableName: 'items', key: { id: { N: '1000' } } }, signal);
    const text = new TextDecoder().decode(page.items);
    expect(JSON.parse(text)).toEqual([item]);
    expect(text).toContain('"__proto__":{"S":"a name like any"}');
    expect(text).toContain('"m":{"M":{"__proto__":{"N":"1"}}}');
  });

  it('sends again what DynamoDB left unprocessed', async () => {
    const left = { UnprocessedItems: { items: [{ PutRequest: { Item: { id: { N: '1' } } } }] } };
    const fake = await fakeEndpoint((response, attempt) => response.end(JSON.stringify(attempt < 3 ? left : {})));
    const other = connectDynamodb({ region: 'us-east-1', endpoint: fake.endpoint, credentials: KEYS });
    expect(await other.writer.putItems('items', numbered(2), { signal })).toBe(2);
    expect(fake.attempts()).toBe(3);
    other.close();
    await fake.close();
  });

  it('stops at the first error, and stops asking for items', async () => {
    let asked = 0;
    function* endless(): Generator<Item> {
      for (;;) yield { id: { N: String(asked++) } };
    }
    const put = handle.writer.putItems('nowhere', endless(), { signal });
    await expect(put).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    expect(asked).toBeLessThan(1000);
  });

  it('is CANCELLED by its signal', async () => {
    const put = handle.writer.putItems('items', numbered(1), { signal: AbortSignal.abort() });
    await expect(put).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

async function count(tableName = 'items'): Promise<number> {
  return (await handle.reader.scan({ tableName, countOnly: true }, signal)).itemCount;
}
