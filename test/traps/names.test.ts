import { describe, expect, test } from 'vitest';
import { N, S, text, trapGateway } from './trap-gateway.js';

const twins = Array.from({ length: 40 }, (_, i) => ({
  id: S(`i${i}`),
  'a-b': N(i % 4),
  a_b: N(i % 5),
  'a.b': N(i % 2),
  a: { M: { b: N(i % 3) } },
  size: N(i),
  padding: S('p'.repeat(300)),
}));
const mixed = [
  { Id: S('x'), userName: S('Ann'), UserName: S('other'), status: S('Open') },
  { Id: S('X'), userName: S('ann'), status: S('open') },
];
const secrets = ["it's", '" OR 1 = 1 --', "' OR '1'='1", '\\', '$1', '?', '#n0', ':v0', 'é𝄞', 'a\nb', '%_'].map(
  (id, i) => ({
    id: S(id),
    note: S(id),
    n: N(i),
  }),
);

const { ask, values, plan } = trapGateway([
  { name: 'twins', partitionKey: text('id'), items: twins },
  { name: 'MixedCase', partitionKey: text('Id'), items: mixed },
  { name: 'mixed-case.v2', partitionKey: text('Id'), items: [{ Id: S('v2') }] },
  { name: 'secrets', partitionKey: text('id'), items: secrets },
]);

describe('trap 15: placeholders of names that look alike', () => {
  test.each([
    ['"a-b" = 1 AND a_b = 2', 2],
    ['"a-b" = 1 AND a_b = 2 AND "a.b" = 1', 2],
    ['"a.b" = 1 AND a.b = 2', 6],
    ['a_b = 1 OR "a-b" = 1', 16],
    ['size > 35', 4],
  ])('never collide: %s', async (where, count) => {
    const sql = `SELECT id, "a-b", a_b, "a.b", a.b, size FROM twins WHERE ${where}`;
    expect((await ask(sql)).rows).toHaveLength(count);
    expect((await plan(sql)).filter).toBeDefined();
  });

  test('and each column gets its own values', async () => {
    expect((await ask(`SELECT "a-b", a_b, "a.b", a.b, size FROM twins WHERE id = 'i7'`)).rows).toEqual([
      [3n, 2n, 1n, 1n, 7n],
    ]);
  });
});

describe('trap 18: the case of names', () => {
  test.each(['MixedCase', 'mixedcase', 'MIXEDCASE', '"mixedCASE"', 'TEST."MixedCase"'])(
    'a table is found however its name is written: %s',
    async (name) => {
      expect((await ask(`SELECT count(*) FROM ${name}`)).rows).toEqual([[2n]]);
    },
  );

  test.each(['Id', 'id', 'ID', '"iD"', 'MixedCase.ID', 'mixedcase.id'])(
    'a key is found however its name is written, and its value keeps its case: %s',
    async (name) => {
      const sql = `SELECT ${name} FROM MixedCase WHERE ${name} = 'x'`;
      expect((await ask(sql)).rows).toEqual([['x']]);
      expect((await plan(sql)).path).toBe('get');
    },
  );

  test('a filter on a name in another case finds its rows', async () => {
    expect(await values("SELECT id FROM MixedCase WHERE STATUS = 'Open'")).toEqual(['x']);
    expect(await values("SELECT id FROM MixedCase WHERE STATUS = 'OPEN'")).toEqual([]);
  });

  test('attributes that differ in case alone are two columns', async () => {
    const { rows, columns } = await ask('SELECT * FROM MixedCase WHERE UserName IS NOT NULL ORDER BY Id');
    const names = columns.map(({ name }) => name);
    expect(names.filter((name) => name.toLowerCase().startsWith('username'))).toHaveLength(2);
    const first = (name: RegExp) => rows.map((row) => row[names.findIndex((each) => name.test(each))]);
    expect([...first(/^userName$/), ...first(/^UserName/)].toSorted()).toContain('other');
    const [second = ''] = names.filter((name) => /_2$/.test(name));
    expect(await values(`SELECT id FROM MixedCase WHERE "${second}" IS NULL`)).toHaveLength(1);
  });

  test('a name with a dash and a dot is quoted', async () => {
    expect(await values('SELECT id FROM "mixed-case.v2"')).toEqual(['v2']);
    expect(await values('SELECT "mixed-case.v2".id FROM test."mixed-case.v2"')).toEqual(['v2']);
  });
});

describe('trap 20: values are values, whatever is in them', () => {
  test.each(secrets.map(({ id }) => ('S' in id ? id.S : '')))('%j', async (value) => {
    const positional = { parameters: { kind: 'positional' as const, values: [value] } };
    const named = { parameters: { kind: 'named' as const, values: { value } } };
    const literal = `'${value.replaceAll("'", "''")}'`;
    for (const column of ['id', 'note']) {
      expect(await values(`SELECT id FROM secrets WHERE ${column} = ?`, positional)).toEqual([value]);
      expect(await values(`SELECT id FROM secrets WHERE ${column} = $value`, named)).toEqual([value]);
      expect(await values(`SELECT id FROM secrets WHERE ${column} = ${literal}`)).toEqual([value]);
      expect(await values(`SELECT id FROM secrets WHERE ${column} IN (?, 'nobody')`, positional)).toEqual([value]);
      expect(await values(`SELECT id FROM secrets WHERE starts_with(${column}, ?)`, positional)).toContain(value);
    }
    expect((await ask('SELECT ?', positional)).rows).toEqual([[value]]);
  });

  test('a condition in a value decides nothing', async () => {
    const lines = { parameters: { kind: 'positional' as const, values: ['x\n(n = 1)\ny'] } };
    expect(await values('SELECT id FROM secrets WHERE note <> ?', lines)).toHaveLength(secrets.length);
  });
});
