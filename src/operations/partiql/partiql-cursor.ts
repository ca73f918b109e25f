import { type PartiqlToken, partiqlFault, partiqlTokens } from './partiql-tokens.js';

/** Walks the tokens of a statement and collects which attributes it looks at. Throws REQUEST_INVALID. */
export class PartiqlCursor {
  /** Attributes that are looked at by their whole name. */
  readonly reads = new Set<string>();
  /** A nested path may be one of an attribute, or a table's name with an attribute of it: it counts as any attribute. */
  readsNested = false;
  private readonly tokens: readonly PartiqlToken[];
  private next = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.tokens = partiqlTokens(text);
  }

  get current(): PartiqlToken {
    const token = this.tokens[this.next] ?? this.tokens.at(-1);
    if (token === undefined) throw partiqlFault(this.text, 0, 'the statement is empty');
    return token;
  }

  isKeyword(keyword: string): boolean {
    return this.current.kind === 'word' && this.current.text.toUpperCase() === keyword;
  }

  isSymbol(text: string): boolean {
    return this.current.kind === 'symbol' && this.current.text === text;
  }

  skip(kind: PartiqlToken['kind']): boolean {
    return this.step(this.current.kind === kind);
  }

  skipKeyword(keyword: string): boolean {
    return this.step(this.isKeyword(keyword));
  }

  skipSymbol(text: string): boolean {
    return this.step(this.isSymbol(text));
  }

  takeKeyword(keyword: string): void {
    if (!this.skipKeyword(keyword)) throw this.unexpected(keyword);
  }

  takeSymbol(text: string): void {
    if (!this.skipSymbol(text)) throw this.unexpected(`"${text}"`);
  }

  takeEnd(): void {
    if (this.current.kind !== 'end') throw this.unexpected('the end of the statement');
  }

  /** A name, bare or quoted; never one of the words that make a statement. */
  name(): PartiqlToken {
    const token = this.current;
    if (token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.text.toUpperCase()))) {
      this.next++;
      return token;
    }
    throw this.unexpected('a name');
  }

  /** Steps over `name(` of a function. */
  functionCall(): string | undefined {
    const { kind, text } = this.current;
    const after = this.tokens[this.next + 1];
    if (kind !== 'word' || RESERVED.has(text.toUpperCase()) || after?.kind !== 'symbol' || after.text !== '(') {
      return undefined;
    }
    this.next += 2;
    return text.toLowerCase();
  }

  nested<T>(inner: () => T): T {
    if (++this.depth > MAX_DEPTH) throw this.fault(`it is nested deeper than ${MAX_DEPTH} levels`);
    const result = inner();
    this.depth--;
    return result;
  }

  unexpected(wanted: string): Error {
    const { kind, text } = this.current;
    return this.fault(`expected ${wanted}, got ${kind === 'end' ? 'the end' : JSON.stringify(text)}`);
  }

  fault(message: string): Error {
    return partiqlFault(this.text, this.current.start, message);
  }

  private step(isNext: boolean): boolean {
    if (isNext) this.next++;
    return isNext;
  }
}

/** Twice the nesting of values that DynamoDB takes. */
const MAX_DEPTH = 64;

const RESERVED = new Set(
  `SELECT FROM WHERE ORDER BY GROUP HAVING INSERT INTO VALUE VALUES UPDATE SET REMOVE DELETE RETURNING EXISTS AND OR NOT IN
  BETWEEN IS MISSING NULL TRUE FALSE AS ON CONFLICT UNION JOIN LIMIT WITH LET UNPIVOT CASE CAST`.split(/\s+/),
);
