import type { ResultValue } from '../../query/result.js';

/** Which of the values are there, as Arrow keeps it; no bitmap when all are. */
export interface Validity {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | undefined;
}

/** The validity of some values: bit i, counted from the least significant bit of the first byte, is 1 unless value i is null. */
export function validityOf(values: readonly ResultValue[]): Validity {
  const nullBitmap = bitmapOf(values, (value) => value !== null);
  const nullCount = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0);
  return { length: values.length, nullCount, nullBitmap: nullCount === 0 ? undefined : nullBitmap };
}

/** One bit per value, in the order described above, padded with zeros to whole bytes. */
export function bitmapOf(values: readonly ResultValue[], isSet: (value: ResultValue) => boolean): Uint8Array {
  const bitmap = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, index) => {
    if (isSet(value)) bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bitmap;
}

/** The bytes of all values after one another, and where each begins and ends: offset i to offset i+1. */
export function joinedBytes(values: readonly Uint8Array[]): { data: Uint8Array; valueOffsets: Int32Array } {
  return { data: Buffer.concat(values), valueOffsets: offsetsOf(values.map((value) => value.byteLength)) };
}

/** Running totals of the lengths, beginning with 0; one more than there are lengths. */
export function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  let total = 0;
  lengths.forEach((length, index) => {
    total += length;
    offsets[index + 1] = total;
  });
  return offsets;
}

/** Whole numbers as 128-bit two's complement, least significant byte first: four 32-bit words each. Null becomes 0. */
export function words128(numbers: readonly (bigint | null)[]): Uint32Array {
  const halves = new BigUint64Array(numbers.length * 2);
  numbers.forEach((number, index) => {
    halves[index * 2] = BigInt.asUintN(64, number ?? 0n);
    halves[index * 2 + 1] = BigInt.asUintN(64, (number ?? 0n) >> 64n);
  });
  return new Uint32Array(halves.buffer);
}
