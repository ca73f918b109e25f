import { attributeTypeOf, type ColumnType } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { type AstNode, isNode, textMember } from '../parse/parse-statement.js';
import type { AttributePath, CompareOp, Predicate, Translated } from '../plan/predicate.js';
import { type Constant, operandFor, readConstant } from './constants.js';
import { looseRange } from './double-range.js';

/** Finds the column that a plan calls by this name. */
export type ColumnLookup = (planName: string) => Column | undefined;

/** What DynamoDB can be asked of an optimized expression; undefined when nothing of it is understood. */
export function readPredicate(node: AstNode, columnOf: ColumnLookup): Translated | undefined {
  return new Reader(columnOf).read(node, false);
}

interface Target {
  readonly path: AttributePath;
  readonly type: ColumnType;
  /** The plan casts the column to DOUBLE before it compares. */
  readonly asDouble: boolean;
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
    const target = this.readTarget(left) ?? this.readTarget(right);
    const constant = readConstant(right) ?? readConstant(left);
    if (target === undefined || constant === undefined) return undefined;
    const written = this.readTarget(left) === undefined ? MIRRORED[op] : op;
    return compare(target, negated ? NEGATED[written] : written, constant);
  }

  /**
   * DuckDB prints BETWEEN for open bounds too (`a > 1 AND a < 9`), so it never means more than its bounds, ends
   * included; what its negation means cannot be told.
   */
  private readBetween(node: AstNode, negated: boolean): Translated | undefined {
    const target = isNode(node['input']) ? this.readTarget(node['input']) : undefined;
    if (target === undefined || negated) return undefined;
    const bound = (member: string, op: CompareOp) => {
      const constant = isNode(node[member]) ? readConstant(node[member]) : undefined;
      return constant === undefined ? undefined : compare(target, op, constant);
    };
    const range = conjunction([bound('lower', '>='), bound('upper', '<=')]);
    return range === undefined ? undefined : { predicate: range.predicate, exact: false };
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
    const target = this.readTarget(node);
    // A declared text type that cannot be parsed reads as NULL, which DynamoDB cannot see.
    if (target === undefined || isParsed(target.type)) return undefined;
    const type = attributeTypeOf(target.type);
    return { predicate: { kind: isNull ? 'absent' : 'present', path: target.path, type }, exact: true };
  }

  private readIn(first: AstNode, rest: readonly AstNode[], negated: boolean): Translated | undefined {
    if (isRow(first)) return this.readRowIn(first, rest, negated);
    const target = this.readTarget(first);
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
            const target = this.readTarget(field);
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
    const target = subject === undefined ? undefined : this.readTarget(subject);
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
    const target = this.readTarget(node);
    if (target?.type.kind !== 'boolean') return undefined;
    return { predicate: { kind: 'compare', path: target.path, op: '=', value: { BOOL: !negated } }, exact: true };
  }

  /** A column, a member of its maps, an element of its lists, or one of these behind a cast that loses nothing. */
  private readTarget(node: AstNode): Target | undefined {
    if (node['class'] === 'COLUMN_REF') {
      const names = Array.isArray(node['column_names']) ? node['column_names'] : [];
      const column = names.length === 1 ? this.columnOf(String(names[0])) : undefined;
      return column === undefined ? undefined : { path: [column.attribute], type: column.type, asDouble: false };
    }
    if (node['class'] === 'CAST') return this.readCastTarget(node);
    if (node['class'] !== 'FUNCTION') return undefined;
    const [inner, member] = nodesOf(node['children']);
    const parent = inner === undefined ? undefined : this.readTarget(inner);
    const constant = member === undefined ? undefined : readConstant(member);
    if (parent === undefined || constant === undefined || parent.asDouble) return undefined;
    if (node['function_name'] === 'struct_extract' && parent.type.kind === 'struct' && constant.kind === 'text') {
      const wanted = constant.text.toLowerCase();
      const field = parent.type.fields.find(({ name }) => name.toLowerCase() === wanted);
      return field === undefined
        ? undefined
        : { path: [...parent.path, field.attribute], type: field.type, asDouble: false };
    }
    const index = constant.kind === 'number' ? Number(constant.text) : 0;
    if (node['function_name'] === 'array_extract' && parent.type.kind === 'list' && index >= 1 && index <= 1000) {
      return { path: [...parent.path, index - 1], type: parent.type.element, asDouble: false };
    }
    return undefined;
  }

  private readCastTarget(node: AstNode): Target | undefined {
    const { child, cast_type: cast, try_cast: tryCast } = node;
    const target = isNode(child) ? this.readTarget(child) : undefined;
    if (target === undefined || !isNode(cast) || tryCast === true || target.asDouble) return undefined;
    if (cast['id'] === 'DOUBLE' && isNumber(target.type)) return { ...target, asDouble: true };
    return isExactCast(target.type, cast) ? target : undefined;
  }
}

function compare(target: Target, op: CompareOp, constant: Constant): Translated | undefined {
  const { path, type, asDouble } = target;
  if (asDouble || type.kind === 'double')
    return constant.kind === 'number' ? looseRange(path, op, constant.text) : undefined;
  const value = operandFor(type, constant);
  if (value === undefined) return undefined;
  const comparison: Predicate = { kind: 'compare', path, op, value };
  // DynamoDB refuses to order booleans.
  if ('BOOL' in value && op !== '=' && op !== '<>') {
    return { predicate: { kind: 'present', path, type: 'BOOL' }, exact: false };
  }
  if (op !== '<>') return { predicate: comparison, exact: true };
  // DynamoDB finds a missing attribute, or one of another type, unequal to anything; SQL finds it NULL.
  return {
    predicate: { kind: 'and', terms: [{ kind: 'present', path, type: attributeTypeOf(type) }, comparison] },
    exact: true,
  };
}

/** Every text begins with the empty one; DynamoDB need not be asked whether it agrees. */
function beginsWith(path: AttributePath, prefix: string): Translated {
  if (prefix === '') return { predicate: { kind: 'present', path, type: 'S' }, exact: true };
  return { predicate: { kind: 'begins-with', path, prefix }, exact: true };
}

/** DynamoDB's `contains` also looks into sets and lists, whatever the column reads. */
function containing(path: AttributePath, value: AttributeValue): Translated {
  return { predicate: { kind: 'contains', path, value }, exact: false };
}

/** AND: a term that is not understood makes it wider. */
function conjunction(terms: readonly (Translated | undefined)[]): Translated | undefined {
  const known = terms.filter((term) => term !== undefined);
  const [only] = known;
  if (only === undefined) return undefined;
  const exact = known.length === terms.length && known.every((term) => term.exact);
  return {
    predicate: known.length === 1 ? only.predicate : { kind: 'and', terms: known.map((term) => term.predicate) },
    exact,
  };
}

/** OR: every term must be understood. */
function disjunction(terms: readonly (Translated | undefined)[]): Translated | undefined {
  const known = terms.filter((term) => term !== undefined);
  const [only] = known;
  if (only === undefined || known.length < terms.length) return undefined;
  const exact = known.every((term) => term.exact);
  return {
    predicate: known.length === 1 ? only.predicate : { kind: 'or', terms: known.map((term) => term.predicate) },
    exact,
  };
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

function nodesOf(value: AstNode[string] | undefined): AstNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isParsed(type: ColumnType): boolean {
  return type.kind === 'string' && type.as !== 'text';
}

function isNumber(type: ColumnType): boolean {
  return ['bigint', 'hugeint', 'decimal', 'double'].includes(type.kind);
}

/** A cast to a DECIMAL of at least the column's scale, or to a wider integer, changes no value. */
function isExactCast(type: ColumnType, cast: AstNode): boolean {
  const scale = type.kind === 'decimal' ? type.scale : 0;
  if (!['bigint', 'hugeint', 'decimal'].includes(type.kind)) return false;
  if (cast['id'] === 'HUGEINT') return scale === 0;
  const info = cast['type_info'];
  return cast['id'] === 'DECIMAL' && isNode(info) && Number(info['scale'] ?? 0) >= scale;
}
