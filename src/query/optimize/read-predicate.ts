import { attributeTypeOf, type ColumnType } from '../../catalog/column-type.js';
import { isParsed } from '../../catalog/text-form.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { type AstNode, type AstValue, isNode, nodesOf, textMember } from '../parse/parse-statement.js';
import type { CompareOp, Translated } from '../plan/conditions/predicate.js';
import { beginsWith, compare, conjunction, containing, disjunction } from './comparisons.js';
import { type Constant, operandFor, readConstant } from './constants.js';
import { type ColumnLookup, readTarget } from './read-target.js';

/** What DynamoDB can be asked of an optimized expression; undefined when nothing of it is understood. */
export function readPredicate(node: AstNode, columnOf: ColumnLookup): Translated | undefined {
  return new Reader(columnOf).read(node, false);
}

const OPS: Readonly<Record<string, CompareOp>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
};
const MIRRORED: Readonly<Record<CompareOp, CompareOp>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
const NEGATED: Readonly<Record<CompareOp, CompareOp>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

const LIST_CONTAINS = new Set(['contains', 'list_contains', 'list_has', 'array_contains', 'array_has']);

/**
 * `negated` asks for what holds when the expression is false (not NULL): SQL's NOT is pushed down to the leaves, where
 * it means "present, of the column's type, and the opposite".
 */
class Reader {
  constructor(private readonly columnOf: ColumnLookup) {}

  read(node: AstNode, negated: boolean): Translated | undefined {
    switch (node['class']) {
      case 'CONJUNCTION':
        return this.readConjunction(node, negated);
      case 'COMPARISON':
        return this.readComparison(node, negated);
      case 'BETWEEN':
        return this.readBetween(node, negated);
      case 'OPERATOR':
        return this.readOperator(node, negated);
      case 'FUNCTION':
        return this.readFunction(node, negated);
      case 'COLUMN_REF':
        return this.readFlag(node, negated);
      default:
        return undefined;
    }
  }

  private readConjunction(node: AstNode, negated: boolean): Translated | undefined {
    const terms = nodesOf(node['children']).map((child) => this.read(child, negated));
    const isAnd = (node['type'] === 'CONJUNCTION_AND') !== negated;
    return isAnd ? conjunction(terms) : disjunction(terms);
  }

  private readComparison(node: AstNode, negated: boolean): Translated | undefined {
    const op = OPS[textMember(node, 'type')];
    const { left, right } = node;
    if (op === undefined || !isNode(left) || !isNode(right)) return undefined;
    if (isRow(left) && op === '=') return this.readRowIn(left, [right], negated);
    const target = readTarget(left, this.columnOf) ?? readTarget(right, this.columnOf);
    const constant = readConstant(right) ?? readConstant(left);
    if (target === undefined || constant === undefined) return undefined;
    const written = readTarget(left, this.columnOf) === undefined ? MIRRORED[op] : op;
    return compare(target, negated ? NEGATED[written] : written, constant);
  }

  private readBetween(node: AstNode, negated: boolean): Translated | undefined {
    const bounds = [
      this.compareWith(node['input'], negated ? '<' : '>=', node['lower']),
      this.compareWith(node['input'], negated ? '>' : '<=', node['upper']),
    ];
    return negated ? disjunction(bounds) : conjunction(bounds);
  }

  private compareWith(input: AstValue | undefined, op: CompareOp, value: AstValue | undefined): Translated | undefined {
    const target = isNode(input) ? readTarget(input, this.columnOf) : undefined;
    const constant = isNode(value) ? readConstant(value) : undefined;
    return target === undefined || constant === undefined ? undefined : compare(target, op, constant);
  }

  private readOperator(node: AstNode, negated: boolean): Translated | undefined {
    const [first, ...rest] = nodesOf(node['children']);
    if (first === undefined) return undefined;
    switch (node['type']) {
      case 'OPERATOR_NOT':
        return this.read(first, !negated);
      case 'OPERATOR_IS_NULL':
        return this.readNull(first, !negated);
      case 'OPERATOR_IS_NOT_NULL':
        return this.readNull(first, negated);
      case 'COMPARE_IN':
        return this.readIn(first, rest, negated);
      case 'COMPARE_NOT_IN':
        return this.readIn(first, rest, !negated);
      default:
        return undefined;
    }
  }

  private readNull(node: AstNode, isNull: boolean): Translated | undefined {
    const target = readTarget(node, this.columnOf);
    if (target === undefined) return undefined;
    const type = attributeTypeOf(target.type);
    // A text that is not in the form of its declared type reads as NULL, which DynamoDB cannot see.
    if (isParsed(target.type)) {
      return isNull ? undefined : { predicate: { kind: 'present', path: target.path, type }, exact: false };
    }
    return { predicate: { kind: isNull ? 'absent' : 'present', path: target.path, type }, exact: true };
  }

  private readIn(first: AstNode, rest: readonly AstNode[], negated: boolean): Translated | undefined {
    if (isRow(first)) return this.readRowIn(first, rest, negated);
    const target = readTarget(first, this.columnOf);
    if (target === undefined) return undefined;
    const constants = rest.map(readConstant);
    if (constants.some((constant) => constant === undefined)) return undefined;
    const known = constants.filter((constant) => constant !== undefined);
    if (negated) return conjunction(known.map((constant) => compare(target, '<>', constant)));
    const values = target.asDouble ? undefined : operands(target.type, known);
    if (values !== undefined) return { predicate: { kind: 'in', path: target.path, values }, exact: true };
    return disjunction(known.map((constant) => compare(target, '=', constant)));
  }

  /** `(a, b) IN ((1, 2), ...)`, and `(a, b) = (1, 2)`. */
  private readRowIn(row: AstNode, rest: readonly AstNode[], negated: boolean): Translated | undefined {
    if (negated) return undefined;
    const fields = nodesOf(row['children']);
    return disjunction(
      rest.map((candidate) => {
        const values = candidate['class'] === 'FUNCTION' ? nodesOf(candidate['children']) : [];
        if (values.length !== fields.length) return undefined;
        return conjunction(
          fields.map((field, i) => {
            const target = readTarget(field, this.columnOf);
            const value = values[i];
            const constant = value === undefined ? undefined : readConstant(value);
            return target === undefined || constant === undefined ? undefined : compare(target, '=', constant);
          }),
        );
      }),
    );
  }

  private readFunction(node: AstNode, negated: boolean): Translated | undefined {
    const [subject, argument] = nodesOf(node['children']);
    if (subject !== undefined && argument !== undefined && isListOfValues(subject)) {
      return this.readMembership(node, subject, argument, negated);
    }
    const target = subject === undefined ? undefined : readTarget(subject, this.columnOf);
    const constant = argument === undefined ? undefined : readConstant(argument);
    if (target === undefined || constant === undefined || negated) return undefined;
    const { path, type } = target;
    const isText = type.kind === 'string' && type.as === 'text' && constant.kind === 'text';
    switch (textMember(node, 'function_name')) {
      case 'prefix':
      case 'starts_with':
      case '^@':
        return isText ? beginsWith(path, constant.text) : undefined;
      case 'contains':
      case 'list_contains':
      case 'list_has':
      case 'array_contains':
      case 'array_has': {
        if (isText) return constant.text === '' ? beginsWith(path, '') : containing(path, { S: constant.text });
        const value = type.kind === 'list' || type.kind === 'set' ? operandFor(type.element, constant) : undefined;
        return value === undefined ? undefined : containing(path, value);
      }
      default:
        return undefined;
    }
  }

  /** `x IN ?` with a list as the parameter, and `x = ANY(['a', 'b'])`: `contains(['a', 'b'], x)`. */
  private readMembership(node: AstNode, list: AstNode, element: AstNode, negated: boolean): Translated | undefined {
    if (negated || !LIST_CONTAINS.has(textMember(node, 'function_name'))) return undefined;
    return this.readIn(element, nodesOf(list['children']), false);
  }

  /** A boolean column by itself: `WHERE active`. */
  private readFlag(node: AstNode, negated: boolean): Translated | undefined {
    const target = readTarget(node, this.columnOf);
    if (target?.type.kind !== 'boolean') return undefined;
    return { predicate: { kind: 'compare', path: target.path, op: '=', value: { BOOL: !negated } }, exact: true };
  }
}

function operands(type: ColumnType, constants: readonly Constant[]): AttributeValue[] | undefined {
  const values = constants.map((constant) => operandFor(type, constant));
  return values.every((value) => value !== undefined) ? values : undefined;
}

function isRow(node: AstNode): boolean {
  return node['class'] === 'FUNCTION' && node['function_name'] === 'row';
}

function isListOfValues(node: AstNode): boolean {
  return node['class'] === 'FUNCTION' && node['function_name'] === 'list_value';
}
