import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedDynamodb, openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import { openRealGateway, type RealGateway, type TestClient } from '../support/real-gateway.js';

const DIGITS = '12345678901234567890123456789012345678';
const ITEM = {
  id: { S: 'a' },
  text: { S: 'süß 東京 \u0000 "quoted"' },
  digits: { S: '0123' },
  whole: { N: DIGITS },
  negative: { N: `-${DIGITS}` },
  fraction: { N: '0.1' },
  // As DynamoDB gives them back, whatever form they were written in.
  tiny: { N: `0.${'0'.repeat(129)}1` },
  large: { N: `${'9'.repeat(38)}${'0'.repeat(88)}` },
  yes: { BOOL: true },
  nothing: { NULL: true },
  bytes: { B: 'AP8Qf4A=' },
  texts: { SS: ['a', 'ö'] },
  numbers: { NS: ['1', '2.5', DIGITS] },
  binaries: { BS: ['AQI=', '/w=='] },
  list: { L: [{ N: DIGITS }, { S: '' }, { NULL: true }, { L: [] }, { B: 'AA==' }] },
  map: { M: { $set: { S: 'no mark' }, nested: { M: { $set: { L: [{ N: '1' }] } } } } },
  typed: { M: { type: { S: 'N' }, value: { S: 'no type' } } },
  __proto__: { S: 'an attribute like any' },
  'a.b': { N: '1' },
};

let upstream: EmbeddedDynamodb;
let gateway: RealGateway;
let client: TestClient;

beforeAll(async () => {
  upstream = await openEmbedded({ directory: undefined, signal: new AbortController().signal });
  gateway = await openRealGateway({ schemas: { shop: upstream.endpoint } });
  client = await gateway.addClient('rider', { scopes: ['operations', 'query'], grants: ['A shop'] });
  await act('createTable', { table: 'things', partitionKey: { name: 'id', type: 'S' } });
  await operate({ verb: 'PutItem', TableName: 'things', Item: withOwnProto(ITEM) });
}, 120_000);
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

/** A literal sets the prototype by that name, where JSON has a member like any. */
function withOwnProto(item: Readonly<Record<string, object>>): Record<string, object> {
  return Object.fromEntries([...Object.entries(item), ['__proto__', { S: 'an attribute like any' }]]);
}

/** The `data` of an answer that must be a success. */
async function post(path: string, body: object | string) {
  const { status, json } = await gateway.ask(`POST ${path}`, body, client.token);
  expect([status, json.error]).toEqual([200, undefined]);
  return json.data;
}

const operate = async (operation: object) => (await post('/v1/operations', operation)).answer;
const act = async (action: string, input: object) => (await post(`/v1/actions/${action}`, input)).output;

/** What DynamoDB itself holds under this key. */
async function stored(id: string): Promise<unknown> {
  const { Item } = await operate({ verb: 'GetItem', TableName: 'things', Key: { id: { S: id } } });
  return inOrder(Item);
}

/** Sets have no order. */
function inOrder(item: Readonly<Record<string, object>>): object {
  return Object.fromEntries(
    Object.entries(item)
      .map(([name, value]) => {
        // Any of them may be a list.
        const [[type = '', content] = []] = Object.entries(value as Readonly<Record<string, string[]>>);
        return [name, /^[SNB]S$/.test(type) ? { [type]: content?.toSorted() } : value] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const expected = (id: string) => inOrder({ ...withOwnProto(ITEM), id: { S: id } });

describe('an item with every type comes back the same', () => {
  it('through DynamoDB JSON', async () => {
    expect(await stored('a')).toEqual(expected('a'));
  });

  it('through plain JSON, read and written again', async () => {
    const { Item } = await operate({ verb: 'GetItem', TableName: 'things', Key: { id: 'a' }, plain: true });
    expect(Item).toMatchObject({
      whole: { $number: DIGITS },
      fraction: 0.1,
      bytes: { $binary: 'AP8Qf4A=' },
      digits: '0123',
    });
    await operate({ verb: 'PutItem', TableName: 'things', Item: { ...Item, id: 'plain' }, plain: true });
    expect(await stored('plain')).toEqual(expected('plain'));
  });

  it('through actions', async () => {
    const { found, item } = await act('getItem', { table: 'things', partitionKey: 'a' });
    expect(found).toBe(true);
    await act('upsertItem', { table: 'things', item: { ...item, id: 'acted' }, mode: 'create' });
    expect(await stored('acted')).toEqual(expected('acted'));
  });

  it('through PartiQL with parameters', async () => {
    const [first] = (await operate({ verb: 'ExecuteStatement', Statement: "SELECT * FROM things WHERE id = 'a'" }))
      .Items;
    const names = Object.keys(first).filter((name) => name !== 'id');
    const members = names.map((name) => `'${name}': ?`).join(', ');
    const Statement = `INSERT INTO things VALUE {'id': 'partiql', ${members}}`;
    await operate({ verb: 'ExecuteStatement', Statement, Parameters: names.map((name) => first[name]) });
    expect(await stored('partiql')).toEqual(expected('partiql'));
  });

  it('with the digits as they are written, where JSON has them as numbers', async () => {
    const text = `{"verb":"PutItem","plain":true,"TableName":"things","Item":{"id":"raw","n":${DIGITS},"m":[1.50,1e2]}}`;
    await post('/v1/operations', text);
    expect(await stored('raw')).toEqual({
      id: { S: 'raw' },
      m: { L: [{ N: '1.5' }, { N: '100' }] },
      n: { N: DIGITS },
    });
  });

  it('and SQL reads the same values', async () => {
    const sql = "SELECT text, digits, whole, yes, nothing, bytes, texts FROM shop.things WHERE id = 'a'";
    const { data } = await post('/v1/query', { sql });
    const [[text, digits, whole, yes, nothing, bytes, texts]] = data;
    expect([text, digits, whole, yes, nothing]).toEqual([ITEM.text.S, '0123', DIGITS, true, null]);
    expect(Buffer.from(bytes, 'base64')).toEqual(Buffer.from(ITEM.bytes.B, 'base64'));
    expect(texts.toSorted()).toEqual(['a', 'ö']);
  });
});
