import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../catalog/column-type.js';
import { isNode, parseAst } from '../parse/parse-statement.js';
import { BIGINT, TEXT } from '../testing/catalog-table.js';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { operandFor, readConstant } from './constants.js';

const planner = temporaryPlanner();

async function constant(sql: string) {
  const answer = parseAst(await planner().serialize(`SELECT ${sql}`));
  const [statement] = Array.isArray(answer['statements']) ? answer['statements'] : [];
  const list = isNode(statement) && isNode(statement['node']) ? statement['node']['select_list'] : undefined;
  const [node] = Array.isArray(list) ? list : [];
  if (!isNode(node)) throw new Error(`${sql} is not an expression`);
  return readConstant(node);
}

describe('a constant of a plan', () => {
  test.each([
    ['0', '0'],
    ['42', '42'],
    ['-42', '-42'],
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['18446744073709551615', '18446744073709551615'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['-12345678901234567890123456789012345678', '-12345678901234567890123456789012345678'],
    ['1.50', '1.50'],
    ['-0.05', '-0.05'],
    ['0.00001', '0.00001'],
    ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
    ['-1234567890123.4567', '-1234567890123.4567'],
    ['99999999999999.9999', '99999999999999.9999'],
  ])('keeps every digit of the number %s', async (sql, text) => {
    expect(await constant(sql)).toEqual({ kind: 'number', text });
  });

  test.each([
    ["'it''s\n'", { kind: 'text', text: "it's\n" }],
    ["''", { kind: 'text', text: '' }],
    ["'1e3'", { kind: 'text', text: '1e3' }],
    ['true', { kind: 'boolean', value: true }],
    ["'t'::BOOLEAN", { kind: 'boolean', value: true }],
    ["CAST('f' AS BOOLEAN)", { kind: 'boolean', value: false }],
    [
      "'a\\x00\\xFF\\x27\\x5C'::BLOB",
      { kind: 'binary', base64: Buffer.from("a\0\xff'\\", 'latin1').toString('base64') },
    ],
    ["''::BLOB", { kind: 'binary', base64: '' }],
    ["'2020-01-01'::DATE", { kind: 'date', text: '2020-01-01' }],
    ["'2020-01-01 10:00:00.5'::TIMESTAMP", { kind: 'timestamp', text: '2020-01-01T10:00:00.5' }],
    ["'2020-01-01 10:00:00+00'::TIMESTAMPTZ", { kind: 'timestamp', text: '2020-01-01T10:00:00' }],
    ["'5f0c9d3e-1b2a-4c3d-8e4f-0123456789ab'::UUID", { kind: 'uuid', text: '5f0c9d3e-1b2a-4c3d-8e4f-0123456789ab' }],
  ])('%s', async (sql, expected) => {
    expect(await constant(sql)).toEqual(expected);
  });

  test.each([
    "'2020-02-30'::DATE",
    "'2020-1-1'::DATE",
    "'12020-01-01'::DATE",
    "'infinity'::TIMESTAMP",
    "'2020-01-01 10:00:00+02'::TIMESTAMPTZ",
    'NULL',
    '[1]',
    'CAST(1 AS BLOB)',
    "'5'::INTEGER",
    'x',
    'now()',
  ])('is none that DynamoDB could be asked about: %s', async (sql) => {
    expect(await constant(sql)).toBeUndefined();
  });
});

describe('an operand', () => {
  const decimal: ColumnType = { kind: 'decimal', precision: 38, scale: 2 };
  const number = (text: string) => ({ kind: 'number' as const, text });
  const text = { kind: 'text' as const, text: 'x' };

  test('has the type of the column', () => {
    expect(operandFor(TEXT, text)).toEqual({ S: 'x' });
    expect(operandFor(BIGINT, number('5'))).toEqual({ N: '5' });
    expect(operandFor(decimal, number('1.50'))).toEqual({ N: '1.50' });
    expect(operandFor({ kind: 'boolean' }, { kind: 'boolean', value: false })).toEqual({ BOOL: false });
    expect(operandFor({ kind: 'binary' }, { kind: 'binary', base64: 'AP8=' })).toEqual({ B: 'AP8=' });
  });

  test('is none where DynamoDB compares otherwise than SQL', () => {
    expect(operandFor(TEXT, number('5'))).toBeUndefined();
    expect(operandFor(BIGINT, text)).toBeUndefined();
    expect(operandFor({ kind: 'string', as: 'date' }, text)).toBeUndefined();
    expect(operandFor({ kind: 'double' }, number('5'))).toBeUndefined();
    expect(operandFor({ kind: 'json' }, text)).toBeUndefined();
  });

  test('is none where DynamoDB cannot hold the number: more than 38 digits', () => {
    expect(operandFor(decimal, number('1'.repeat(38)))).toBeDefined();
    expect(operandFor(decimal, number(`0.00${'1'.repeat(38)}`))).toBeDefined();
    expect(operandFor(decimal, number('1'.repeat(39)))).toBeUndefined();
    expect(operandFor(decimal, number(`-1.${'1'.repeat(38)}`))).toBeUndefined();
  });
});
