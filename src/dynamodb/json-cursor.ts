import { HeadgateError } from '../base/errors/headgate-error.js';

/**
 * Walks JSON text that is known to be valid, piece by piece, and hands out strings and numbers as they are written. So no
 * digit, no escape and no order of keys is lost, which all happens in JSON.parse. Throws INTERNAL when text and walk differ.
 */
export class JsonCursor {
  private at = 0;

  constructor(private readonly text: string) {}

  /** The character that comes next, white space aside; empty at the end. */
  peek(): string {
    while (this.text.charCodeAt(this.at) <= SPACE) this.at++;
    return this.text.charAt(this.at);
  }

  /** Steps over the character when it is the next one. */
  skip(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  /** Steps over the character that must come next. */
  take(character: string): void {
    if (!this.skip(character)) throw this.unexpected(character);
  }

  /** The next string as it is written, with its quotes. */
  string(): string {
    this.take('"');
    const start = this.at - 1;
    for (let end = this.text.indexOf('"', this.at); end >= 0; end = this.text.indexOf('"', end + 1)) {
      if (this.isEscaped(end)) continue;
      this.at = end + 1;
      return this.text.slice(start, this.at);
    }
    throw this.unexpected('"');
  }

  /** The next number, true, false or null as it is written. */
  scalar(): string {
    this.peek();
    SCALAR.lastIndex = this.at;
    const [scalar] = SCALAR.exec(this.text) ?? [];
    if (scalar === undefined) throw this.unexpected('value');
    this.at += scalar.length;
    return scalar;
  }

  /** The next value as it is written, whatever it is. */
  value(): string {
    const first = this.peek();
    if (first === '"') return this.string();
    if (first !== '{' && first !== '[') return this.scalar();
    const start = this.at;
    for (let depth = 0; ; ) {
      const code = this.text.charCodeAt(this.at);
      if (code === QUOTE) {
        this.string();
        continue;
      }
      this.at++;
      if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
      else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0)
        return this.text.slice(start, this.at);
      else if (Number.isNaN(code)) throw this.unexpected('}');
    }
  }

  /** Calls `step` before each member or element up to the closing bracket, which it steps over. */
  each(open: '{' | '[', step: () => void): void {
    this.take(open);
    const close = open === '{' ? '}' : ']';
    if (this.skip(close)) return;
    do step();
    while (this.skip(','));
    this.take(close);
  }

  /** A quote is part of the string when an odd number of backslashes stands before it. */
  private isEscaped(quote: number): boolean {
    let backslashes = 0;
    while (this.text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
    return backslashes % 2 === 1;
  }

  private unexpected(wanted: string): HeadgateError {
    const found = JSON.stringify(this.text.slice(this.at, this.at + 20));
    return new HeadgateError('INTERNAL', `JSON text has ${found} at ${this.at} where ${wanted} was expected.`);
  }
}

const SPACE = 0x20;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SCALAR = /[-+.\w]+/y;
