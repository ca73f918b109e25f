import { invalid } from '../refuse.js';

interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
}

/** The text of one expression and what its `#names` stand for. */
export interface ExpressionText {
  /** For the words of errors: `ConditionExpression`, with the path of the entry before it. */
  readonly at: string;
  readonly text: string;
  readonly names: Readonly<Record<string, unknown>>;
}

/**
 * Walks the tokens of an expression, strictly: what is no token of DynamoDB's expressions is refused. Collects the attributes
 * that the walk says are read, by the names of their first step. Throws REQUEST_INVALID.
 */
export class ExpressionCursor {
  readonly reads = new Set<string>();
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(private readonly expression: ExpressionText) {
    this.tokens = tokensOf(expression);
  }

  get isAtEnd(): boolean {
    return this.current.kind === 'end';
  }

  isSymbol(text: string): boolean {
    return this.current.kind === 'symbol' && this.current.text === text;
  }

  /** Keywords are read in any case. */
  isKeyword(keyword: string): boolean {
    return this.current.kind === 'word' && this.current.text.toUpperCase() === keyword;
  }

  skipSymbol(text: string): boolean {
    return this.step(this.isSymbol(text));
  }

  skipKeyword(keyword: string): boolean {
    return this.step(this.isKeyword(keyword));
  }

  skipValue(): boolean {
    return this.step(this.current.kind === 'value');
  }

  takeSymbol(text: string): void {
    if (!this.skipSymbol(text)) throw this.unexpected(`"${text}"`);
  }

  takeKeyword(keyword: string): void {
    if (!this.skipKeyword(keyword)) throw this.unexpected(keyword);
  }

  takeValue(): void {
    if (!this.skipValue()) throw this.unexpected('a value such as :v');
  }

  /** The name of the function that is called next, its opening parenthesis stepped over; undefined where none is called. */
  functionCall(): string | undefined {
    const after = this.tokens[this.next + 1];
    if (this.current.kind !== 'word' || after?.text !== '(') return undefined;
    const { text } = this.current;
    this.next += 2;
    return text;
  }

  /** A document path; its first step is the attribute. Nothing is noted as read. */
  path(): { readonly attribute: string; readonly isNested: boolean } {
    const attribute = this.stepName();
    let isNested = false;
    for (;;) {
      if (this.skipSymbol('.')) this.stepName();
      else if (this.skipSymbol('[')) {
        if (!this.step(this.current.kind === 'number')) throw this.unexpected('the number of an element');
        this.takeSymbol(']');
      } else return { attribute, isNested };
      isNested = true;
    }
  }

  /** A document path whose value is looked at. */
  readPath(): void {
    this.reads.add(this.path().attribute);
  }

  /** Runs `inner`, which may nest, and refuses what nests deeper than anybody writes. */
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
    return invalid(this.expression.at, message);
  }

  private get current(): Token {
    return this.tokens[this.next] ?? END;
  }

  private step(isNext: boolean): boolean {
    if (isNext) this.next++;
    return isNext;
  }

  /** A name as it is, or what an alias stands for. */
  private stepName(): string {
    const { kind, text } = this.current;
    if (kind !== 'word' && kind !== 'name') throw this.unexpected('an attribute');
    this.next++;
    if (kind === 'word') return text;
    const name = Object.hasOwn(this.expression.names, text) ? this.expression.names[text] : undefined;
    if (typeof name !== 'string') throw this.fault(`ExpressionAttributeNames does not say what ${text} is`);
    return name;
  }
}

const END: Token = { kind: 'end', text: '' };
const MAX_DEPTH = 100;
/** Bytes of an expression (dynamodb-numbers 5). */
const MAX_BYTES = 4096;

const TOKEN =
  /(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<number>\d+)|(?<symbol><=|>=|<>|[=<>()[\],.+-])/y;
const SPACE = /[ \t\r\n]*/y;

function tokensOf({ at, text }: ExpressionText): readonly Token[] {
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalid(at, `an expression has at most ${MAX_BYTES} bytes`);
  const tokens: Token[] = [];
  for (let next = spaceEnd(text, 0); next < text.length; next = spaceEnd(text, next)) {
    TOKEN.lastIndex = next;
    const match = TOKEN.exec(text);
    const [kind] = Object.entries(match?.groups ?? {}).find(([, group]) => group !== undefined) ?? [];
    if (match === null || kind === undefined) {
      throw invalid(at, `${JSON.stringify(text.slice(next, next + 10))} at ${next + 1} is nothing of an expression`);
    }
    // The groups of the pattern are named as the kinds are.
    tokens.push({ kind: kind as Token['kind'], text: match[0] });
    next += match[0].length;
  }
  return tokens;
}

function spaceEnd(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}
