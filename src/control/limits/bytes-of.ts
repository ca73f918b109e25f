import type { ResultValue } from '../../query/result.js';

/** Bytes of a value: text and binary as long as they are, others as wide as they are kept. */
export function bytesOf(value: ResultValue): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value);
    case 'boolean':
      return 1;
    case 'number':
      return 8;
    case 'bigint':
      return 16;
    default:
      if (value === null) return 1;
      if (value instanceof Uint8Array) return value.byteLength;
      if ('tag' in value) return bytesOf(value.tag) + bytesOf(value.value);
      return value.reduce<number>((sum, each) => sum + bytesOf(each), 0);
  }
}
