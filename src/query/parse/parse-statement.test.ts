import { describe, expect, test } from 'vitest';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { EditedText } from './edited-text.js';
import { type AstNode, childrenOf, locationOf, parseAst, parseQuery, textMember } from './parse-statement.js';

const planner = temporaryPlanner();

const parse = (sql: string) => parseQuery(EditedText.of(sql), planner());

function all(node: AstNode): AstNode[] {
  return [node, ...childrenOf(node).flatMap(all)];
}

describe('a query', () => {
  test('is parsed with byte offsets of its names', async () => {
    const nodes = all(await parse("SELECT 'é', x FROM t"));
    const location = (type: string) => nodes.filter((node) => node['type'] === type).map(locationOf);
    expect(location('COLUMN_REF')).toEqual([13]);
    expect(location('BASE_TABLE')).toEqual([20]);
  });

  test('keeps every digit of its constants', async () => {
    const nodes = all(await parse('SELECT 9007199254740993, 12345678901234567890.123456789'));
    const values = nodes.filter(({ type }) => type === 'VALUE_CONSTANT').map((node) => JSON.stringify(node['value']));
    expect(values[0]).toContain('"9007199254740993"');
    expect(values[1]).toMatch(/"upper":.*"lower":/);
  });

  test('nodes that the parser made itself have no place', async () => {
    const stars = all(await parse('SUMMARIZE t')).filter((node) => node['type'] === 'STAR');
    expect(stars.length).toBeGreaterThan(0);
    expect(stars.map(locationOf)).toEqual(stars.map(() => undefined));
  });
});

describe('what is not one query', () => {
  test.each([
    ['', 'SQL_SYNTAX', 'the statement is empty', undefined],
    ['  -- nothing\n', 'SQL_SYNTAX', 'the statement is empty', undefined],
    ['SELECT 1,\n FROM', 'SQL_SYNTAX', 'syntax error at end of input', { line: 2, column: 6 }],
    ["SELECT 'é' WHERE WHERE", 'SQL_SYNTAX', 'syntax error at or near "WHERE"', { line: 1, column: 18 }],
    [
      'SELECT 1; SELECT 2',
      'SQL_UNSUPPORTED',
      'the text holds several statements; one at a time is run',
      { line: 1, column: 11 },
    ],
    ['SET x = 1', 'SQL_REFUSED', 'SET is not allowed in a gateway', { line: 1, column: 1 }],
    ['EXPLAIN SELECT 1', 'SQL_REFUSED', 'EXPLAIN is not allowed in a gateway', { line: 1, column: 1 }],
  ])('is an error: %j', async (sql, code, message, position) => {
    await expect(parse(sql)).rejects.toMatchObject({ code, message, position });
  });
});

test('numbers of 16 digits and more become text, and text stays text', () => {
  expect(parseAst('{"a":123456789012345,"b":-1234567890123456,"c":"1234567890123456 \\" 12345678901234567"}')).toEqual({
    a: 123456789012345,
    b: '-1234567890123456',
    c: '1234567890123456 " 12345678901234567',
  });
  expect(textMember({ a: 'x', b: 1 }, 'b')).toBe('');
});
