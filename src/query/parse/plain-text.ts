import { type Edit, EditedText } from './edited-text.js';
import { scanSql, type Token, textOf, UNICODE_SPACE } from './scan-sql.js';

/**
 * The statement without the semicolons around it, and with plain spaces: DuckDB itself replaces the spaces beyond ASCII
 * before it parses, and would then count positions in its own text instead of this one.
 */
export function plainText(sql: string): EditedText {
  const text = EditedText.of(sql);
  const tokens = scanSql(text.bytes);
  return text.edit([...plainSpaces(text.bytes, tokens), ...outerSemicolons(text.bytes, tokens)]);
}

function plainSpaces(bytes: string, tokens: readonly Token[]): Edit[] {
  const quoted = tokens.filter(({ kind }) => kind === 'string' || kind === 'quoted');
  return [...bytes.matchAll(new RegExp(UNICODE_SPACE, 'g'))]
    .filter(({ index }) => !quoted.some(({ start, end }) => start < index && index < end))
    .map(({ index, 0: space }) => ({ start: index, end: index + space.length, text: ' ' }));
}

function outerSemicolons(bytes: string, tokens: readonly Token[]): Edit[] {
  const isSemicolon = (token: Token) => textOf(bytes, token) === ';';
  const first = tokens.findIndex((token) => !isSemicolon(token));
  const last = tokens.findLastIndex((token) => !isSemicolon(token));
  const outer = first < 0 ? tokens : [...tokens.slice(0, first), ...tokens.slice(last + 1)];
  return outer.map(({ start, end }) => ({ start, end, text: '' }));
}
