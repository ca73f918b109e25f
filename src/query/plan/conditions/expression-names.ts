import type { AttributeValue } from '../../../dynamodb/attribute-value.js';
import type { AttributePath } from './predicate.js';

/**
 * Placeholders of one request. Every attribute name is aliased (`#n0`), so reserved words, dots and dashes in names just
 * work; each name and value is given once and only when an expression uses it, because DynamoDB refuses unused ones.
 */
export class ExpressionNames {
  private constructor(
    private readonly nameAliases: Map<string, string>,
    private readonly valueAliases: Map<string, string>,
    private readonly byAlias: Map<string, AttributeValue>,
  ) {}

  static empty(): ExpressionNames {
    return new ExpressionNames(new Map(), new Map(), new Map());
  }

  /** A copy that can grow by itself. */
  fork(): ExpressionNames {
    return new ExpressionNames(new Map(this.nameAliases), new Map(this.valueAliases), new Map(this.byAlias));
  }

  name(attribute: string): string {
    const known = this.nameAliases.get(attribute);
    if (known !== undefined) return known;
    const alias = `#n${this.nameAliases.size}`;
    this.nameAliases.set(attribute, alias);
    return alias;
  }

  /** `#n0.#n1[2]` */
  path(path: AttributePath): string {
    const [first, ...rest] = path;
    return (
      this.name(first) + rest.map((step) => (typeof step === 'number' ? `[${step}]` : `.${this.name(step)}`)).join('')
    );
  }

  value(value: AttributeValue): string {
    const identity = JSON.stringify(value);
    const known = this.valueAliases.get(identity);
    if (known !== undefined) return known;
    const alias = `:v${this.valueAliases.size}`;
    this.valueAliases.set(identity, alias);
    this.byAlias.set(alias, value);
    return alias;
  }

  /** ExpressionAttributeNames and ExpressionAttributeValues; left out where there are none. */
  request(): { names?: Record<string, string>; values?: Record<string, AttributeValue> } {
    const names = Object.fromEntries([...this.nameAliases].map(([attribute, alias]) => [alias, attribute]));
    return {
      ...(this.nameAliases.size === 0 ? {} : { names }),
      ...(this.byAlias.size === 0 ? {} : { values: Object.fromEntries(this.byAlias) }),
    };
  }
}
