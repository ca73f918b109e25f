import type { AttributeValue, Item } from './attribute-value.js';
import { parseNumber } from './numbers.js';

/** Bytes of an item as DynamoDB counts them for units and for its 400 KB limit (dynamodb-numbers 3): names and values. */
export function itemSize(item: Item): number {
  return sum(Object.entries(item), ([name, value]) => Buffer.byteLength(name) + valueSize(value));
}

/** Bytes of one value, without its name. */
export function valueSize(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('SS' in value) return sum(value.SS, (text) => Buffer.byteLength(text));
  if ('NS' in value) return sum(value.NS, numberSize);
  if ('BS' in value) return sum(value.BS, (text) => Buffer.byteLength(text, 'base64'));
  if ('L' in value) return NESTING + sum(value.L, (element) => 1 + valueSize(element));
  if ('M' in value) {
    return NESTING + sum(Object.entries(value.M), ([name, member]) => 1 + Buffer.byteLength(name) + valueSize(member));
  }
  return 1; // BOOL and NULL
}

/** What a list or map costs before its first element. */
const NESTING = 3;

/** Two significant digits fit in a byte, on each side of the point for itself; zeros at either end take no room. */
function numberSize(text: string): number {
  const { negative, digits, integerDigits } = parseNumber(text);
  if (digits === '') return 1;
  const before = Math.min(digits.length, integerDigits);
  const after = digits.length - before;
  return 1 + Math.ceil(before / 2) + Math.ceil(after / 2) + (negative ? 1 : 0);
}

function sum<T>(values: readonly T[], size: (value: T) => number): number {
  return values.reduce((total, value) => total + size(value), 0);
}
