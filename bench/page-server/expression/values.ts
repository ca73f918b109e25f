import type { AttributeValue } from '../../../src/dynamodb/attribute-value.js';
import { canonicalNumber, compareNumbers } from '../../../src/dynamodb/numbers.js';

/** Order of two values of the same ordered type (S, N, B); undefined for all others, which DynamoDB does not compare. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  if ('S' in a && 'S' in b) return compareText(a.S, b.S);
  if ('B' in a && 'B' in b) return Buffer.compare(Buffer.from(a.B, 'base64'), Buffer.from(b.B, 'base64'));
  return undefined;
}

/** One text per value, whatever the spelling of its numbers and the order of its sets and maps. */
export function identity(value: AttributeValue): string {
  if ('N' in value) return `N${canonicalNumber(value.N)}`;
  if ('NS' in value) return `NS${JSON.stringify(value.NS.map(canonicalNumber).sort())}`;
  if ('SS' in value) return `SS${JSON.stringify(value.SS.toSorted())}`;
  if ('BS' in value) return `BS${JSON.stringify(value.BS.toSorted())}`;
  if ('L' in value) return `L[${value.L.map(identity).join()}]`;
  if ('M' in value) {
    const members = Object.entries(value.M).map(([name, member]) => `${JSON.stringify(name)}:${identity(member)}`);
    return `M{${members.sort().join()}}`;
  }
  return JSON.stringify(value);
}

/** By UTF-8 bytes. Plain ASCII, which is most of it, needs no encoding for that. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return ASCII.test(a) && ASCII.test(b) ? (a < b ? -1 : 1) : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const ASCII = /^[\0-\x7e]*$/;
