import { afterAll, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.js';
import { N, S, text, trapGateway } from './trap-gateway.js';

/** What DescribeTable says of each table in place of the embedded one's own words. */
const CLAIMS: Readonly<Record<string, object>> = {
  // As Amazon DynamoDB describes a table on demand: units of zero.
  on_demand: {
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
    ItemCount: 20_000_000,
    TableSizeBytes: 10 * 2 ** 30,
  },
  // Of a table that was never on demand nothing says so but its units.
  provisioned: {
    BillingModeSummary: undefined,
    ProvisionedThroughput: { ReadCapacityUnits: 100, WriteCapacityUnits: 5, NumberOfDecreasesToday: 0 },
    ItemCount: 20_000_000,
    TableSizeBytes: 10 * 2 ** 30,
  },
  with_vectors: {
    ItemCount: 1_000_000,
    TableSizeBytes: 2 ** 30,
    VectorIndexes: [
      {
        IndexName: 'by_meaning',
        IndexStatus: 'ACTIVE',
        SearchSchema: [{ AttributeName: 'status', SearchSchemaElementType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
        VectorAttribute: { AttributeName: 'embedding', AttributeType: 'L' },
        Dimensions: 3,
        DistanceFunction: 'COSINE',
      },
    ],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'status', AttributeType: 'S' },
    ],
    // What a later DynamoDB may have.
    GlobalSecondaryIndexes: [
      unknownIndex('keyed_by_vector', [
        { AttributeName: 'status', KeyType: 'HASH' },
        { AttributeName: 'embedding', KeyType: 'VECTOR' },
      ]),
      unknownIndex('all_by_vector', [{ AttributeName: 'embedding', KeyType: 'VECTOR' }]),
      { IndexName: 'without_keys', IndexStatus: 'ACTIVE', Projection: { ProjectionType: 'ALL' } },
    ],
  },
};

function unknownIndex(name: string, keys: readonly object[]) {
  return {
    IndexName: name,
    IndexStatus: 'ACTIVE',
    KeySchema: keys,
    Projection: { ProjectionType: 'ALL' },
    ItemCount: 3,
    IndexSizeBytes: 300,
  };
}

const documents = Array.from({ length: 20 }, (_, i) => ({
  id: S(`d${i}`),
  status: S(i % 2 === 0 ? 'open' : 'closed'),
  // An index by vectors lacks the items without one.
  ...(i % 3 === 0 ? { embedding: { L: [N(i), N(1), N(0)] } } : {}),
}));

let proxy: FaultProxy;
const { ask, values, plan } = trapGateway(
  Object.keys(CLAIMS).map((name) => ({ name, partitionKey: text('id'), items: documents })),
  {
    async endpointOf(embedded) {
      proxy = await startFaultProxy(embedded);
      proxy.decide = ({ operation }) =>
        operation === 'DescribeTable' ? { kind: 'rewrite', change: claimed } : undefined;
      return proxy.endpoint;
    },
  },
);
afterAll(() => proxy.close());

function claimed({ Table: table }: Readonly<Record<string, unknown>>): object {
  const described = table as { readonly TableName: string }; // The embedded DynamoDB always names the table.
  return { Table: { ...described, ...CLAIMS[described.TableName] } };
}

describe('trap 17: a table on demand reports zero read units', () => {
  test('which is no rate to divide by: its estimate is as large as the table, and finite', async () => {
    const { estimate, throughputShare } = await plan('SELECT id FROM on_demand');
    expect(estimate.readUnits).toBeGreaterThan(1_000_000);
    for (const figure of [estimate.requests, estimate.dollars, estimate.seconds]) {
      expect(figure).toBeGreaterThan(0);
      expect(figure).toBeLessThan(1_000_000);
    }
    expect(throughputShare ?? 0.5).toBeLessThanOrEqual(1);
    expect(throughputShare).not.toBe(0);
  });

  test('so a scan of it does not take the hours that one at 100 units a second takes', async () => {
    const onDemand = await plan('SELECT id FROM on_demand');
    const provisioned = await plan('SELECT id FROM provisioned');
    expect(provisioned.estimate.readUnits).toBe(onDemand.estimate.readUnits);
    expect(provisioned.estimate.seconds).toBeGreaterThan(10 * onDemand.estimate.seconds);
  });

  test('and its rows come', async () => {
    expect((await ask('SELECT count(*), count(status) FROM on_demand', { maxUnits: 10_000_000 })).rows).toEqual([
      [20n, 20n],
    ]);
  });
});

describe('trap 22: a vector index lacks the items without its attributes', () => {
  test.each(["status = 'open'", "status = 'open' AND embedding IS NOT NULL", 'embedding IS NOT NULL'])(
    'so nothing of a kind that is not known is read in place of the table: %s',
    async (where) => {
      const read = await plan(`SELECT id FROM with_vectors WHERE ${where}`);
      expect(read.path).toBe('scan');
      expect(read.index).toBeUndefined();
    },
  );

  test('and no row is missing', async () => {
    const options = { maxUnits: 10_000_000 };
    expect(await values("SELECT id FROM with_vectors WHERE status = 'open'", options)).toHaveLength(10);
    expect((await ask('SELECT count(*) FROM with_vectors', options)).rows).toEqual([[20n]]);
    expect((await ask('SELECT status FROM with_vectors ORDER BY status LIMIT 3', options)).rows).toEqual([
      ['closed'],
      ['closed'],
      ['closed'],
    ]);
  });
});
