import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttributeValue, Item } from '../../src/dynamodb/attribute-value.js';
import type { ResultValue } from '../../src/query/result.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

interface Case {
  readonly value: AttributeValue;
  readonly type: string;
  readonly sql: ResultValue;
  /** The value in `_item`, as JSON text. */
  readonly json: string;
}

const N38 = '12345678901234567890123456789012345678';
const MAX = '99999999999999999999999999999999999999';
const FRACTION38 = '1234567890.1234567890123456789012345678';
const ODD_TEXT = 'a\0b\'c"d\\e\nf\tg\r\u0001\u2028é😀 𝄞 %_';

function base64(...bytes: number[]): string {
  return Buffer.from(bytes).toString('base64');
}

function number(value: string, type: string, sql: ResultValue, json = value): Case {
  return { value: { N: value }, type, sql, json };
}

/** Each is a column of its own, so its type is that of this one value. */
const CASES: Readonly<Record<string, Case>> = {
  'a string': { value: { S: 'plain' }, type: 'VARCHAR', sql: 'plain', json: '"plain"' },
  'an empty string': { value: { S: '' }, type: 'VARCHAR', sql: '', json: '""' },
  'a string with NUL, quotes, backslashes, line ends and emoji': {
    value: { S: ODD_TEXT },
    type: 'VARCHAR',
    sql: ODD_TEXT,
    json: JSON.stringify(ODD_TEXT),
  },
  'a string that looks like null': { value: { S: 'null' }, type: 'VARCHAR', sql: 'null', json: '"null"' },
  'a string that looks like JSON': { value: { S: '{"a":1}' }, type: 'VARCHAR', sql: '{"a":1}', json: '"{\\"a\\":1}"' },
  'an integer': number('5', 'BIGINT', 5n),
  zero: number('0', 'BIGINT', 0n),
  'a negative integer': number('-42', 'BIGINT', -42n),
  'minus zero': number('-0', 'BIGINT', 0n, '0'),
  'an integer of 18 digits': number('999999999999999999', 'BIGINT', 999999999999999999n, '"999999999999999999"'),
  'an integer of 19 digits': number('9223372036854775807', 'HUGEINT', 9223372036854775807n, '"9223372036854775807"'),
  'a positive integer of 38 digits': number(N38, 'HUGEINT', BigInt(N38), `"${N38}"`),
  'the largest integer of 38 digits': number(MAX, 'HUGEINT', BigInt(MAX), `"${MAX}"`),
  'the smallest integer of 38 digits': number(`-${MAX}`, 'HUGEINT', -BigInt(MAX), `"-${MAX}"`),
  'a power of ten': number('1E+20', 'HUGEINT', 10n ** 20n, '100000000000000000000'),
  'the decimal 0.3': number('0.3', 'DECIMAL(18,1)', '0.3'),
  money: number('19.99', 'DECIMAL(18,2)', '19.99'),
  'a fraction with a trailing zero': number('2.50', 'DECIMAL(18,1)', '2.5', '2.5'),
  'a fraction of 38 digits': number(FRACTION38, 'DECIMAL(38,28)', FRACTION38, `"${FRACTION38}"`),
  'a negative fraction of 38 digits': number(`-${FRACTION38}`, 'DECIMAL(38,28)', `-${FRACTION38}`, `"-${FRACTION38}"`),
  'the 38th digit after the point': number('1E-38', 'DECIMAL(38,38)', `0.${'0'.repeat(37)}1`, '1E-38'),
  'the smallest number': number('1E-130', 'DOUBLE', 1e-130, '1E-130'),
  'the largest number': number('9.9E+125', 'DOUBLE', 9.9e125, '9.9E+125'),
  'a boolean': { value: { BOOL: false }, type: 'BOOLEAN', sql: false, json: 'false' },
  NULL: { value: { NULL: true }, type: 'JSON', sql: null, json: 'null' },
  bytes: {
    value: { B: base64(0, 1, 254, 255) },
    type: 'BLOB',
    sql: Uint8Array.of(0, 1, 254, 255),
    json: '{"$binary":"AAH+/w=="}',
  },
  'no bytes': { value: { B: '' }, type: 'BLOB', sql: new Uint8Array(), json: '{"$binary":""}' },
  'a list of strings': {
    value: { L: [{ S: 'b' }, { S: '' }, { S: 'a' }] },
    type: 'VARCHAR[]',
    sql: ['b', '', 'a'],
    json: '["b","","a"]',
  },
  'an empty list': { value: { L: [] }, type: 'JSON', sql: '[]', json: '[]' },
  'a list with NULL': {
    value: { L: [{ N: '1' }, { NULL: true }] },
    type: 'BIGINT[]',
    sql: [1n, null],
    json: '[1,null]',
  },
  'a list of lists of lists': {
    value: { L: [{ L: [{ L: [{ N: '1' }, { N: '2.5' }] }, { L: [] }] }, { L: [] }] },
    type: 'DECIMAL(18,1)[][][]',
    sql: [[['1.0', '2.5'], []], []],
    json: '[[[1,2.5],[]],[]]',
  },
  'a list of mixed types': {
    value: { L: [{ S: 'a' }, { N: N38 }, { BOOL: true }, { M: { x: { L: [] } } }] },
    type: 'JSON',
    sql: `["a","${N38}",true,{"x":[]}]`,
    json: `["a","${N38}",true,{"x":[]}]`,
  },
  'a map': {
    value: { M: { city: { S: 'Oslo' }, 'zip code': { N: '150' } } },
    type: 'STRUCT("city" VARCHAR, "zip code" BIGINT)',
    sql: ['Oslo', 150n],
    json: '{"city":"Oslo","zip code":150}',
  },
  'an empty map': { value: { M: {} }, type: 'JSON', sql: '{}', json: '{}' },
  'a list of maps in a map, with names that need quoting': {
    value: {
      M: { 'a.b': { L: [{ M: { 'say "x"': { S: '1' }, select: { N: '2' } } }, { M: { 'say "x"': { S: '3' } } }] } },
    },
    type: 'STRUCT("a.b" STRUCT("say ""x""" VARCHAR, "select" BIGINT)[])',
    sql: [
      [
        ['1', 2n],
        ['3', null],
      ],
    ],
    json: '{"a.b":[{"say \\"x\\"":"1","select":2},{"say \\"x\\"":"3"}]}',
  },
  'a map whose keys differ in case alone': {
    value: { M: { Key: { S: 'upper' }, key: { N: '1' } } },
    type: 'JSON',
    sql: '{"Key":"upper","key":1}',
    json: '{"Key":"upper","key":1}',
  },
  'a map with an empty key': {
    value: { M: { '': { S: 'x' } } },
    type: 'JSON',
    sql: '{"":"x"}',
    json: '{"":"x"}',
  },
  'a string set': {
    value: { SS: ['x', 'y z'] },
    type: 'VARCHAR[]',
    sql: ['x', 'y z'],
    json: '{"$set":["x","y z"]}',
  },
  'a number set of 38 digits': {
    value: { NS: [N38] },
    type: 'HUGEINT[]',
    sql: [BigInt(N38)],
    json: `{"$set":["${N38}"]}`,
  },
  'a number set with fractions': {
    value: { NS: ['0.1'] },
    type: 'DECIMAL(18,1)[]',
    sql: ['0.1'],
    json: '{"$set":[0.1]}',
  },
  'a binary set': {
    value: { BS: [base64(1, 2, 3)] },
    type: 'BLOB[]',
    sql: [Uint8Array.of(1, 2, 3)],
    json: '{"$set":[{"$binary":"AQID"}]}',
  },
  'a map whose only key begins with a dollar sign': {
    value: { M: { $set: { L: [] } } },
    type: 'STRUCT("$set" JSON)',
    sql: ['[]'],
    json: '{"$map":{"$set":[]}}',
  },
};

let gateway: TestGateway;

const cases = Object.entries(CASES);

function item(id: string): Item {
  return { id: { S: id }, ...Object.fromEntries(cases.map(([, { value }], i) => [`v${i}`, value])) };
}

beforeAll(async () => {
  const partitionKey = { name: 'id', type: 'S' } as const;
  gateway = await openTestGateway({
    tables: [
      { name: 'few', partitionKey, items: [item('it')] },
      // Items that are too much for the parameter of a statement are staged.
      { name: 'many', partitionKey, items: [item('it'), { id: { S: 'filler' }, ballast: { S: 'x'.repeat(100_000) } }] },
    ],
  });
});

afterAll(() => gateway.close());

describe('a value that is looked up by its key', () => {
  it.each(cases.map(([name, each], i) => ({ name, each, i })))('is exactly itself: $name', async ({ each, i }) => {
    const { columns, rows, summary } = await gateway.ask(`SELECT id, v${i} AS v FROM few WHERE id = 'it'`);
    expect(columns[1]?.type.sql).toBe(each.type);
    expect(comparable(each, rows[0]?.[1])).toEqual(comparable(each, each.sql));
    expect(summary.warnings).toEqual([]);
  });

  it('is the same with all others beside it', async () => {
    const { columns, rows } = await gateway.ask("SELECT * FROM few WHERE id = 'it'");
    const all = new Map(columns.map(({ name }, i) => [name, rows[0]?.[i]]));
    for (const [i, [name, each]] of cases.entries()) {
      expect([name, comparable(each, all.get(`v${i}`))]).toEqual([name, comparable(each, each.sql)]);
    }
  });
});

describe.each(['few', 'many'])('a value in a table with %s items', (table) => {
  it.each(cases.map(([name, each], i) => ({ name, each, i })))(
    'is exactly itself in SQL: $name',
    async ({ each, i }) => {
      const { columns, rows, summary } = await gateway.ask(`SELECT v${i}, ballast IS NULL FROM ${source(table)}`);
      const value = rows.find(([, own]) => own === true)?.[0];
      expect(columns[0]?.type.sql).toBe(each.type);
      expect(comparable(each, value)).toEqual(comparable(each, each.sql));
      expect(summary.warnings).toEqual([]);
    },
  );

  it('is exactly itself in _item', async () => {
    const { rows } = await gateway.ask(`SELECT _item FROM ${table} WHERE id = 'it'`);
    const found = String(rows[0]?.[0]);
    // The embedded DynamoDB keeps no order of the keys of a map.
    expect(JSON.parse(found)).toEqual({
      id: 'it',
      ...Object.fromEntries(cases.map(([, { json }], i) => [`v${i}`, JSON.parse(json)])),
    });
    for (const digits of [N38, MAX, `-${MAX}`, FRACTION38]) expect(found).toContain(`"${digits}"`);
  });
});

/** `few` has no ballast: the same statement serves both tables. */
function source(table: string): string {
  return table === 'few' ? '(SELECT *, NULL AS ballast FROM few)' : table;
}

/** JSON by what it says, because the embedded DynamoDB keeps no order of the keys of a map; bytes as text. */
function comparable({ type }: Case, value: ResultValue | undefined): unknown {
  return type === 'JSON' && typeof value === 'string' ? JSON.parse(value) : plain(value);
}

function plain(value: ResultValue | undefined): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  return Array.isArray(value) ? value.map(plain) : value;
}
