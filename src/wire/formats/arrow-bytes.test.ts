import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { ResultType, ResultValue } from '../../query/result.js';
import { arrowRows } from './arrow-format.js';

const text: ResultType = { kind: 'text', sql: 'VARCHAR' };
const hugeint: ResultType = { kind: 'integer', bits: 128, signed: true, sql: 'HUGEINT' };
const decimal: ResultType = { kind: 'decimal', precision: 38, scale: 2, sql: 'DECIMAL(38,2)' };

describe('the bytes of a record batch, computed by hand', () => {
  test('decimals are 128-bit two-complement numbers, least significant byte first, after their validity', async () => {
    expect(await bodyWords(decimal, ['1.00', null, '-0.01', '184467440737095516.16'])).toEqual([
      '0d00000000000000', // rows 0, 2 and 3: 1 + 4 + 8
      '6400000000000000',
      '0000000000000000', // 100
      '0000000000000000',
      '0000000000000000',
      'ffffffffffffffff',
      'ffffffffffffffff', // -1
      '0000000000000000',
      '0100000000000000', // 2^64
    ]);
  });

  test('128-bit integers are decimals without a fraction', async () => {
    expect(await bodyWords(hugeint, [-2n, 10n ** 38n - 1n])).toEqual([
      'feffffffffffffff',
      'ffffffffffffffff',
      'ffffffff3f228a09',
      '7ac4865aa84c3b4b', // 0x4b3b4ca85a86c47a098a223fffffffff
    ]);
  });

  test('booleans are bits, and so is which of them are there', async () => {
    const boolean: ResultType = { kind: 'boolean', sql: 'BOOLEAN' };
    expect(await bodyWords(boolean, [true, null, false, true])).toEqual(['0d00000000000000', '0900000000000000']);
  });

  test('small integers are padded to 8 bytes, and without nulls there is no validity', async () => {
    const smallint: ResultType = { kind: 'integer', bits: 16, signed: true, sql: 'SMALLINT' };
    expect(await bodyWords(smallint, [1, 2, -2])).toEqual(['01000200feff0000']);
  });

  test('text is offsets and UTF-8', async () => {
    expect(await bodyWords(text, ['é', null, 'ab'])).toEqual([
      '0500000000000000',
      '0000000002000000',
      '0200000004000000',
      'c3a9616200000000',
    ]);
  });
});

/** The body of the one record batch, eight bytes after eight, in hexadecimal. */
async function bodyWords(type: ResultType, values: readonly ResultValue[]): Promise<string[]> {
  async function* batches() {
    yield values.map((value) => [value]);
  }
  const bytes = Buffer.from(await buffer(arrowRows([{ name: 'c', type }], batches())));
  // Each message: ff ff ff ff, the length of its description, the description, its body. The schema has no body, and
  // after the body of the batch come the 8 bytes of the end mark.
  const schemaEnd = 8 + bytes.readInt32LE(4);
  const bodyStart = schemaEnd + 8 + bytes.readInt32LE(schemaEnd + 4);
  const hex = bytes.subarray(bodyStart, -8).toString('hex');
  return hex.match(/.{16}/g) ?? [];
}
