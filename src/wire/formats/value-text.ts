import type { ResultType, ResultValue } from '../../query/result.js';
import { base64, jsonWriter, unionWriter } from './json-value.js';
import { bytesOf, numberOf, textOf } from './value-shape.js';

/**
 * Returns the function that writes values of a type as plain text, for CSV fields and table cells; NULL gives null. Text
 * stays as it is, lists, structs and maps are JSON, blobs base64, and every number has all of its digits.
 */
export function textWriter(type: ResultType): (value: ResultValue) => string | null {
  const write = presentValueWriter(type);
  return (value) => (value === null ? null : write(value));
}

function presentValueWriter(type: ResultType): (value: ResultValue) => string | null {
  switch (type.kind) {
    case 'boolean':
    case 'integer':
      return String;
    case 'float':
      return (value) => floatText(numberOf(value), type.bits);
    case 'blob':
      return (value) => base64(bytesOf(value));
    case 'list':
    case 'struct':
    case 'map':
      return jsonWriter(type);
    case 'union':
      return unionWriter(type.members, textWriter);
    case 'null':
      return () => null;
    case 'decimal':
    case 'text':
    case 'json':
    case 'enum':
    case 'uuid':
    case 'bit':
    case 'temporal':
      return textOf;
  }
}

/** The shortest digits that give the same value in the float's own width: a REAL shows as 0.1, not 0.10000000149011612. */
function floatText(value: number, bits: 32 | 64): string {
  if (Object.is(value, -0)) return '-0';
  if (bits === 64 || !Number.isFinite(value)) return String(value);
  // Every 32-bit float is told apart by 9 digits, many by 6 (FLT_DECIMAL_DIG and FLT_DIG).
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}
