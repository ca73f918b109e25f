/**
 * Tokens of SQL text, enough to find names, parameters and the first keyword. It works on bytes (`toBytes`), because
 * DuckDB counts positions in bytes of UTF-8.
 */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol';
  readonly start: number;
  readonly end: number;
}

/** The UTF-8 bytes of a text, one character per byte, so that string functions count bytes. */
export function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function fromBytes(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The characters beyond ASCII that DuckDB reads as a space: U+00A0, U+2000 to U+200D, U+202F, U+205F, U+2060, U+3000, U+FEFF. */
export const UNICODE_SPACE = String.raw`(?:\xc2\xa0|\xe2\x80[\x80-\x8d\xaf]|\xe2\x81[\x9f\xa0]|\xe3\x80\x80|\xef\xbb\xbf)`;
const NAME_START = String.raw`(?!${UNICODE_SPACE})[A-Za-z_\x80-\xff]`;
const NAME_PART = String.raw`(?!${UNICODE_SPACE})[\w\x80-\xff]`;

// One alternative per token kind, in the order of DuckDB's lexer. White space and comments match the first two groups.
const TOKEN = new RegExp(
  [
    String.raw`(?<space>(?:[ \t\n\r\f\v]|${UNICODE_SPACE})+|--[^\n\r]*)`,
    String.raw`(?<comment>/\*)`,
    String.raw`(?<string>[eE]'(?:[^'\\]|\\[\s\S]|'')*'|[xXbB]?'(?:[^']|'')*'|\$(?<tag>${NAME_START}(?:${NAME_PART})*)?\$[\s\S]*?\$\k<tag>\$)`,
    '(?<quoted>"(?:[^"]|"")*")',
    String.raw`(?<parameter>\?\d*|\$(?:\d+|${NAME_START}(?:${NAME_PART})*))`,
    String.raw`(?<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)`,
    String.raw`(?<word>${NAME_START}(?:${NAME_PART}|\$)*)`,
    String.raw`(?<symbol>[\s\S])`,
  ].join('|'),
  'y',
);

/** All tokens of a text in bytes form; white space and comments (nested ones too) are left out. */
export function scanSql(bytes: string, from = 0): Token[] {
  const tokens: Token[] = [];
  let at = from;
  while (at < bytes.length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(bytes)?.groups;
    const end = groups?.['comment'] === undefined ? TOKEN.lastIndex : endOfComment(bytes, at);
    const kind = KINDS.find((name) => groups?.[name] !== undefined);
    if (kind !== undefined) tokens.push({ kind, start: at, end });
    at = end;
  }
  return tokens;
}

const KINDS = ['string', 'quoted', 'parameter', 'number', 'word', 'symbol'] as const;

/** Block comments nest, as in PostgreSQL; one that is not closed runs to the end. */
function endOfComment(bytes: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    if (bytes.startsWith('/*', at)) {
      depth += 1;
      at += 2;
    } else if (bytes.startsWith('*/', at)) {
      depth -= 1;
      at += 2;
      if (depth === 0) return at;
    } else {
      at += 1;
    }
  }
  return bytes.length;
}

/** The end of a possibly qualified name (`a`, `a."b c"`, `a . b`) whose first token is at `index`; index after its last token. */
export function endOfName(bytes: string, tokens: readonly Token[], index: number): number {
  let next = index + 1;
  while (textOf(bytes, tokens[next]) === '.' && isName(tokens[next + 1])) next += 2;
  return next;
}

export function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted' || token?.kind === 'string';
}

export function textOf(bytes: string, token: Token | undefined): string {
  return token === undefined ? '' : bytes.slice(token.start, token.end);
}

/** `"name"`, with quotes doubled: an identifier that SQL reads as exactly this name. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `'text'`, with quotes doubled. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
