import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExactJson } from '../../dynamodb/exact-json.js';
import { operationService } from '../operation-service.js';
import { type EmbeddedContext, embeddedContext } from '../testing/embedded-context.js';
import { ann, SIGNAL } from '../testing/fake-schema.js';
import { ACTIONS, describeActions } from './actions.js';

let embedded: EmbeddedContext;
const N38 = '12345678901234567890123456789012345678';

beforeAll(async () => {
  embedded = await embeddedContext();
  await act('createTable', {
    table: 'orders',
    partitionKey: { name: 'name', type: 'S' },
    sortKey: { name: 'number', type: 'N' },
    indexes: [
      { name: 'by_status', partitionKey: { name: 'status', type: 'S' }, sortKey: { name: 'day', type: 'S' } },
      { name: 'by_day', kind: 'local', sortKey: { name: 'day', type: 'S' }, projection: { include: ['total'] } },
    ],
    tags: { team: 'a' },
    timeToLive: 'expires',
  });
});

afterAll(() => embedded?.close());

/** The output, which is what the schema of outputs says. */
async function act(action: string, input: object | string, code = 'A'): Promise<unknown> {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const service = operationService(embedded.context(`ann ${code} demo`));
  const { output } = await service.act({ caller: ann, action, input: parseExactJson(text), signal: SIGNAL });
  expect(ACTIONS.find(({ name }) => name === action)?.output.safeParse(output)).toMatchObject({ success: true });
  return output;
}

describe('the list of actions', () => {
  it('has JSON Schema for what each takes and gives', () => {
    expect(describeActions().map(({ name }) => name)).toEqual([
      ...['listTables', 'describeTable', 'createTable', 'deleteTable'],
      ...['getItem', 'queryItems', 'scanItems', 'upsertItem', 'updateItem', 'deleteItem', 'rawRequest'],
    ]);
    for (const { name, input, output } of describeActions()) {
      expect([name, input, output]).toEqual([
        name,
        expect.objectContaining({ type: 'object' }),
        expect.objectContaining({ type: 'object' }),
      ]);
    }
  });
});

describe('tables', () => {
  it('are listed, by page too', async () => {
    expect(await act('listTables', {})).toEqual({ tables: ['orders'] });
    expect(await act('listTables', { fetchAll: false, limit: 1, startAfter: 'a' })).toEqual({ tables: ['orders'] });
  });

  it('are described as they were made', async () => {
    expect(await act('describeTable', { table: 'demo.orders' })).toMatchObject({
      name: 'orders',
      status: 'ACTIVE',
      partitionKey: { name: 'name', type: 'S' },
      sortKey: { name: 'number', type: 'N' },
      billing: { mode: 'on-demand' },
      indexes: [
        { name: 'by_status', kind: 'global', projection: 'all', sortKeys: [{ name: 'day', type: 'S' }] },
        { name: 'by_day', kind: 'local', projection: { include: ['total'] } },
      ],
    });
    expect(await embedded.dynamodb.directory.timeToLiveAttribute('orders', SIGNAL)).toBe('expires');
  });

  it('are deleted only when they are named twice', async () => {
    await act('createTable', {
      table: 'gone',
      partitionKey: { name: 'id', type: 'S' },
      provisioned: { readUnits: 1, writeUnits: 2 },
    });
    expect(await act('describeTable', { table: 'gone' })).toMatchObject({
      billing: { mode: 'provisioned', readUnits: 1, writeUnits: 2 },
    });
    await expect(act('deleteTable', { table: 'gone', confirm: 'gon' })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    expect(await act('deleteTable', { table: 'gone', confirm: 'gone' })).toEqual({ deleted: true });
    await expect(act('describeTable', { table: 'gone' })).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });
});

describe('items', () => {
  const key = { table: 'orders', partitionKey: 'all', sortKey: '1' };
  // Reserved words, names with points, all ten types.
  const item = `{"name":"all","number":1,"status":"open","a.b":{"c":[1,null,{"$binary":"AQI="}]},"size":${N38},
    "words":{"$set":["a","b"]},"numbers":{"$set":[1,${N38}]},"bytes":{"$set":[{"$binary":"AQ=="}]},"yes":true,
    "typed":{"$map":{"type":"N","value":"x"}},"exact":{"type":"N","value":"1.50"}}`;

  it('of all types come back as they went in, and may be written again as they came', async () => {
    await act('upsertItem', `{"table":"orders","item":${item}}`);
    const read = await act('getItem', key);
    expect(read).toEqual({
      found: true,
      item: {
        ...JSON.parse(item.replaceAll(N38, `{"$number":"${N38}"}`)),
        exact: 1.5,
        words: { $set: expect.arrayContaining(['a', 'b']) },
        numbers: { $set: expect.arrayContaining([1, { $number: N38 }]) },
      },
    });
    await act('upsertItem', { table: 'orders', item: (read as { item: object }).item, mode: 'replace' });
    expect(await act('getItem', key)).toEqual(read);
    expect(await act('getItem', { ...key, projection: [['a.b', 'c', 0], 'size'] })).toEqual({
      found: true,
      item: { 'a.b': { c: [1] }, size: { $number: N38 } },
    });
    expect(await act('getItem', { ...key, sortKey: 2 })).toEqual({ found: false });
  });

  it('are created, replaced and updated only as the mode says', async () => {
    const item = { name: 'modes', number: '7', a: 1 };
    await expect(act('upsertItem', { table: 'orders', item, mode: 'replace' })).rejects.toMatchObject({
      code: 'DYNAMODB_REJECTED',
    });
    expect(await act('upsertItem', { table: 'orders', item, mode: 'create' })).toEqual({ written: true });
    await expect(act('upsertItem', { table: 'orders', item, mode: 'create' })).rejects.toMatchObject({
      code: 'DYNAMODB_REJECTED',
    });
    const of = { table: 'orders', partitionKey: 'modes' };
    await expect(act('updateItem', { ...of, sortKey: 8, set: { a: 2 } })).rejects.toMatchObject({
      code: 'DYNAMODB_REJECTED',
    });
    expect(await act('updateItem', { ...of, sortKey: 8, set: { a: 2 }, mode: 'upsert', return: 'new' })).toEqual({
      updated: true,
      item: { name: 'modes', number: 8, a: 2 },
    });
  });

  it('are updated by attribute, whatever the attributes are called', async () => {
    const of = { table: 'orders', partitionKey: 'update', sortKey: 1 };
    const item = { name: 'update', number: 1, status: 'open', count: 1, 'a.b': 1, tags: { $set: ['x', 'y'] } };
    await act('upsertItem', { table: 'orders', item });
    const changes = {
      set: { status: 'done', order: { $set: [1] } },
      remove: ['a.b'],
      add: { count: 2 },
      delete: { tags: { $set: ['x'] } },
    };
    const condition = [
      { attribute: 'status', operator: 'in', value: ['open', 'new'] },
      { attribute: 'size', operator: 'notExists' },
    ];
    expect(await act('updateItem', { ...of, ...changes, condition, return: 'new' })).toEqual({
      updated: true,
      item: { name: 'update', number: 1, status: 'done', count: 3, tags: { $set: ['y'] }, order: { $set: [1] } },
    });
    await expect(act('updateItem', { ...of, ...changes, condition })).rejects.toMatchObject({
      code: 'DYNAMODB_REJECTED',
    });
    const own = {
      updateExpression: 'SET #s = :s',
      expressionNames: { '#s': 'status' },
      expressionValues: { ':s': 'x' },
    };
    expect(await act('updateItem', { ...of, ...own, return: 'old' })).toMatchObject({ item: { status: 'done' } });
    expect(await act('deleteItem', { ...of, returnOld: true })).toMatchObject({ deleted: true, item: { status: 'x' } });
    expect(await act('deleteItem', of)).toEqual({ deleted: true });
  });
});

describe('reading many', () => {
  beforeAll(async () => {
    for (let number = 1; number <= 7; number++) {
      const item = {
        name: 'many',
        number,
        status: number % 2 ? 'odd' : 'even',
        day: `2026-01-0${number}`,
        total: number * 10,
      };
      await act('upsertItem', { table: 'orders', item });
    }
  });
  const query = { table: 'orders', partitionKey: 'many', projection: ['number'] };
  const numbers = (...list: number[]) => list.map((number) => ({ number }));

  it.each([
    [{}, [1, 2, 3, 4, 5, 6, 7]],
    [{ order: 'descending', limit: 2 }, [7, 6]],
    [{ sortKey: { operator: 'between', value: 2, to: '4' } }, [2, 3, 4]],
    [{ sortKey: { operator: '>', value: 5 } }, [6, 7]],
    [{ index: 'by_day', sortKey: { operator: 'beginsWith', value: '2026-01-03' } }, [3]],
    [{ index: 'by_status', partitionKey: 'even', fetchAll: true }, [2, 4, 6]],
    [{ filter: [{ attribute: 'total', operator: '>=', value: 60 }], fetchAll: true }, [6, 7]],
    [{ filterExpression: '#t < :t', expressionNames: { '#t': 'total' }, expressionValues: { ':t': 30 } }, [1, 2]],
    [{ fetchAll: true, limit: 3 }, [1, 2, 3]],
  ])('by %j gives %j', async (more, expected) => {
    expect(await act('queryItems', { ...query, ...more })).toMatchObject({
      items: numbers(...expected),
      count: expected.length,
    });
  });

  it('goes on from the key where a page ended', async () => {
    const first = (await act('queryItems', { ...query, limit: 3 })) as { nextKey: object };
    expect(first).toMatchObject({ count: 3, nextKey: { name: 'many', number: 3 } });
    expect(await act('queryItems', { ...query, startKey: first.nextKey })).toEqual({
      items: numbers(4, 5, 6, 7),
      count: 4,
      scannedCount: 4,
    });
  });

  it('by a scan looks at everything, and says where a limit ended it', async () => {
    const filter = [{ attribute: 'name', operator: '=', value: 'many' }];
    expect(await act('scanItems', { table: 'orders', filter, fetchAll: true })).toMatchObject({ count: 7 });
    expect(await act('scanItems', { table: 'orders', filter, fetchAll: true, limit: 2 })).toMatchObject({
      count: 2,
      stoppedBy: 'maxItems',
    });
    expect(await act('scanItems', { table: 'orders', index: 'by_status', fetchAll: true, filter })).toMatchObject({
      count: 7,
    });
  });

  it('by a statement takes typed parameters', async () => {
    const statement = 'SELECT "number" FROM demo.orders WHERE "name" = ? AND "number" > ?';
    const parameters = ['many', { type: 'N', value: '5' }];
    expect(await act('rawRequest', { statement, parameters, fetchAll: true })).toEqual({ items: numbers(6, 7) });
  });
});

describe('what an action cannot do', () => {
  it.each([
    ['getItem', { table: 'orders', partitionKey: 'x' }, 'sortKey: the table has the sort key number'],
    ['getItem', { table: 'orders', partitionKey: 5, sortKey: 1 }, 'partitionKey: the key is of type S, got N'],
    ['getItem', { table: 'orders', partitionKey: 'x', sortKey: 'abc' }, 'sortKey: expected a number, got "abc"'],
    ['getItem', { table: 'orders', partitionKey: 'x', sortKey: 1, more: 1 }, 'more'],
    ['queryItems', { table: 'orders', partitionKey: 'x', index: 'by_stat' }, 'index: the table has no index "by_stat"'],
    [
      'queryItems',
      { table: 'orders', partitionKey: 'x', sortKey: { operator: 'between', value: 1 } },
      'sortKey[0].to: it is missing',
    ],
    ['upsertItem', { table: 'orders', item: { name: 'x' } }, 'Item.number: the sort key of the table is missing'],
    [
      'upsertItem',
      { table: 'orders', item: { name: 'x', number: 1, t: { type: 'N', value: 'abc' } } },
      'item.t: expected a number, got "abc"',
    ],
    ['updateItem', { table: 'orders', partitionKey: 'x', sortKey: 1 }, 'set: nothing is to be changed'],
    [
      'updateItem',
      { table: 'orders', partitionKey: 'x', sortKey: 1, set: { a: { $set: [] } } },
      'set.a: a set has at least one element',
    ],
    ['createTable', { table: 'x', partitionKey: { name: 'id', type: 'L' } }, 'partitionKey.type'],
    [
      'createTable',
      { table: 'x', partitionKey: { name: 'id', type: 'S' }, indexes: [{ name: 'i' }] },
      'indexes[0].partitionKey',
    ],
  ])('%s %j', async (action, input, message) => {
    await expect(act(action, input)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('is run what is no action, or not granted, or hidden', async () => {
    await expect(act('getItems', {})).rejects.toMatchObject({ code: 'NOT_FOUND', hint: 'Did you mean getItem?' });
    const key = { table: 'orders', partitionKey: 'x', sortKey: 1 };
    await expect(act('deleteItem', key, 'RWA')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(act('updateItem', { ...key, set: { a: 1 }, return: 'new' }, 'W')).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
    expect(await act('updateItem', { ...key, set: { a: 1 }, mode: 'upsert' }, 'W')).toEqual({ updated: true });
    await expect(act('getItem', key, 'none')).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });
});
