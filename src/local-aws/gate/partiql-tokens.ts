import { AwsFault } from '../aws-fault.js';

export interface PartiqlToken {
  /** `word`: a keyword or a name without quotes. `name`: in double quotes. `text`: in single quotes. */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol';
  /** Without quotes. */
  readonly text: string;
}

/**
 * Cuts up a PartiQL statement. Comments and literals of Ion are not understood, which makes it impossible that they hide
 * something. Throws the fault ValidationException.
 */
export function partiqlTokens(statement: string): readonly PartiqlToken[] {
  const tokens: PartiqlToken[] = [];
  for (let at = 0; at < statement.length; ) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(statement);
    if (match === null || match[0].startsWith('--') || match[0].startsWith('/*')) {
      throw notUnderstood(`${JSON.stringify(statement.slice(at, at + 20))} is not understood.`);
    }
    const { space, word, name, text, number, symbol } = match.groups ?? {};
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    if (name !== undefined) tokens.push({ kind: 'name', text: name.slice(1, -1).replaceAll('""', '"') });
    if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1).replaceAll("''", "'") });
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    at += space === undefined ? match[0].length : space.length;
  }
  // One statement may end with a semicolon.
  return tokens.at(-1)?.text === ';' ? tokens.slice(0, -1) : tokens;
}

/** The refusal of a statement that cannot be judged. */
export function notUnderstood(why: string): AwsFault {
  return new AwsFault('ValidationException', `Statement wasn't well formed, can't be processed: ${why}`);
}

const TOKEN = new RegExp(
  [
    /(?<space>\s+)/,
    /--|\/\*/,
    /(?<number>-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)/,
    /(?<word>[A-Za-z_][\w$]*)/,
    /(?<name>"(?:[^"]|"")*")/,
    /(?<text>'(?:[^']|'')*')/,
    /(?<symbol><<|>>|<=|>=|<>|!=|\|\||[-+*/=<>(),.[\]{}:?;|])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);
