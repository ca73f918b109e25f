import type { Need, Target } from './need.js';
import { restrictedKeys } from './partiql-restriction.js';
import { notUnderstood, type PartiqlToken, partiqlTokens } from './partiql-tokens.js';
import { keyText, listOf } from './request-body.js';

/**
 * What a PartiQL statement needs: PartiQLSelect, PartiQLInsert, PartiQLUpdate or PartiQLDelete on its table or index. Throws the fault
 * ValidationException for what is not understood, so that nothing is passed on unjudged.
 */
export function partiqlNeed(statement: string, parameters: unknown): Need {
  const tokens = unwrapExists(partiqlTokens(statement));
  const verb = tokens[0]?.kind === 'word' ? tokens[0].text.toUpperCase() : '';
  const shape = SHAPES.get(verb);
  if (shape === undefined) throw notUnderstood('Expected SELECT, INSERT, UPDATE or DELETE.');
  const tableAt = shape.tableAt(tokens);
  const { target, end } = readTarget(tokens, tableAt);
  const next = tokens[end];
  if (next !== undefined && !shape.next.some((word) => isWord(next, word))) {
    throw notUnderstood(`${next.text} after the table is not understood.`);
  }
  const rest = tokens.slice(end);
  const where = whereOf(rest);
  const readValue = valueReader(tokens, listOf(parameters));
  const outside = [...tokens.slice(0, tableAt), ...rest];
  const isSelect = verb === 'SELECT';
  return {
    action: `dynamodb:${shape.action}`,
    target,
    touches: {
      attributes: attributesIn(outside),
      ...(isSelect && { select: isSymbol(tokens[1], '*') ? 'ALL_ATTRIBUTES' : 'SPECIFIC_ATTRIBUTES' }),
      isPartiqlSelect: isSelect,
      leadingKeys: (partitionKey) =>
        verb === 'INSERT'
          ? insertedKeys(rest, partitionKey, readValue)
          : restrictedKeys(where, partitionKey, readValue),
    },
  };
}

interface Shape {
  readonly action: string;
  readonly tableAt: (tokens: readonly PartiqlToken[]) => number;
  /** Words that may follow the table. */
  readonly next: readonly string[];
}

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ['SELECT', { action: 'PartiQLSelect', tableAt: afterFrom, next: ['WHERE', 'ORDER'] }],
  ['INSERT', { action: 'PartiQLInsert', tableAt: afterWord('INTO'), next: ['VALUE'] }],
  ['UPDATE', { action: 'PartiQLUpdate', tableAt: () => 1, next: ['SET', 'REMOVE', 'WHERE'] }],
  ['DELETE', { action: 'PartiQLDelete', tableAt: afterWord('FROM'), next: ['WHERE'] }],
]);

/** The condition check of a transaction: `EXISTS(SELECT ...)`. */
function unwrapExists(tokens: readonly PartiqlToken[]): readonly PartiqlToken[] {
  if (!isWord(tokens[0], 'EXISTS') || !isSymbol(tokens[1], '(') || !isSymbol(tokens.at(-1), ')')) return tokens;
  return tokens.slice(2, -1);
}

/** There must be exactly one FROM: a second one would be a second table. */
function afterFrom(tokens: readonly PartiqlToken[]): number {
  const froms = tokens.flatMap((token, index) => (isWord(token, 'FROM') ? [index] : []));
  const [from] = froms;
  if (from === undefined || froms.length > 1) throw notUnderstood('Expected exactly one FROM.');
  return from + 1;
}

function afterWord(word: string): Shape['tableAt'] {
  return (tokens) => {
    if (!isWord(tokens[1], word)) throw notUnderstood(`Expected ${word}.`);
    return 2;
  };
}

function readTarget(tokens: readonly PartiqlToken[], at: number): { readonly target: Target; readonly end: number } {
  const table = nameAt(tokens, at);
  const hasIndex = isSymbol(tokens[at + 1], '.');
  const index = hasIndex ? nameAt(tokens, at + 2) : undefined;
  const end = at + (hasIndex ? 3 : 1);
  if (!table.startsWith('arn:')) return { target: { kind: 'table', table, index }, end };
  return { target: { kind: 'arn', arn: index === undefined ? table : `${table}/index/${index}` }, end };
}

function nameAt(tokens: readonly PartiqlToken[], at: number): string {
  const token = tokens[at];
  if (token?.kind === 'name' || token?.kind === 'word') return token.text;
  throw notUnderstood('Expected the name of a table.');
}

function whereOf(rest: readonly PartiqlToken[]): readonly PartiqlToken[] {
  const start = rest.findIndex((token) => isWord(token, 'WHERE'));
  if (start < 0) return [];
  const end = rest.findIndex((token, index) => index > start && (isWord(token, 'ORDER') || isWord(token, 'RETURNING')));
  return rest.slice(start + 1, end < 0 ? undefined : end);
}

/** The text of a literal, or of the parameter that a `?` stands for. */
function valueReader(tokens: readonly PartiqlToken[], parameters: readonly unknown[]) {
  const marks = tokens.filter((token) => isSymbol(token, '?'));
  return (token: PartiqlToken): string | undefined => {
    if (token.kind === 'text' || token.kind === 'number') return token.text;
    const mark = marks.indexOf(token);
    return mark < 0 ? undefined : keyText(parameters[mark]);
  };
}

/** `VALUE {'key': value, ...}` */
function insertedKeys(
  rest: readonly PartiqlToken[],
  partitionKey: string,
  readValue: (token: PartiqlToken) => string | undefined,
): readonly string[] | undefined {
  for (const [index, token] of rest.entries()) {
    const value = rest[index + 2];
    if (value !== undefined && token.text === partitionKey && isSymbol(rest[index + 1], ':')) {
      const text = readValue(value);
      return text === undefined ? undefined : [text];
    }
  }
  return undefined;
}

/** Names at the beginning of a path, and keys of inserted items: rather one too many than one too few. */
function attributesIn(tokens: readonly PartiqlToken[]): readonly string[] {
  const names = tokens.filter((token, index) => {
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    if (token.kind === 'text') return isSymbol(after, ':');
    if (isSymbol(before, '.')) return false;
    if (token.kind === 'name') return true;
    return token.kind === 'word' && !WORDS.has(token.text.toUpperCase()) && !isSymbol(after, '(');
  });
  return [...new Set(names.map(({ text }) => text))];
}

const WORDS: ReadonlySet<string> = new Set([
  ...[
    'SELECT',
    'FROM',
    'WHERE',
    'ORDER',
    'BY',
    'ASC',
    'DESC',
    'AND',
    'OR',
    'NOT',
    'IN',
    'BETWEEN',
    'IS',
    'MISSING',
    'NULL',
  ],
  ...['INSERT', 'INTO', 'VALUE', 'UPDATE', 'SET', 'REMOVE', 'DELETE', 'RETURNING', 'ALL', 'MODIFIED', 'OLD', 'NEW'],
  ...['TRUE', 'FALSE'],
]);

function isWord(token: PartiqlToken | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

function isSymbol(token: PartiqlToken | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}
