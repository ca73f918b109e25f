import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Edit, EditedText } from './edited-text.js';
import { fromBytes, scanSql, type Token, textOf } from './scan-sql.js';

/** What the statement asks for, apart from its query. */
export interface StatementKind {
  readonly action: 'query' | 'explain' | 'explain-analyze';
  readonly format: 'text' | 'json';
}

/** Takes `EXPLAIN [ANALYZE] [(FORMAT JSON, ANALYZE)]` off the front; what is left is the query. Throws SQL_SYNTAX. */
export function splitExplain(text: EditedText): { readonly kind: StatementKind; readonly query: EditedText } {
  const tokens = scanSql(text.bytes);
  const word = (index: number) => textOf(text.bytes, tokens[index]).toLowerCase();
  if (word(0) !== 'explain') return { kind: { action: 'query', format: 'text' }, query: text };
  let next = 1;
  let analyze = false;
  let format: 'text' | 'json' = 'text';
  if (word(next) === 'analyze') {
    analyze = true;
    next += 1;
  }
  // `EXPLAIN (SELECT ...)` is a query in parentheses, not a list of options.
  if (word(next) === '(' && ['analyze', 'format'].includes(word(next + 1))) {
    next += 1;
    while (word(next) !== ')') {
      if (word(next) === 'analyze') analyze = true;
      else if (word(next) === 'format') {
        next += 1;
        if (word(next) !== 'json' && word(next) !== 'text') throw unknownExplainOption(text, tokens[next]);
        format = word(next) === 'json' ? 'json' : 'text';
      } else if (word(next) !== ',') throw unknownExplainOption(text, tokens[next]);
      next += 1;
    }
    next += 1;
  }
  const start = tokens[next]?.start ?? text.bytes.length;
  const removed: Edit = { start: 0, end: start, text: '' };
  return { kind: { action: analyze ? 'explain-analyze' : 'explain', format }, query: text.edit([removed]) };
}

function unknownExplainOption(text: EditedText, token: Token | undefined): HeadgateError {
  return new HeadgateError(
    'SQL_SYNTAX',
    `unknown EXPLAIN option ${JSON.stringify(fromBytes(textOf(text.bytes, token)))}`,
    {
      position: text.position(token?.start ?? text.bytes.length),
      hint: 'Use EXPLAIN, EXPLAIN ANALYZE, EXPLAIN (FORMAT JSON) or EXPLAIN (ANALYZE, FORMAT JSON).',
    },
  );
}

/** The error for more than one statement; the position is where the second begins. */
export function severalStatements(text: EditedText): HeadgateError {
  const tokens = scanSql(text.bytes);
  const end = tokens.findIndex((token) => textOf(text.bytes, token) === ';');
  return new HeadgateError('SQL_UNSUPPORTED', 'the text holds several statements; one at a time is run', {
    position: text.position(tokens[end + 1]?.start ?? 0),
    hint: 'Send each statement by itself.',
  });
}

const WRITES = new Set(['insert', 'update', 'delete', 'merge', 'truncate', 'replace']);
const DEFINITIONS = new Set(['create', 'alter', 'drop', 'comment']);
const TRANSACTIONS = new Set(['begin', 'start', 'commit', 'rollback', 'abort', 'end']);

/** The error for a statement that DuckDB parses but that is not a query; told by its first keyword. */
export function notAQuery(text: EditedText, cause: unknown): HeadgateError {
  const tokens = scanSql(text.bytes);
  if (tokens.some((token) => textOf(text.bytes, token) === ';')) return severalStatements(text);
  const [first] = tokens;
  const keyword = textOf(text.bytes, first).toLowerCase();
  const name = fromBytes(keyword).toUpperCase();
  const position = text.position(first?.start ?? 0);
  const details = { position, cause };
  if (WRITES.has(keyword)) {
    return new HeadgateError('SQL_UNSUPPORTED', `${name} is not supported: SQL in Headgate reads`, {
      ...details,
      hint: 'Write items with the AWS CLI or SDK.',
    });
  }
  if (keyword === 'pivot' || /\bpivot\b/i.test(text.bytes)) {
    return new HeadgateError('SQL_UNSUPPORTED', 'PIVOT is not supported', {
      ...details,
      hint: "Use aggregates with FILTER, for example sum(x) FILTER (WHERE kind = 'a').",
    });
  }
  if (DEFINITIONS.has(keyword) || TRANSACTIONS.has(keyword)) {
    return new HeadgateError('SQL_UNSUPPORTED', `${name} is not supported: SQL in Headgate reads`, {
      ...details,
      hint: 'Use WITH for intermediate results within one statement.',
    });
  }
  return new HeadgateError('SQL_REFUSED', `${name} is not allowed in a gateway`, {
    ...details,
    detail: 'Statements that reach files, settings, extensions or other databases are refused.',
    hint: 'Allowed are SELECT, WITH, VALUES, FROM, SHOW TABLES, DESCRIBE, SUMMARIZE and EXPLAIN.',
  });
}
