import type { AttributeValue } from '../../../src/dynamodb/attribute-value.js';

/** A parsed FilterExpression or KeyConditionExpression, with the names and values of its placeholders in place. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Condition[] }
  | { readonly kind: 'not'; readonly term: Condition }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly subject: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly subject: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly operands: readonly Operand[] };

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'size'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue };

/** An attribute, then map members and list positions inside it. */
export type Path = readonly [string, ...(string | number)[]];

export const COMPARE_OPS = ['=', '<>', '<', '<=', '>', '>='] as const;
export type CompareOp = (typeof COMPARE_OPS)[number];

export const FUNCTION_NAMES = [
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** Every top-level attribute that the condition reads. */
export function attributesOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.flatMap(attributesOf);
    case 'not':
      return attributesOf(condition.term);
    case 'compare':
      return ofOperands([condition.left, condition.right]);
    case 'between':
      return ofOperands([condition.subject, condition.low, condition.high]);
    case 'in':
      return ofOperands([condition.subject, ...condition.list]);
    case 'call':
      return ofOperands(condition.operands);
  }
}

function ofOperands(operands: readonly Operand[]): string[] {
  return operands.flatMap((operand) => (operand.kind === 'value' ? [] : [operand.path[0]]));
}
