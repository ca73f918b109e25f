import type { TableDescription as SdkTable } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDynamodb, type DynamodbConnectionHandle } from './connect.js';
import { describedTable } from './describe.js';
import { type EmbeddedDynamodb, openEmbedded } from './embedded/open-embedded.js';
import { fakeEndpoint } from './testing/fake-endpoint.js';

const signal = new AbortController().signal;
const KEYS = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;

const TABLE = {
  TableName: 'flights',
  TableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/flights',
  TableStatus: 'ACTIVE',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'B' },
    ...['a', 'b', 'c', 'd'].map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
    ...['w', 'x', 'y', 'z'].map((name) => ({ AttributeName: name, AttributeType: 'N' as const })),
  ],
  ItemCount: 10,
  TableSizeBytes: 2000,
  ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
} satisfies SdkTable;

describe('describedTable', () => {
  it('takes over the plain facts', () => {
    expect(describedTable(TABLE, 'flights')).toEqual({
      name: 'flights',
      arn: TABLE.TableArn,
      status: 'ACTIVE',
      partitionKey: { name: 'id', type: 'B' },
      sortKey: undefined,
      indexes: [],
      itemCount: 10,
      sizeBytes: 2000,
      billing: { mode: 'provisioned', readUnits: 5, writeUnits: 6 },
      warmReadUnits: undefined,
      tableClass: 'STANDARD',
    });
  });

  it('keeps up to four partition and four sort attributes of a global index, in order', () => {
    const keys = [...['d', 'b', 'a', 'c'].map(hash), ...['z', 'w', 'y', 'x'].map(range)];
    const index = onlyIndex({
      GlobalSecondaryIndexes: [{ IndexName: 'wide', KeySchema: keys, IndexStatus: 'ACTIVE' }],
    });
    expect(index?.partitionKeys.map((key) => key.name)).toEqual(['d', 'b', 'a', 'c']);
    expect(index?.sortKeys).toEqual(['z', 'w', 'y', 'x'].map((name) => ({ name, type: 'N' })));
  });

  it.each([
    ['ACTIVE', undefined, true],
    ['ACTIVE', false, true],
    ['ACTIVE', true, false],
    ['CREATING', true, false],
    ['UPDATING', undefined, false],
    ['DELETING', false, false],
  ] as const)('calls a global index that is %s with backfilling %s usable: %s', (status, backfilling, usable) => {
    const index = onlyIndex({
      GlobalSecondaryIndexes: [
        {
          IndexName: 'i',
          KeySchema: [hash('a')],
          IndexStatus: status,
          ...(backfilling !== undefined && { Backfilling: backfilling }),
        },
      ],
    });
    expect(index?.usable).toBe(usable);
  });

  it('calls a local index usable always', () => {
    const index = onlyIndex({ LocalSecondaryIndexes: [{ IndexName: 'l', KeySchema: [hash('id'), range('w')] }] });
    expect(index).toMatchObject({ kind: 'local', usable: true, sortKeys: [{ name: 'w', type: 'N' }] });
  });

  it.each([
    [{ ProjectionType: 'ALL' }, { kind: 'all' }],
    [{ ProjectionType: 'KEYS_ONLY' }, { kind: 'keys-only' }],
    [
      { ProjectionType: 'INCLUDE', NonKeyAttributes: ['p', 'q'] },
      { kind: 'include', attributes: ['p', 'q'] },
    ],
    [undefined, { kind: 'keys-only' }],
  ] as const)('reads the projection %j as %j', (projection, expected) => {
    const written = projection && {
      ...projection,
      NonKeyAttributes: [...('NonKeyAttributes' in projection ? projection.NonKeyAttributes : [])],
    };
    const index = onlyIndex({
      LocalSecondaryIndexes: [{ IndexName: 'l', KeySchema: [hash('id')], ...(written && { Projection: written }) }],
    });
    expect(index?.projection).toEqual(expected);
  });

  it('tells on-demand from provisioned, with and without a summary', () => {
    const zero = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
    const onDemand = { ProvisionedThroughput: zero, BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } } as const;
    expect(billingOf(onDemand)).toEqual({ mode: 'on-demand', maxReadUnits: undefined });
    expect(billingOf({ ProvisionedThroughput: zero })).toEqual({ mode: 'on-demand', maxReadUnits: undefined });
    expect(billingOf({ ...onDemand, OnDemandThroughput: { MaxReadRequestUnits: -1 } })).toMatchObject({
      maxReadUnits: undefined,
    });
    expect(billingOf({ ...onDemand, OnDemandThroughput: { MaxReadRequestUnits: 400 } })).toMatchObject({
      maxReadUnits: 400,
    });
    expect(billingOf({ BillingModeSummary: { BillingMode: 'PROVISIONED' } })).toMatchObject({
      mode: 'provisioned',
      readUnits: 5,
    });
  });

  it('reads warm throughput, table class and a status other than ACTIVE', () => {
    const table = {
      ...TABLE,
      TableStatus: 'DELETING',
      WarmThroughput: { ReadUnitsPerSecond: 12_000 },
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
    } as const satisfies SdkTable;
    expect(describedTable(table, 'flights')).toMatchObject({
      status: 'DELETING',
      warmReadUnits: 12_000,
      tableClass: 'STANDARD_INFREQUENT_ACCESS',
    });
  });

  it('says DYNAMODB_FAILED for a description without a key', () => {
    expect(() => describedTable({}, 'x')).toThrow(expect.objectContaining({ code: 'DYNAMODB_FAILED' }));
  });
});

describe('the directory of a real server', () => {
  let embedded: EmbeddedDynamodb;
  let handle: DynamodbConnectionHandle;

  beforeAll(async () => {
    embedded = await openEmbedded({ directory: undefined, signal });
    handle = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials: KEYS });
  });

  afterAll(async () => {
    handle?.close();
    await embedded?.close();
  });

  it('lists nothing when there is nothing', async () => {
    expect(await handle.directory.listTables(signal)).toEqual([]);
  });

  it('describes what was created', async () => {
    const definition = {
      name: 'described',
      partitionKey: { name: 'pk', type: 'S' },
      sortKey: { name: 'sk', type: 'N' },
      indexes: [
        {
          name: 'global',
          kind: 'global',
          partitionKeys: [{ name: 'g', type: 'B' }],
          sortKeys: [{ name: 'sk', type: 'N' }],
          projection: { kind: 'include', attributes: ['extra'] },
        },
        {
          name: 'local',
          kind: 'local',
          partitionKeys: [{ name: 'pk', type: 'S' }],
          sortKeys: [{ name: 'l', type: 'S' }],
          projection: { kind: 'all' },
        },
      ],
    } as const;
    await handle.writer.createTable(definition, signal);
    expect(await handle.directory.describeTable('described', signal)).toMatchObject({
      ...definition,
      indexes: definition.indexes.map((index) => ({ ...index, usable: true })),
      status: 'ACTIVE',
      billing: { mode: 'on-demand' },
    });
  });

  it('says TABLE_NOT_FOUND for a table that is not there', async () => {
    await expect(handle.directory.describeTable('nowhere', signal)).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });
});

describe('listTables', () => {
  it('follows every page and sorts by code point', async () => {
    const pages = [
      { TableNames: ['zoo', 'apple'], LastEvaluatedTableName: 'apple' },
      { TableNames: [], LastEvaluatedTableName: 'apple' },
      { TableNames: ['Zebra', 'a.b'] },
    ];
    const fake = await fakeEndpoint((response, attempt) => response.end(JSON.stringify(pages[attempt - 1])));
    const handle = connectDynamodb({ region: 'us-east-1', endpoint: fake.endpoint, credentials: KEYS });
    expect(await handle.directory.listTables(signal)).toEqual(['Zebra', 'a.b', 'apple', 'zoo']);
    handle.close();
    await fake.close();
  });
});

describe('timeToLiveAttribute', () => {
  it.each([
    ['ENABLED', 'gone_at'],
    ['ENABLING', 'gone_at'],
    ['DISABLING', undefined],
    ['DISABLED', undefined],
  ])('of a table where it is %s is %s', async (status, attribute) => {
    const answer = { TimeToLiveDescription: { TimeToLiveStatus: status, AttributeName: 'gone_at' } };
    const fake = await fakeEndpoint((response) => response.end(JSON.stringify(answer)));
    const handle = connectDynamodb({ region: 'us-east-1', endpoint: fake.endpoint, credentials: KEYS });
    expect(await handle.directory.timeToLiveAttribute('carts', signal)).toBe(attribute);
    handle.close();
    await fake.close();
  });
});

function hash(name: string) {
  return { AttributeName: name, KeyType: 'HASH' as const };
}

function range(name: string) {
  return { AttributeName: name, KeyType: 'RANGE' as const };
}

function onlyIndex(more: Partial<SdkTable>) {
  return describedTable({ ...TABLE, ...more }, 'flights').indexes[0];
}

function billingOf(more: Partial<SdkTable>) {
  return describedTable({ ...TABLE, ...more }, 'flights').billing;
}
