import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttributeValue } from '../../src/dynamodb/attribute-value.js';
import { connectDynamodb, type DynamodbConnectionHandle } from '../../src/dynamodb/connect.js';
import { type EmbeddedDynamodb, openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import { type DirectAnswer, type DirectClient, directClient, unitsOfAnswer } from '../direct/json-client.js';
import { compareValues } from './expression/values.js';
import { listen } from './server.js';
import { servedTable, type TableSpec } from './tables/table-spec.js';

const NEVER = new AbortController().signal;
const SPECS: readonly TableSpec[] = [
  { kind: 'sales', name: 'sales', items: 2000 },
  { kind: 'orders', name: 'orders', items: 3000, itemsPerPartition: 1500 },
  { kind: 'accounts', name: 'accounts', items: 300 },
];

let embedded: EmbeddedDynamodb;
let handle: DynamodbConnectionHandle;
let real: DirectClient;
let fake: DirectClient;
let closeServer: () => void;

beforeAll(async () => {
  embedded = await openEmbedded({ directory: undefined, signal: NEVER });
  const credentials = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
  handle = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials });
  for (const spec of SPECS) {
    const { definition, entries } = servedTable(spec);
    await handle.writer.createTable(definition, NEVER);
    const items = Array.from({ length: entries.count }, (_, n) => entries.item(n));
    await handle.writer.putItems(definition.name, items, { signal: NEVER });
  }
  real = directClient(embedded.endpoint);
  const { endpoint, server } = await listen({ tables: SPECS });
  fake = directClient(endpoint);
  closeServer = () => server.close();
});

afterAll(async () => {
  real.close();
  fake.close();
  closeServer();
  handle.close();
  await embedded.close();
});

type Request = Readonly<Record<string, unknown>>;

/** All pages of a request, one after the other. */
async function pages(client: DirectClient, operation: string, request: Request): Promise<DirectAnswer[]> {
  const answers: DirectAnswer[] = [];
  let next: unknown;
  do {
    const from = next === undefined ? {} : { ExclusiveStartKey: next };
    const answer = await client.ask(operation, { ReturnConsumedCapacity: 'INDEXES', ...request, ...from });
    answers.push(answer);
    next = answer.LastEvaluatedKey;
  } while (next !== undefined && answers.length < 200);
  return answers;
}

function sortedItems(answers: readonly DirectAnswer[]): string[] {
  return answers.flatMap(({ Items = [] }) => Items.map(canonical)).sort();
}

/** JSON with the members of every object, and of every set, in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (name, member: unknown) => {
    if (Array.isArray(member)) return name === 'SS' ? member.toSorted() : member;
    if (typeof member !== 'object' || member === null) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const text = (value: string) => ({ S: value });
const number = (value: number) => ({ N: String(value) });

const QUERIES: Readonly<Record<string, Request>> = {
  'a whole partition': { KeyConditionExpression: 'shop = :a', ExpressionAttributeValues: { ':a': text('shop-000') } },
  'a partition that is not there': {
    KeyConditionExpression: 'shop = :a',
    ExpressionAttributeValues: { ':a': text('no') },
  },
  'a partition backwards in small pages': {
    KeyConditionExpression: 'shop = :a',
    ExpressionAttributeValues: { ':a': text('shop-000') },
    ScanIndexForward: false,
    Limit: 7,
  },
  'sort keys from a point': sortRange('>= :b', { ':b': text('2023-12-') }),
  'sort keys after a point': sortRange('> :b', { ':b': text('2024-01-20') }),
  'sort keys below a point': sortRange('< :b', { ':b': text('2023-12-01') }),
  'sort keys up to a point, backwards': {
    ...sortRange('<= :b', { ':b': text('2023-12-01') }),
    ScanIndexForward: false,
  },
  'sort keys between two': sortRange('BETWEEN :b AND :c', { ':b': text('2023-12-01'), ':c': text('2024-01-01') }),
  'a prefix of the sort key': {
    ...sortRange('', {}),
    KeyConditionExpression: 'shop = :a AND begins_with(sold_at, :b)',
    ExpressionAttributeValues: { ':a': text('shop-000'), ':b': text('2023-12') },
  },
  'a filter and a projection': {
    KeyConditionExpression: 'shop = :a',
    FilterExpression: '#s = :s AND price > :p',
    ProjectionExpression: '#s, price',
    ExpressionAttributeNames: { '#s': 'status' },
    ExpressionAttributeValues: { ':a': text('shop-000'), ':s': text('open'), ':p': number(100) },
  },
  'a count': {
    KeyConditionExpression: 'shop = :a',
    ExpressionAttributeValues: { ':a': text('shop-000') },
    Select: 'COUNT',
  },
  'consistent reads': {
    KeyConditionExpression: 'shop = :a',
    ExpressionAttributeValues: { ':a': text('shop-001') },
    ConsistentRead: true,
  },
  'an index of all attributes': {
    IndexName: 'by_status',
    KeyConditionExpression: '#s = :s',
    ExpressionAttributeNames: { '#s': 'status' },
    ExpressionAttributeValues: { ':s': text('paid') },
  },
  'an index of keys, by number, in small pages': {
    IndexName: 'by_product',
    KeyConditionExpression: 'product = :p AND price > :n',
    ExpressionAttributeValues: { ':p': text('product-7'), ':n': number(20) },
    Limit: 2,
  },
  'a sparse index with an included attribute': {
    IndexName: 'by_coupon',
    KeyConditionExpression: 'coupon = :c',
    ExpressionAttributeValues: { ':c': text('coupon-3') },
  },
  'a local index': {
    IndexName: 'by_price',
    KeyConditionExpression: 'shop = :a AND price BETWEEN :l AND :h',
    ExpressionAttributeValues: { ':a': text('shop-000'), ':l': number(9.5), ':h': number(100) },
  },
};

function sortRange(condition: string, values: Request): Request {
  return {
    KeyConditionExpression: `shop = :a AND sold_at ${condition}`,
    ExpressionAttributeValues: { ':a': text('shop-000'), ...values },
  };
}

describe('a Query gives the pages of the embedded DynamoDB, with its items, keys and units:', () => {
  it.each(Object.keys(QUERIES))('%s', async (name) => {
    const request = { TableName: 'sales', ...QUERIES[name] };
    const [expected, actual] = await Promise.all([pages(real, 'Query', request), pages(fake, 'Query', request)]);
    expect(actual.map(canonical)).toEqual(expected.map(canonical));
  });

  it('over several pages of a megabyte', async () => {
    const request = {
      TableName: 'orders',
      KeyConditionExpression: 'customer = :c',
      ExpressionAttributeValues: { ':c': text('k0000000001') },
    };
    const [expected, actual] = await Promise.all([pages(real, 'Query', request), pages(fake, 'Query', request)]);
    expect(actual.map(canonical)).toEqual(expected.map(canonical));
  });
});

// The embedded DynamoDB knows one attribute of each kind in a key, so these answers are compared with a filter's.
it('an index of several key attributes takes equalities from left to right and one range', async () => {
  const names = { '#r': 'region', '#d': 'day' };
  const values = { ':r': text('north'), ':c': text('shop'), ':d': text('2023-12-01'), ':p': number(190) };
  const conditions = ['#r = :r', 'channel = :c', '#d >= :d', 'price <= :p'];
  for (const [used, last] of [
    [[0, 1], undefined],
    [[0, 1, 2], '#d >= :d'],
    [[0, 1, 2, 3], '#d = :d'],
  ] as const) {
    const parts = used.map((i) => (i === 2 && last !== undefined ? last : (conditions[i] ?? '')));
    const expected = await pages(fake, 'Scan', {
      TableName: 'sales',
      FilterExpression: parts.join(' AND '),
      ProjectionExpression: '#r, channel, #d, price, shop, sold_at, product, quantity',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
    const actual = await pages(fake, 'Query', {
      TableName: 'sales',
      IndexName: 'by_place',
      KeyConditionExpression: parts.join(' AND '),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      Limit: 10,
    });
    expect(sortedItems(actual).length).toBeGreaterThan(0);
    expect(sortedItems(actual)).toEqual(sortedItems(expected));
    const places = actual.flatMap(({ Items = [] }) => Items.map(({ day, price }) => [day, price]));
    expect(places).toEqual(places.toSorted(([a, x], [b, y]) => order(a, b) || order(x, y)));
  }
});

function order(a: unknown, b: unknown): number {
  // Both are key attributes of the same item type.
  return compareValues(a as AttributeValue, b as AttributeValue) ?? 0;
}

it('a local index fetches from the table what it lacks, and rounds each of those items up', async () => {
  const request = {
    TableName: 'sales',
    IndexName: 'by_price',
    KeyConditionExpression: 'shop = :a AND price < :h',
    ProjectionExpression: 'remark, price',
    ExpressionAttributeValues: { ':a': text('shop-001'), ':h': number(100) },
  };
  const [answer] = await pages(fake, 'Query', request);
  const remarks = answer?.Items?.filter((item) => 'remark' in item).length ?? 0;
  expect(remarks).toBeGreaterThan(5);
  // All of them are below 4 KB but for a long remark, and the entries of the index fit into one unit.
  const long = answer?.Items?.filter((item) => JSON.stringify(item).length > 4000).length ?? 0;
  expect(unitsOfAnswer(answer ?? {})).toBe(0.5 + 0.5 * (remarks + long));
});

const FILTERS: Readonly<Record<string, readonly [string, Request]>> = {
  comparisons: ['amount >= :a AND quantity < :b', { ':a': number(1000), ':b': number(50) }],
  'not equal, also where it is missing': ['discount <> :a', { ':a': number(5) }],
  'ranges and lists': [
    'quantity BETWEEN :a AND :b OR discount IN (:c, :d)',
    { ':a': number(3), ':b': number(9), ':c': number(1), ':d': number(2) },
  ],
  'NOT before and inside parentheses': [
    'NOT (paid = :t AND NOT discount > :a)',
    { ':t': { BOOL: true }, ':a': number(10) },
  ],
  functions: [
    'begins_with(note, :p) OR contains(tags, :t) OR contains(note, :t)',
    { ':p': text('alder'), ':t': text('maple') },
  ],
  'types and presence': [
    'attribute_type(discount, :n) AND attribute_exists(address.zip) AND attribute_not_exists(address.street)',
    { ':n': text('N') },
  ],
  'paths into maps and lists': ['address.country = :c AND #l[1].#n > :q', { ':c': text('de'), ':q': number(3) }],
  sizes: ['size(#l) = :n AND size(note) > :s', { ':n': number(2), ':s': number(40) }],
  'the key itself': ['customer = :k AND line < :l', { ':k': text('k0000000001'), ':l': text('000010') }],
  'values of another type': ['quantity > :t OR note = :n', { ':t': text('1'), ':n': number(1) }],
};

describe('a Scan gives the items and counts of the embedded DynamoDB:', () => {
  it.each(Object.keys(FILTERS))('with a filter of %s', async (name) => {
    const [filter, values] = FILTERS[name] ?? ['', {}];
    const names = filter.includes('#l')
      ? { '#l': 'lines', ...(filter.includes('#n') ? { '#n': 'count' } : {}) }
      : undefined;
    const request = {
      TableName: 'orders',
      FilterExpression: filter,
      ExpressionAttributeValues: values,
      ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
    };
    const [expected, actual] = await Promise.all([pages(real, 'Scan', request), pages(fake, 'Scan', request)]);
    expect(sortedItems(actual)).toEqual(sortedItems(expected));
    expect(sortedItems(actual).length).toBeGreaterThan(name === 'values of another type' ? -1 : 0);
    expect(sum(actual, 'ScannedCount')).toBe(3000);
  });

  it('without a filter, in as many pages and for about the same units, though in an order of its own', async () => {
    const request = { TableName: 'orders' };
    const [expected, actual] = await Promise.all([pages(real, 'Scan', request), pages(fake, 'Scan', request)]);
    expect(sortedItems(actual)).toEqual(sortedItems(expected));
    expect(actual.length).toBe(expected.length);
    const [units, realUnits] = [actual, expected].map((each) =>
      each.reduce((all, page) => all + unitsOfAnswer(page), 0),
    );
    expect(Math.abs((units ?? 0) - (realUnits ?? 0))).toBeLessThanOrEqual(0.5 * actual.length);
  });

  it('of an index, and as a count', async () => {
    for (const extra of [
      { IndexName: 'by_coupon' },
      { Select: 'COUNT' },
      { IndexName: 'by_status', Select: 'COUNT' },
    ]) {
      const request = { TableName: 'sales', ...extra };
      const [expected, actual] = await Promise.all([pages(real, 'Scan', request), pages(fake, 'Scan', request)]);
      expect(sortedItems(actual)).toEqual(sortedItems(expected));
      expect(sum(actual, 'Count')).toBe(sum(expected, 'Count'));
      expect(unitsOfAnswer(actual[0] ?? {})).toBe(unitsOfAnswer(expected[0] ?? {}));
    }
  });

  it('in segments, each item in one of them, and each page no larger than asked for', async () => {
    for (const TableName of ['sales', 'orders', 'accounts']) {
      const segments = await Promise.all(
        Array.from({ length: 7 }, (_, Segment) =>
          pages(fake, 'Scan', { TableName, Segment, TotalSegments: 7, Limit: 100 }),
        ),
      );
      const all = await pages(fake, 'Scan', { TableName });
      expect(sortedItems(segments.flat())).toEqual(sortedItems(all));
      expect(segments.flat().every(({ Items = [] }) => Items.length <= 100)).toBe(true);
    }
  });

  it('the same from prepared bytes as item by item', async () => {
    const shape = { ProjectionExpression: 'line, amount, customer, #l', ExpressionAttributeNames: { '#l': 'lines' } };
    for (const extra of [{}, { FilterExpression: 'quantity > :q' }]) {
      const values = 'FilterExpression' in extra ? { ':q': number(40) } : {};
      const quick = { TableName: 'orders', ...shape, ...extra, ...(values && { ExpressionAttributeValues: values }) };
      // A condition on the key cannot be prepared.
      const filter = ['attribute_exists(customer)', ...Object.values(extra)].join(' AND ');
      const [prepared, single] = await Promise.all([
        pages(fake, 'Scan', quick),
        pages(fake, 'Scan', { ...quick, FilterExpression: filter }),
      ]);
      expect(prepared.map(canonical)).toEqual(single.map(canonical));
    }
  });
});

function sum(answers: readonly DirectAnswer[], member: 'Count' | 'ScannedCount'): number {
  return answers.reduce((all, answer) => all + (answer[member] ?? 0), 0);
}

describe('items by key', () => {
  const keys = [{ id: text('k0000000007') }, { id: text('k0000000299') }, { id: text('k0000000300') }];

  it('are those of the embedded DynamoDB, found or not', async () => {
    for (const Key of keys) {
      const request = { TableName: 'accounts', Key, ReturnConsumedCapacity: 'TOTAL', ProjectionExpression: 'credit' };
      expect(canonical(await fake.ask('GetItem', request))).toBe(canonical(await real.ask('GetItem', request)));
    }
  });

  it('cost in a batch what they cost alone', async () => {
    const request = {
      RequestItems: { accounts: { Keys: keys, ConsistentRead: true } },
      ReturnConsumedCapacity: 'TOTAL',
    };
    const [actual, expected] = await Promise.all([
      fake.ask('BatchGetItem', request),
      real.ask('BatchGetItem', request),
    ]);
    expect(unitsOfAnswer(actual)).toBe(3);
    expect(unitsOfAnswer(actual)).toBe(unitsOfAnswer(expected));
    expect(actual.Responses?.['accounts']?.map(canonical).sort()).toEqual(
      expected.Responses?.['accounts']?.map(canonical).sort(),
    );
  });

  it('are found among ten million', async () => {
    const { server, endpoint } = await listen({ tables: [{ kind: 'accounts', name: 'many', items: 10_000_000 }] });
    const client = directClient(endpoint);
    const { Item: item } = await client.ask('GetItem', { TableName: 'many', Key: { id: text('k0009999999') } });
    expect(item?.['id']).toEqual(text('k0009999999'));
    client.close();
    server.close();
  });
});

describe('a throttled table', () => {
  it('refuses with the reason, and leaves keys of a batch unprocessed', async () => {
    const { server, endpoint } = await listen({
      tables: [{ kind: 'accounts', name: 'accounts', items: 1000 }],
      // One key makes a debt that takes minutes to fill.
      throttle: { tableUnits: 0.001 },
    });
    const client = directClient(endpoint);
    const Keys = Array.from({ length: 20 }, (_, i) => ({ id: text(`k00000000${10 + i}`) }));
    const answer = await client.ask('BatchGetItem', { RequestItems: { accounts: { Keys } } });
    expect(answer.Responses?.['accounts']?.length).toBe(1);
    expect(answer.UnprocessedKeys?.['accounts']).toHaveProperty('Keys.length', 19);
    await expect(client.ask('Scan', { TableName: 'accounts' })).rejects.toThrow(
      'TableReadMaxOnDemandThroughputExceeded',
    );
    client.close();
    server.close();
  });
});
