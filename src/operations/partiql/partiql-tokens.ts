import { HeadgateError } from '../../base/errors/headgate-error.js';

export interface PartiqlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'end';
  /** As written, but for `quoted`: without its quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Characters of a statement (dynamodb-numbers 12). */
const MAX_CHARACTERS = 8192;

/**
 * The tokens of one PartiQL statement in DynamoDB's dialect, ending with one of the kind `end`. Comments, Ion literals and
 * everything that two readers could read differently are refused. Throws REQUEST_INVALID with the position.
 */
export function partiqlTokens(text: string): readonly PartiqlToken[] {
  if (text.length > MAX_CHARACTERS) {
    throw new HeadgateError('REQUEST_INVALID', `A PartiQL statement has at most ${MAX_CHARACTERS} characters.`, {
      hint: 'Give long values as parameters.',
    });
  }
  const tokens: PartiqlToken[] = [];
  let at = spaceEnd(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = spaceEnd(text, token.end);
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

/** A refusal at a place of the statement. */
export function partiqlFault(text: string, at: number, message: string): HeadgateError {
  const before = text.slice(0, at).split('\n');
  return new HeadgateError('REQUEST_INVALID', `PartiQL: ${message}`, {
    position: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
    hint: 'Headgate passes on SELECT, INSERT, UPDATE, DELETE and EXISTS(SELECT ...) as DynamoDB documents them, and nothing else.',
  });
}

function tokenAt(text: string, start: number): PartiqlToken {
  if (text.startsWith('--', start) || text.startsWith('/*', start)) {
    throw partiqlFault(text, start, 'comments are not passed on');
  }
  TOKEN.lastIndex = start;
  const { groups } = TOKEN.exec(text) ?? {};
  const [kind, written] = Object.entries(groups ?? {}).find(([, group]) => group !== undefined) ?? [];
  if (kind === undefined || written === undefined) {
    throw partiqlFault(text, start, `${JSON.stringify(text.slice(start, start + 10))} is not understood`);
  }
  const end = start + written.length;
  // Standard PartiQL knows no escape by backslash; a reader that does would see the text end elsewhere.
  if (kind === 'string' && written.includes("\\'")) {
    throw partiqlFault(text, start, "a backslash before ' can be read in two ways: give the value as a parameter");
  }
  const value = kind === 'quoted' ? written.slice(1, -1) : written;
  // The groups of the pattern are named as the kinds are.
  return { kind: kind as PartiqlToken['kind'], text: value, start, end };
}

const TOKEN =
  /(?<word>[A-Za-z_$][A-Za-z0-9_$]*)|(?<quoted>"[^"\\\p{Cc}]+"(?!"))|(?<string>'(?:[^']|'')*')|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w$]))|(?<symbol><<|>>|<=|>=|<>|!=|[=<>()[\]{},.:?*+-])/uy;
const SPACE = /[ \t\r\n]*/y;

function spaceEnd(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}
