import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

/** Names of DynamoDB's answers and types, of our own SQL, and names that SQL has to quote. */
const NAMES = [
  ...['Items', 'Item', 'Count', 'ScannedCount', 'LastEvaluatedKey', 'ConsumedCapacity', 'Responses', 'UnprocessedKeys'],
  ...['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'],
  ...['i0', 'i1', 'j', 'v', 'x', 'x0', 'x1', 'text', 'c0', 'c1', 'c2', 'c10', 'flags0', 'present', 'ref_0', 'stmt_1'],
  ...['things', 'test', 'main', 'headgate_ref_0', 'rowid', '__proto__', 'constructor', 'toString'],
  ...['select', 'from', 'order', 'group', 'end', 'table', 'true', 'user', 'timestamp', 'date', 'interval'],
  ...[
    'a b',
    'a.b',
    'a.b.c',
    'a"b',
    "a'b",
    'a\\b',
    'a\nb',
    'a\tb',
    '1st',
    '-',
    '$x',
    '$1',
    ':v0',
    '#n0',
    '?',
    '*',
    '(',
    '[0]',
  ],
  ...[
    'größe',
    'Ωmega',
    '名前',
    '😀',
    'İ',
    'ß',
    '\u00a0',
    ' ',
    ' lead',
    'trail ',
    '--',
    '/*',
    ';',
    '%',
    '_',
    '__',
    '_item_2',
  ],
];

let gateway: TestGateway;

beforeAll(async () => {
  const members = Object.fromEntries(NAMES.map((name, i) => [name, { N: String(i) }]));
  const nested = Object.fromEntries(NAMES.slice(0, 60).map((name, i) => [name, { S: `nested ${i}` }]));
  const partitionKey = { name: 'id', type: 'S' } as const;
  gateway = await openTestGateway({
    tables: [
      { name: 'things', partitionKey, items: [{ id: { S: 'it' }, ...members, map: { M: nested } }] },
      {
        name: 'staged',
        partitionKey,
        items: [{ id: { S: 'it' }, ...members, map: { M: nested }, ballast: { S: 'x'.repeat(100_000) } }],
      },
      {
        name: 'twins',
        partitionKey,
        items: [
          {
            id: { S: 'it' },
            Name: { S: 'first' },
            name: { N: '2' },
            NAME: { BOOL: true },
            name_2: { S: 'a real name_2' },
            _item: { S: 'an attribute called _item' },
            _ITEM: { S: 'another' },
            b: { S: 'small' },
            B: { S: 'large' },
          },
        ],
      },
    ],
  });
});

afterAll(() => gateway.close());

describe.each(['things', 'staged'])('an attribute of any name in %s', (table) => {
  it('is a column of that name in SELECT *, with its own value', async () => {
    const { columns, rows } = await gateway.ask(`SELECT * FROM ${table}`);
    const found = Object.fromEntries(columns.map(({ name }, i) => [name, rows[0]?.[i]]));
    for (const [i, name] of NAMES.entries()) expect([name, found[name]]).toEqual([name, BigInt(i)]);
  });

  it('can be named one by one', async () => {
    const list = NAMES.map((name) => `"${name.replaceAll('"', '""')}"`);
    const { columns, rows } = await gateway.ask(`SELECT ${list.join(', ')} FROM ${table} AS t`);
    expect(columns.map(({ name }) => name)).toEqual(NAMES);
    expect(rows).toEqual([NAMES.map((_, i) => BigInt(i))]);
  });

  it('can be compared with its value, whether that is pushed or not', async () => {
    for (const [i, name] of NAMES.entries()) {
      const column = `"${name.replaceAll('"', '""')}"`;
      const { rows } = await gateway.ask(`SELECT id FROM ${table} WHERE ${column} = ${i}`);
      expect([name, rows]).toEqual([name, [['it']]]);
      const none = await gateway.ask(`SELECT id FROM ${table} WHERE ${column} > ${i}`);
      expect([name, none.rows]).toEqual([name, []]);
    }
  });

  it('is a field of that name in a map', async () => {
    const { columns, rows } = await gateway.ask(`SELECT map FROM ${table}`);
    const type = columns[0]?.type;
    const names = type?.kind === 'struct' ? type.fields.map(({ name }) => name) : [];
    const values = rows[0]?.[0];
    expect([...names].sort()).toEqual(NAMES.slice(0, 60).sort());
    expect(values).toEqual(names.map((name) => `nested ${NAMES.indexOf(name)}`));
  });
});

describe('attributes that differ in case alone', () => {
  it('are columns of their own, each with its value', async () => {
    const { columns, rows } = await gateway.ask('SELECT * FROM twins');
    const found = new Map(columns.map(({ name }, i) => [name, rows[0]?.[i]]));
    expect(new Set([...found.keys()].map((name) => name.toLowerCase())).size).toBe(columns.length);
    expect([...found.values()].map(String).sort()).toEqual(
      ['it', 'first', '2', 'true', 'a real name_2', 'an attribute called _item', 'another', 'small', 'large'].sort(),
    );
  });

  it('are all in _item, under their own names', async () => {
    const { rows } = await gateway.ask('SELECT _item FROM twins');
    expect(JSON.parse(String(rows[0]?.[0]))).toEqual({
      id: 'it',
      Name: 'first',
      name: 2,
      NAME: true,
      name_2: 'a real name_2',
      _item: 'an attribute called _item',
      _ITEM: 'another',
      b: 'small',
      B: 'large',
    });
  });
});
