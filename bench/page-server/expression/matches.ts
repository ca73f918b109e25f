import type { AttributeValue, Item } from '../../../src/dynamodb/attribute-value.js';
import { invalid } from '../answer/refusal.js';
import type { CompareOp, Condition, Operand, Path } from './condition.js';
import { compareValues, identity } from './values.js';

/** Whether the item fulfils the condition, by DynamoDB's rules (dynamodb-numbers.md 5): types are never converted. */
export function matches(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.terms.every((term) => matches(term, item));
    case 'or':
      return condition.terms.some((term) => matches(term, item));
    case 'not':
      return !matches(condition.term, item);
    case 'compare':
      return compare(condition.op, operandValue(condition.left, item), operandValue(condition.right, item));
    case 'between': {
      const subject = operandValue(condition.subject, item);
      return (
        compare('>=', subject, operandValue(condition.low, item)) &&
        compare('<=', subject, operandValue(condition.high, item))
      );
    }
    case 'in': {
      const subject = operandValue(condition.subject, item);
      return condition.list.some((operand) => compare('=', subject, operandValue(operand, item)));
    }
    case 'call':
      return call(condition, item);
  }
}

function call({ name, operands }: Condition & { readonly kind: 'call' }, item: Item): boolean {
  const [subject, other] = operands.map((operand) => operandValue(operand, item));
  switch (name) {
    case 'attribute_exists':
      return subject !== undefined;
    case 'attribute_not_exists':
      return subject === undefined;
    case 'attribute_type':
      return subject !== undefined && other !== undefined && 'S' in other && other.S in subject;
    case 'begins_with':
      return beginsWith(subject, other);
    case 'contains':
      return contains(subject, other);
  }
}

/** `<>` is the only comparison that is true of a missing attribute. */
function compare(op: CompareOp, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (op === '<>') return !compare('=', left, right);
  if (left === undefined || right === undefined) return false;
  if (op === '=') return left === right || identity(left) === identity(right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  return op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
}

function beginsWith(subject: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (subject === undefined || prefix === undefined) return false;
  if ('S' in subject && 'S' in prefix) return subject.S.startsWith(prefix.S);
  if (!('B' in subject && 'B' in prefix)) return false;
  const start = Buffer.from(prefix.B, 'base64');
  return Buffer.from(subject.B, 'base64').subarray(0, start.length).equals(start);
}

function contains(subject: AttributeValue | undefined, element: AttributeValue | undefined): boolean {
  if (subject === undefined || element === undefined) return false;
  if ('S' in subject) return 'S' in element && subject.S.includes(element.S);
  if ('B' in subject) return 'B' in element && Buffer.from(subject.B, 'base64').includes(element.B, 0, 'base64');
  if ('SS' in subject) return 'S' in element && subject.SS.includes(element.S);
  if ('BS' in subject) return 'B' in element && subject.BS.includes(element.B);
  if ('NS' in subject)
    return 'N' in element && subject.NS.some((member) => identity({ N: member }) === identity(element));
  return 'L' in subject && subject.L.some((member) => identity(member) === identity(element));
}

function operandValue(operand: Operand, item: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path':
      return valueAt(operand.path, item);
    case 'size': {
      const value = valueAt(operand.path, item);
      return value === undefined ? undefined : { N: String(sizeOf(value)) };
    }
  }
}

function valueAt([attribute, ...steps]: Path, item: Item): AttributeValue | undefined {
  let value: AttributeValue | undefined = Object.hasOwn(item, attribute) ? item[attribute] : undefined;
  for (const step of steps) {
    if (value === undefined) return undefined;
    if (typeof step === 'number') value = 'L' in value ? value.L[step] : undefined;
    else value = 'M' in value && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
  }
  return value;
}

function sizeOf(value: AttributeValue): number {
  if ('S' in value) return value.S.length;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('M' in value) return Object.keys(value.M).length;
  if ('L' in value) return value.L.length;
  const members = 'SS' in value ? value.SS : 'NS' in value ? value.NS : 'BS' in value ? value.BS : undefined;
  if (members === undefined) throw invalid('size() of a number, boolean or null');
  return members.length;
}
