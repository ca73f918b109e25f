import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttributeValue } from './attribute-value.js';
import { connectDynamodb, type DynamodbConnectionHandle } from './connect.js';
import { type EmbeddedDynamodb, openEmbedded } from './embedded/open-embedded.js';
import { itemSize } from './item-size.js';

const signal = new AbortController().signal;
let embedded: EmbeddedDynamodb;
let handle: DynamodbConnectionHandle;

beforeAll(async () => {
  embedded = await openEmbedded({ directory: undefined, signal });
  const credentials = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
  handle = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials });
  await handle.writer.createTable({ name: 'sizes', partitionKey: { name: 'id', type: 'S' } }, signal);
});

afterAll(async () => {
  handle?.close();
  await embedded?.close();
});

describe('itemSize', () => {
  const values: AttributeValue[] = [
    ...[
      '0',
      '1',
      '10',
      '1234',
      '12345',
      '1000',
      '100.001',
      '0.5',
      '0.00123',
      '123.456',
      '-1',
      '-12345',
      '1E20',
      '1E-20',
    ]
      .concat('12345678901234567890123456789012345678', '-0.12345678901234567890123456789012345678')
      .map((N) => ({ N })),
    { S: '' },
    { S: 'üñ€😀' },
    { B: Buffer.from([1, 2, 3, 4, 5]).toString('base64') },
    { BOOL: true },
    { NULL: true },
    { SS: ['a', 'bcd'] },
    { NS: ['1', '22', '-333'] },
    { BS: ['AQI=', 'Aw=='] },
    { L: [] },
    { L: [{ N: '1' }, { S: 'abc' }, { L: [{ NULL: true }] }] },
    { M: {} },
    { M: { ab: { S: 'x' }, ü: { M: { c: { BOOL: false } } } } },
  ];

  it.each(values.map((value) => [JSON.stringify(value), value] as const))(
    'is what DynamoDB meters, to the byte, for an item with %s',
    async (text, value) => {
      const full = fillUp(4096, value, text);
      const over = fillUp(4097, value, `${text} and one more`);
      await handle.writer.putItems('sizes', [full, over], { signal });
      expect(await unitsToRead(full)).toBe(1);
      expect(await unitsToRead(over)).toBe(2);
    },
  );

  /** An item that has just the size, if itemSize is right: one read unit is 4,096 bytes (dynamodb-numbers 1). */
  function fillUp(size: number, value: AttributeValue, id: string) {
    const item = { id: { S: id }, value, fill: { S: '' } };
    return { ...item, fill: { S: 'x'.repeat(size - itemSize(item)) } };
  }

  async function unitsToRead(item: { readonly id: AttributeValue }): Promise<number> {
    const page = await handle.reader.getItem(
      { tableName: 'sizes', key: { id: item.id }, consistentRead: true },
      signal,
    );
    return page.readUnits;
  }
});
