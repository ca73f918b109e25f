/**
 * The SQL or PartiQL statement with `?` in place of every literal: strings of all kinds and numbers. Names, keywords,
 * parameters and operators stay; comments, in which anything may stand, become one space. From where a text could be read
 * in more than one way, or does not end, all that follows is one `?`: rather too little is kept than a part of a literal.
 */
export function redactLiterals(statement: string): string {
  let redacted = '';
  let at = 0;
  while (at < statement.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(statement);
    const groups = match?.groups ?? {};
    const text = match?.[0] ?? '';
    const end = at + text.length;
    if (groups['comment'] !== undefined) redacted += ' ';
    else if (groups['string'] !== undefined) {
      if (isAmbiguous(statement, at, end)) return `${redacted}?`;
      redacted += '?';
    } else if (groups['number'] !== undefined) redacted += '?';
    else if (groups['kept'] !== undefined) redacted += text;
    else return `${redacted}?`;
    at = end;
  }
  return redacted;
}

const NAME = String.raw`[\p{L}_][\p{L}\p{N}\p{M}_]*`;
const NAME_PART = String.raw`[\p{L}\p{N}\p{M}_$]`;

/**
 * One alternative for each kind of token, the first that fits counts. What begins a string, a quoted name or a comment and
 * does not end it, or a comment inside a comment (which is read differently by DuckDB and by DynamoDB), fits none.
 */
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>--[^\n\r]*|/\*(?:[^/*]|/(?!\*)|\*(?!/))*\*/)`,
    String.raw`(?<string>[eE]'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'|(?:[xXbBnN]|[uU]&)?'[^']*(?:''[^']*)*'|\$(?<tag>${NAME})?\$[^]*?\$\k<tag>\$|\x60[^\x60]*\x60)`,
    // Letters and digits that follow belong to it: 0xFF, 1_000, 1e-7; also where SQL would begin a name, which is rarer.
    String.raw`(?<number>\.?\p{N}(?:[eE][+-](?=\p{N})|[\p{L}\p{N}\p{M}_.])*)`,
    String.raw`(?<kept>"[^"]*(?:""[^"]*)*"|\?[0-9]*|\$(?:[0-9]+|${NAME}(?!${NAME_PART}))|(?![eE]')[\p{L}_]${NAME_PART}*|/(?!\*)|-(?!-)|[^'"$/\-\x60\p{L}\p{N}_])`,
  ].join('|'),
  'yu',
);

/** After an `E`, a backslash before a quote: some read on where others see the end of the string. */
function isAmbiguous(statement: string, at: number, end: number): boolean {
  const quote = statement.indexOf("'", at);
  return (
    quote > 0 && quote < end && /[eE]/.test(statement.charAt(quote - 1)) && statement.slice(quote, end).includes("\\'")
  );
}
