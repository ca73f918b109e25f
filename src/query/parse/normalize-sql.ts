import { fromBytes, scanSql, textOf, toBytes } from './scan-sql.js';

/** The statement without comments and the semicolons at its end, with single spaces; its tokens are as they were written. */
export function normalizeSql(sql: string): string {
  const bytes = toBytes(sql);
  const tokens = scanSql(bytes);
  const last = tokens.findLastIndex((token) => textOf(bytes, token) !== ';');
  let text = '';
  tokens.slice(0, last + 1).forEach((token, i) => {
    const before = tokens[i - 1];
    if (before !== undefined && before.end < token.start) {
      // Strings with a line end between them are one string, those with a space are a mistake.
      const areStrings = before.kind === 'string' && token.kind === 'string';
      text += areStrings && /[\r\n]/.test(bytes.slice(before.end, token.start)) ? '\n' : ' ';
    }
    text += textOf(bytes, token);
  });
  return fromBytes(text);
}
