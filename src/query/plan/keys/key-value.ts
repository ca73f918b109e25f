import type { AttributeValue } from '../../../dynamodb/attribute-value.js';
import { canonicalNumber, compareNumbers } from '../../../dynamodb/numbers.js';

/** Partition keys hold at most 2048 bytes, sort keys 1024 (dynamodb-numbers.md 6). */
export const PARTITION_KEY_BYTES = 2048;
export const SORT_KEY_BYTES = 1024;

/** Order of sort keys: numbers by value, text by UTF-8 bytes, binary by unsigned bytes (dynamodb-numbers.md 5). */
export function compareKeyValues(a: AttributeValue, b: AttributeValue): number {
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  return Buffer.compare(keyBytes(a), keyBytes(b));
}

/** One text per key value, so that `1` and `1.0` are told to be the same key. */
export function keyIdentity(value: AttributeValue): string {
  return 'N' in value ? `N${canonicalNumber(value.N)}` : JSON.stringify(value);
}

/** Whether a key attribute can hold the value at all: text and binary keys are never empty, nor longer than `maxBytes`. */
export function canBeKey(value: AttributeValue, maxBytes: number): boolean {
  if ('N' in value) return true;
  const { length } = keyBytes(value);
  return length > 0 && length <= maxBytes;
}

function keyBytes(value: AttributeValue): Buffer {
  if ('S' in value) return Buffer.from(value.S, 'utf8');
  if ('B' in value) return Buffer.from(value.B, 'base64');
  return Buffer.from(JSON.stringify(value), 'utf8');
}
