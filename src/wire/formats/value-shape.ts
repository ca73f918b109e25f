import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ResultValue } from '../../query/result.js';

/** The value as text; for the kinds whose values are strings. Throws INTERNAL when it is something else. */
export function textOf(value: ResultValue): string {
  return typeof value === 'string' ? value : unexpected('text', value);
}

/** The value as a number; for floats and for integers of up to 32 bits. Throws INTERNAL when it is something else. */
export function numberOf(value: ResultValue): number {
  return typeof value === 'number' ? value : unexpected('a number', value);
}

/** The value as a bigint; for integers of 64 bits and more. Throws INTERNAL when it is something else. */
export function bigintOf(value: ResultValue): bigint {
  return typeof value === 'bigint' ? value : unexpected('a bigint', value);
}

/** The bytes of a blob. Throws INTERNAL when the value is something else. */
export function bytesOf(value: ResultValue): Uint8Array {
  return value instanceof Uint8Array ? value : unexpected('bytes', value);
}

/** The values of a list, a struct, a map or one entry of a map. Throws INTERNAL when the value is something else. */
export function listOf(value: ResultValue): readonly ResultValue[] {
  // Array.isArray does not narrow to a readonly array, so its answer is spelled out.
  return Array.isArray(value) ? (value as readonly ResultValue[]) : unexpected('an array', value);
}

/** The key and the value of one entry of a map. Throws INTERNAL when it is not a pair. */
export function entryOf(value: ResultValue): readonly [ResultValue, ResultValue] {
  const [key, entryValue, ...others] = listOf(value);
  if (key === undefined || entryValue === undefined || others.length > 0) return unexpected('a pair', value);
  return [key, entryValue];
}

/** The tag and the value of a union. Throws INTERNAL when the value is something else. */
export function unionOf(value: ResultValue): { readonly tag: string; readonly value: ResultValue } {
  if (typeof value === 'object' && value !== null && 'tag' in value) return value;
  return unexpected('a union', value);
}

function unexpected(wanted: string, value: ResultValue): never {
  throw new HeadgateError(
    'INTERNAL',
    `A result value should be ${wanted} and is ${value === null ? 'null' : typeof value}.`,
  );
}
