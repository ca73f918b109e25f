import type { ColumnType, NumberType } from '../../catalog/column-type.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { canonicalNumber, parseNumber } from '../../dynamodb/numbers.js';
import { plainJsonOfValue } from '../../dynamodb/plain-json.js';
import type { ResultValue } from '../result.js';

/**
 * The SQL value of an attribute for a column of this type, as DuckDB would give it: NULL for what is missing, NULL or of
 * another type. The type must be wide enough for the value (`widenFor`), and no declared DATE, TIMESTAMP or UUID.
 */
export function decodeValue(type: ColumnType, value: AttributeValue | undefined): ResultValue {
  if (value === undefined || 'NULL' in value) return null;
  switch (type.kind) {
    case 'string':
      return 'S' in value ? value.S : null;
    case 'bigint':
    case 'hugeint':
    case 'decimal':
    case 'double':
      return 'N' in value ? decodeNumber(type, value.N) : null;
    case 'boolean':
      return 'BOOL' in value ? value.BOOL : null;
    case 'binary':
      return 'B' in value ? decodeBinary(value.B) : null;
    case 'set':
      return decodeSet(type, value);
    case 'list':
      return 'L' in value ? value.L.map((element) => decodeValue(type.element, element)) : null;
    case 'struct':
      return 'M' in value ? type.fields.map((field) => decodeValue(field.type, value.M[field.attribute])) : null;
    case 'json':
      return plainJsonOfValue(JSON.stringify(value));
  }
}

function decodeSet(type: ColumnType & { readonly kind: 'set' }, value: AttributeValue): ResultValue {
  const { element } = type;
  if (element.kind === 'string') return 'SS' in value ? value.SS : null;
  if (element.kind === 'binary') return 'BS' in value ? value.BS.map(decodeBinary) : null;
  return 'NS' in value ? value.NS.map((text) => decodeNumber(element, text)) : null;
}

function decodeNumber(type: NumberType, text: string): ResultValue {
  switch (type.kind) {
    case 'double':
      return Number(text);
    case 'bigint':
    case 'hugeint':
      return BigInt(canonicalNumber(text));
    case 'decimal':
      return decimalText(text, type.scale);
  }
}

/** The number with exactly `scale` digits after the point, and one digit at least before it. */
function decimalText(text: string, scale: number): string {
  const { negative, digits, magnitude } = parseNumber(text);
  const scaled = digits === '' ? '0' : digits.padEnd(Math.max(digits.length, magnitude), '0');
  const fractionDigits = Math.max(0, digits.length - magnitude);
  const all = (scaled + '0'.repeat(scale - fractionDigits)).padStart(scale + 1, '0');
  const integer = all.slice(0, all.length - scale);
  return `${negative ? '-' : ''}${integer}${scale === 0 ? '' : `.${all.slice(-scale)}`}`;
}

function decodeBinary(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}
