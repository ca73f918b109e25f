import type { PartiqlToken } from './partiql-tokens.js';

/**
 * The values of the partition key that a WHERE is limited to, undefined when it is not: by `=` or `IN`, together with other
 * conditions by AND, or in each branch of an OR. That is what DynamoDB calls no full table scan.
 */
export function restrictedKeys(
  where: readonly PartiqlToken[],
  partitionKey: string,
  readValue: (token: PartiqlToken) => string | undefined,
): readonly string[] | undefined {
  return new Restriction(where, partitionKey, readValue).read();
}

type Keys = readonly string[] | undefined;

/** Reads the condition by its structure; what is no plain comparison of the key restricts nothing. */
class Restriction {
  private at = 0;

  constructor(
    private readonly tokens: readonly PartiqlToken[],
    private readonly partitionKey: string,
    private readonly readValue: (token: PartiqlToken) => string | undefined,
  ) {}

  read(): Keys {
    const keys = this.or();
    // A closing bracket too many: nothing that was read means what it seemed to.
    return this.at === this.tokens.length ? keys : undefined;
  }

  private or(): Keys {
    let keys = this.and();
    while (this.takeWord('OR')) {
      const other = this.and();
      keys = keys === undefined || other === undefined ? undefined : [...keys, ...other];
    }
    return keys;
  }

  private and(): Keys {
    let keys = this.not();
    while (this.takeWord('AND')) keys = this.not() ?? keys;
    return keys;
  }

  private not(): Keys {
    if (!this.takeWord('NOT')) return this.single();
    this.not();
    return undefined;
  }

  private single(): Keys {
    if (this.tokens[this.at]?.text === '(' && this.isGroup()) {
      this.at++;
      const keys = this.or();
      this.at++;
      return keys;
    }
    const start = this.at;
    this.at = this.comparisonEnd();
    return this.comparison(this.tokens.slice(start, this.at));
  }

  /** Whether the bracket that opens here holds a condition, not the beginning of a longer comparison. */
  private isGroup(): boolean {
    const next = this.tokens[this.closing(this.at) + 1];
    return next === undefined || next.text === ')' || isWord(next, 'AND') || isWord(next, 'OR');
  }

  private comparisonEnd(): number {
    let between = false;
    for (let at = this.at; at < this.tokens.length; at++) {
      const token = this.tokens[at];
      if (token === undefined || isSymbol(token, ')')) return at;
      if (isSymbol(token, '(') || isSymbol(token, '[')) at = this.closing(at);
      else if (isWord(token, 'BETWEEN')) between = true;
      else if (isWord(token, 'AND') && between) between = false;
      else if (isWord(token, 'AND') || isWord(token, 'OR')) return at;
    }
    return this.tokens.length;
  }

  private closing(open: number): number {
    let depth = 0;
    for (let at = open; at < this.tokens.length; at++) {
      const token = this.tokens[at];
      if (token === undefined || token.kind !== 'symbol') continue;
      if ('([{'.includes(token.text)) depth++;
      else if (')]}'.includes(token.text) && --depth === 0) return at;
    }
    return this.tokens.length;
  }

  private comparison(tokens: readonly PartiqlToken[]): Keys {
    const [first, second, third] = tokens;
    if (first === undefined || second === undefined || third === undefined) return undefined;
    if (isSymbol(second, '=') && tokens.length === 3) {
      if (this.isKey(first)) return this.values([third]);
      return this.isKey(third) ? this.values([first]) : undefined;
    }
    const isList = isSymbol(third, '[') || isSymbol(third, '(');
    if (!this.isKey(first) || !isWord(second, 'IN') || !isList) return undefined;
    return this.values(tokens.slice(3, -1).filter((token) => !isSymbol(token, ',')));
  }

  private values(tokens: readonly PartiqlToken[]): Keys {
    const values = tokens.map(this.readValue);
    return values.every((value) => value !== undefined) ? values : undefined;
  }

  private isKey({ kind, text }: PartiqlToken): boolean {
    return (kind === 'word' || kind === 'name') && text === this.partitionKey;
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.at];
    if (token === undefined || !isWord(token, word)) return false;
    this.at++;
    return true;
  }
}

function isWord({ kind, text }: PartiqlToken, word: string): boolean {
  return kind === 'word' && text.toUpperCase() === word;
}

function isSymbol({ kind, text }: PartiqlToken, symbol: string): boolean {
  return kind === 'symbol' && text === symbol;
}
