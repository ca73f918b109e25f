import { attributeTypeOf } from '../../catalog/column-type.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import type { AttributePath, CompareOp, Predicate, Translated } from '../plan/conditions/predicate.js';
import { type Constant, operandFor } from './constants.js';
import { looseRange } from './double-range.js';
import { compareParsed } from './parsed-text.js';
import { isNumber, type Target } from './read-target.js';

/** `target op constant`; undefined where DynamoDB could not compare as SQL does. */
export function compare(target: Target, op: CompareOp, constant: Constant): Translated | undefined {
  const { path, type, asDouble } = target;
  // SQL compares as DOUBLE what is compared with one.
  if (asDouble || type.kind === 'double' || constant.kind === 'double') {
    const isNumeric = isNumber(type) && (constant.kind === 'number' || constant.kind === 'double');
    return isNumeric ? looseRange(path, op, constant.text) : undefined;
  }
  if (type.kind === 'string' && type.as !== 'text') return compareParsed({ path, as: type.as }, op, constant);
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
export function beginsWith(path: AttributePath, prefix: string): Translated {
  if (prefix === '') return { predicate: { kind: 'present', path, type: 'S' }, exact: true };
  return { predicate: { kind: 'begins-with', path, prefix }, exact: true };
}

/** DynamoDB's `contains` also looks into sets and lists, whatever the column reads. */
export function containing(path: AttributePath, value: AttributeValue): Translated {
  return { predicate: { kind: 'contains', path, value }, exact: false };
}

/** AND: a term that is not understood makes it wider. */
export function conjunction(terms: readonly (Translated | undefined)[]): Translated | undefined {
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
export function disjunction(terms: readonly (Translated | undefined)[]): Translated | undefined {
  const known = terms.filter((term) => term !== undefined);
  const [only] = known;
  if (only === undefined || known.length < terms.length) return undefined;
  const exact = known.every((term) => term.exact);
  return {
    predicate: known.length === 1 ? only.predicate : { kind: 'or', terms: known.map((term) => term.predicate) },
    exact,
  };
}
