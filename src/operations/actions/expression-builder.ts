import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { valueOfPlain } from '../../dynamodb/plain-value.js';
import { invalid } from '../refuse.js';
import type { JsonObject } from '../request/json-value.js';
import { checkedValue } from '../values/check-value.js';
import type { Condition, Path } from './action-words.js';

export interface GivenParts {
  readonly expressionNames?: Readonly<Record<string, string>> | undefined;
  readonly expressionValues?: Readonly<Record<string, unknown>> | undefined;
}

/** Writes the expressions of one request: every attribute gets an alias, every value a placeholder, beside those given. */
export class ExpressionBuilder {
  private readonly names: Map<string, string>;
  private readonly values: Map<string, AttributeValue>;
  private readonly aliases = new Map<string, string>();

  constructor({ expressionNames = {}, expressionValues = {} }: GivenParts = {}) {
    this.names = new Map(Object.entries(expressionNames));
    this.values = new Map(
      Object.entries(expressionValues).map(([name, each]) => [name, actionValue(each, `expressionValues.${name}`)]),
    );
  }

  /** `#a1`, or `#a1.#a2[0]` for the steps to a nested attribute. */
  path(path: Path): string {
    const steps = typeof path === 'string' ? [path] : path;
    const [first] = steps;
    if (typeof first === 'number') throw invalid('attribute', 'the first step is the name of an attribute');
    return steps
      .map((step, place) => (typeof step === 'number' ? `[${step}]` : `${place === 0 ? '' : '.'}${this.alias(step)}`))
      .join('');
  }

  value(value: AttributeValue): string {
    const name = freeName(':v', this.values);
    this.values.set(name, value);
    return name;
  }

  /** One condition; `at` is its path, for errors. */
  condition({ attribute, operator, value, to }: Condition, at: string): string {
    const path = this.path(attribute);
    const given = () => this.value(actionValue(required(value, `${at}.value`), `${at}.value`));
    switch (operator) {
      case 'exists':
        return `attribute_exists(${path})`;
      case 'notExists':
        return `attribute_not_exists(${path})`;
      case 'type':
        return `attribute_type(${path}, ${given()})`;
      case 'beginsWith':
        return `begins_with(${path}, ${given()})`;
      case 'contains':
        return `contains(${path}, ${given()})`;
      case 'notContains':
        return `NOT contains(${path}, ${given()})`;
      case 'between':
        return `${path} BETWEEN ${given()} AND ${this.value(actionValue(required(to, `${at}.to`), `${at}.to`))}`;
      case 'in': {
        if (!Array.isArray(value) || value.length === 0) throw invalid(`${at}.value`, 'expected a list of values');
        const list = value.map((each, place) => this.value(actionValue(each, `${at}.value[${place}]`)));
        return `${path} IN (${list.join(', ')})`;
      }
      default:
        return `${path} ${operator} ${given()}`;
    }
  }

  /** All of them, and an expression of the caller's; undefined where there is none. `at` is the path of the list. */
  all(conditions: readonly Condition[] | undefined, given: string | undefined, at: string): string | undefined {
    const written = (conditions ?? []).map((each, place) => this.condition(each, `${at}[${place}]`));
    if (given !== undefined && written.length > 0) {
      throw invalid(at, 'give conditions or an expression, not both');
    }
    return given ?? (written.length === 0 ? undefined : written.join(' AND '));
  }

  /** The members of the request that say what the aliases and placeholders are. */
  members(): JsonObject {
    return {
      ...(this.names.size === 0 ? {} : { ExpressionAttributeNames: Object.fromEntries(this.names) }),
      ...(this.values.size === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(this.values) }),
    };
  }

  private alias(attribute: string): string {
    const known = this.aliases.get(attribute);
    if (known !== undefined) return known;
    const alias = freeName('#a', this.names);
    this.aliases.set(attribute, alias);
    this.names.set(alias, attribute);
    return alias;
  }
}

/** A value of an action's input, checked. */
export function actionValue(plain: unknown, at: string): AttributeValue {
  return checkedValue(valueOfPlain(plain, at, { typed: true }), at);
}

function required(value: unknown, at: string): unknown {
  if (value === undefined) throw invalid(at, 'it is missing');
  return value;
}

function freeName(prefix: string, taken: ReadonlyMap<string, unknown>): string {
  for (let number = taken.size + 1; ; number++) if (!taken.has(`${prefix}${number}`)) return `${prefix}${number}`;
}
