import { describe, expect, test } from 'vitest';
import { EditedText } from './edited-text.js';
import { notAQuery, splitExplain } from './statement-kind.js';

describe('EXPLAIN is taken off the front', () => {
  test.each([
    ['SELECT 1', 'query', 'text', 'SELECT 1'],
    ['EXPLAIN SELECT 1', 'explain', 'text', 'SELECT 1'],
    ['explain /* x */ analyze SELECT 1', 'explain-analyze', 'text', 'SELECT 1'],
    ['EXPLAIN (FORMAT JSON) SELECT 1', 'explain', 'json', 'SELECT 1'],
    ['EXPLAIN (ANALYZE, FORMAT json) SELECT 1', 'explain-analyze', 'json', 'SELECT 1'],
    ['EXPLAIN (FORMAT text) SELECT 1', 'explain', 'text', 'SELECT 1'],
    ['EXPLAIN (SELECT 1)', 'explain', 'text', '(SELECT 1)'],
    ['EXPLAIN', 'explain', 'text', ''],
  ])('of %s', (sql, action, format, query) => {
    const split = splitExplain(EditedText.of(sql));
    expect([split.kind, split.query.text]).toEqual([{ action, format }, query]);
  });

  test('an option that is none is refused, with its place', () => {
    expect(() => splitExplain(EditedText.of('EXPLAIN (FORMAT yaml) SELECT 1'))).toThrow(
      expect.objectContaining({ code: 'SQL_SYNTAX', position: { line: 1, column: 17 } }),
    );
    expect(() => splitExplain(EditedText.of('EXPLAIN (ANALYZE'))).toThrow(
      expect.objectContaining({ code: 'SQL_SYNTAX' }),
    );
  });
});

describe('what is not a query', () => {
  test.each([
    ['insert into t values (1)', 'SQL_UNSUPPORTED', 'INSERT is not supported: SQL in Headgate reads'],
    ['DROP TABLE t', 'SQL_UNSUPPORTED', 'DROP is not supported: SQL in Headgate reads'],
    ['BEGIN', 'SQL_UNSUPPORTED', 'BEGIN is not supported: SQL in Headgate reads'],
    ['PIVOT t ON x', 'SQL_UNSUPPORTED', 'PIVOT is not supported'],
    ['WITH a AS (PIVOT t ON x) FROM a', 'SQL_UNSUPPORTED', 'PIVOT is not supported'],
    ["COPY t TO 'x'", 'SQL_REFUSED', 'COPY is not allowed in a gateway'],
    ['SELECT 1; DROP TABLE t', 'SQL_UNSUPPORTED', 'the text holds several statements; one at a time is run'],
  ])('is told by its keyword: %s', (sql, code, message) => {
    expect(notAQuery(EditedText.of(sql), undefined)).toMatchObject({ code, message });
  });

  test('the error points at the keyword, or at the second statement', () => {
    expect(notAQuery(EditedText.of('/* x */\n COPY t'), undefined).position).toEqual({ line: 2, column: 2 });
    expect(notAQuery(EditedText.of('SELECT 1; DROP'), undefined).position).toEqual({ line: 1, column: 11 });
  });
});
