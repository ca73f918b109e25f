import type { AttributeValue } from '../../../src/dynamodb/attribute-value.js';
import { invalid } from '../answer/refusal.js';
import { COMPARE_OPS, type Condition, FUNCTION_NAMES, type Operand, type Path } from './condition.js';

/** What stands for `#name` and `:value` in the expressions of a request. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** The condition that the text is. Throws a ValidationException where it is none. */
export function parseCondition(text: string, placeholders: Placeholders): Condition {
  const parser = new ConditionParser(tokensOf(text), placeholders);
  const condition = parser.disjunction();
  parser.end();
  return condition;
}

/** The top-level attributes of a ProjectionExpression. Paths into attributes are refused: nothing of ours asks for them. */
export function parseProjection(text: string, names: Placeholders['names']): ReadonlySet<string> {
  return new Set(
    text.split(',').map((part) => {
      const name = part.trim();
      if (!/^#?[\w-]+$/.test(name)) throw invalid(`The page server projects whole attributes only: ${name}`);
      return resolveName(name, names);
    }),
  );
}

const TOKEN = /\s*(<>|<=|>=|[=<>(),.[\]]|[#:]?[A-Za-z0-9_-]+)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw invalid(`Syntax error in an expression at ${at}: ${text}`);
    tokens.push(token);
  }
  return tokens;
}

class ConditionParser {
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly placeholders: Placeholders,
  ) {}

  disjunction(): Condition {
    const terms = [this.conjunction()];
    while (this.takeWord('OR')) terms.push(this.conjunction());
    return joined('or', terms);
  }

  end(): void {
    if (this.at < this.tokens.length) throw this.unexpected();
  }

  private conjunction(): Condition {
    const terms = [this.negation()];
    while (this.takeWord('AND')) terms.push(this.negation());
    return joined('and', terms);
  }

  private negation(): Condition {
    return this.takeWord('NOT') ? { kind: 'not', term: this.negation() } : this.primary();
  }

  private primary(): Condition {
    if (this.take('(')) {
      const condition = this.disjunction();
      this.expect(')');
      return condition;
    }
    const name = FUNCTION_NAMES.find((candidate) => candidate === this.tokens[this.at]);
    if (name !== undefined) {
      this.at++;
      return { kind: 'call', name, operands: this.operandList() };
    }
    return this.comparison(this.operand());
  }

  private comparison(left: Operand): Condition {
    if (this.takeWord('BETWEEN')) {
      const low = this.operand();
      if (!this.takeWord('AND')) throw this.unexpected();
      return { kind: 'between', subject: left, low, high: this.operand() };
    }
    if (this.takeWord('IN')) return { kind: 'in', subject: left, list: this.operandList() };
    const op = COMPARE_OPS.find((candidate) => this.take(candidate));
    if (op === undefined) throw this.unexpected();
    return { kind: 'compare', op, left, right: this.operand() };
  }

  private operandList(): Operand[] {
    this.expect('(');
    const operands = [this.operand()];
    while (this.take(',')) operands.push(this.operand());
    this.expect(')');
    return operands;
  }

  private operand(): Operand {
    const token = this.next();
    if (token.startsWith(':')) {
      const value = this.placeholders.values[token];
      if (value === undefined)
        throw invalid(`An expression attribute value used in expression is not defined: ${token}`);
      return { kind: 'value', value };
    }
    if (token !== 'size') return { kind: 'path', path: this.path(token) };
    this.expect('(');
    const path = this.path(this.next());
    this.expect(')');
    return { kind: 'size', path };
  }

  private path(first: string): Path {
    const steps: (string | number)[] = [];
    for (;;) {
      if (this.take('.')) {
        steps.push(resolveName(this.next(), this.placeholders.names));
      } else if (this.take('[')) {
        steps.push(Number(this.next()));
        this.expect(']');
      } else {
        return [resolveName(first, this.placeholders.names), ...steps];
      }
    }
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined || !/[\w-]/.test(token)) throw this.unexpected();
    return token;
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private takeWord(word: string): boolean {
    return this.tokens[this.at]?.toUpperCase() === word && this.take(this.tokens[this.at] ?? word);
  }

  private expect(token: string): void {
    if (!this.take(token)) throw this.unexpected();
  }

  private unexpected() {
    return invalid(`Syntax error in an expression near token ${this.at}: ${this.tokens.join(' ')}`);
  }
}

function joined(kind: 'and' | 'or', terms: readonly Condition[]): Condition {
  const [only, ...others] = terms;
  return only !== undefined && others.length === 0 ? only : { kind, terms };
}

function resolveName(token: string, names: Placeholders['names']): string {
  if (!token.startsWith('#')) return token;
  const name = names[token];
  if (name === undefined)
    throw invalid(`An expression attribute name used in the document path is not defined: ${token}`);
  return name;
}
