import { describe, expect, test } from 'vitest';
import { N, number, S, text, trapGateway } from './trap-gateway.js';

const BIG = '12345678901234567890123456789012345678';
const accounts = ['9007199254740992', '9007199254740993', '9007199254740994', BIG, `-${BIG}`, '0', '1'].map((n, i) => ({
  number: N(n),
  name: S(`account ${i}`),
  serial: N(n),
  exact: N(i % 2 === 0 ? '0.1' : '0.1000000000000000055511151231257827'),
}));

/** Attributes whose type or shape changes from item to item. */
const people = [
  { id: S('a'), age: N(30), address: { M: { city: S('Oslo'), zip: N(150) } }, tags: { L: [S('x'), S('y')] } },
  { id: S('b'), age: S('thirty'), address: { M: { city: S('Lima'), country: S('PE') } }, tags: { SS: ['x', 'z'] } },
  { id: S('c'), age: { NULL: true } as const, address: S('nowhere'), tags: { L: [] } },
  { id: S('d'), address: { M: {} }, tags: S('x') },
  { id: S('e'), age: N('30.5'), address: { M: { city: N(5) } }, tags: { L: [N(1), { M: { deep: S('z') } }] } },
  { id: S('f'), age: { L: [] } },
];

const { ask, values, plan } = trapGateway([
  { name: 'accounts', partitionKey: number('number'), items: accounts },
  {
    name: 'ledger',
    partitionKey: text('id'),
    items: accounts.map(({ number: n }, i) => ({ id: S(`l${i}`), account: n })),
  },
  { name: 'people', partitionKey: text('id'), items: people },
]);

describe('trap 14: numbers beyond a double', () => {
  test.each(['9007199254740992', '9007199254740993', '9007199254740994', BIG, `-${BIG}`])(
    'the key %s is found, and no neighbour of it',
    async (n) => {
      const { rows, plan: whole } = await ask(
        `SELECT "number"::VARCHAR, serial::VARCHAR FROM accounts WHERE "number" = ${n}`,
      );
      expect(rows).toEqual([[n, n]]);
      expect(whole.references[0]?.path).toBe('get');
    },
  );

  test('a parameter is as exact as a literal', async () => {
    const positional = (value: bigint) => ({ parameters: { kind: 'positional' as const, values: [value] } });
    expect(await values('SELECT name FROM accounts WHERE "number" = ?', positional(9007199254740993n))).toEqual([
      'account 1',
    ]);
    expect(await values('SELECT name FROM accounts WHERE "number" = ?', positional(BigInt(`-${BIG}`)))).toEqual([
      'account 4',
    ]);
  });

  test('a filter compares every digit', async () => {
    expect(await values('SELECT name FROM accounts WHERE serial = 9007199254740993')).toEqual(['account 1']);
    expect(await values('SELECT name FROM accounts WHERE serial > 9007199254740993')).toEqual([
      'account 2',
      'account 3',
    ]);
    expect(await values(`SELECT name FROM accounts WHERE serial IN (${BIG}, -${BIG})`)).toEqual([
      'account 3',
      'account 4',
    ]);
  });

  test('so do a join, a sum and the result', async () => {
    const joined = 'SELECT l.id FROM ledger l JOIN accounts a ON a."number" = l.account WHERE a.name = \'account 1\'';
    expect(await values(joined)).toEqual(['l1']);
    expect((await ask('SELECT max(serial)::VARCHAR, sum(serial::BIGNUM)::VARCHAR FROM accounts')).rows).toEqual([
      [BIG, String(3n * 9007199254740993n + 1n)],
    ]);
    expect((await ask("SELECT exact::VARCHAR FROM accounts WHERE name = 'account 1'")).rows).toEqual([
      ['0.1000000000000000055511151231257827'],
    ]);
  });

  test('fractions that one double cannot tell apart are told apart', async () => {
    expect(await values('SELECT name FROM accounts WHERE exact = 0.1')).toHaveLength(4);
    expect(await values('SELECT name FROM accounts WHERE exact > 0.1')).toHaveLength(3);
  });
});

describe('trap 16: types and shapes that change between items', () => {
  test('a column of several types is JSON and loses nothing', async () => {
    const { rows, columns } = await ask('SELECT id, age FROM people ORDER BY id');
    expect(columns[1]?.type.sql).toBe('JSON');
    expect(rows).toEqual([
      ['a', '30'],
      ['b', '"thirty"'],
      ['c', null],
      ['d', null],
      ['e', '30.5'],
      ['f', '[]'],
    ]);
  });

  test('a map that has other members, or is none, still gives its rows', async () => {
    expect(await values('SELECT id FROM people')).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect((await ask("SELECT _item->'address'->>'city' AS city FROM people ORDER BY id")).rows).toEqual([
      ['Oslo'],
      ['Lima'],
      [null],
      [null],
      ['5'],
      [null],
    ]);
  });

  test('conditions on such columns find what SQL says', async () => {
    expect(await values('SELECT id FROM people WHERE age IS NULL')).toEqual(['c', 'd']);
    expect(await values("SELECT id FROM people WHERE age::VARCHAR = '30'")).toEqual(['a']);
    expect(await values('SELECT id FROM people WHERE address IS NOT NULL')).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await values("SELECT id FROM people WHERE tags::VARCHAR LIKE '%z%'")).toEqual(['b', 'e']);
  });

  test('and DynamoDB is asked of them no more than whether they are there', async () => {
    expect((await plan('SELECT id FROM people WHERE age IS NULL')).filter).toBe('age is not present');
    expect((await plan("SELECT id FROM people WHERE age = '30'")).filter).toBeUndefined();
  });
});
