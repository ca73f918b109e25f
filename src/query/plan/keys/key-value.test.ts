import { describe, expect, test } from 'vitest';
import { canBeKey, compareKeyValues, keyIdentity, PARTITION_KEY_BYTES, SORT_KEY_BYTES } from './key-value.js';

const binary = (...bytes: number[]) => ({ B: Buffer.from(bytes).toString('base64') });

describe('compareKeyValues', () => {
  test('orders numbers by value, at any number of digits', () => {
    const numbers = [
      '-12345678901234567890123456789012345678',
      '-1',
      '0',
      '1E-130',
      '0.5',
      '9',
      '10',
      '1.1E1',
      '9E125',
    ];
    for (const [i, a] of numbers.entries()) {
      for (const [j, b] of numbers.entries()) {
        expect(Math.sign(compareKeyValues({ N: a }, { N: b })), `${a} and ${b}`).toBe(Math.sign(i - j));
      }
    }
  });

  test('orders text by UTF-8 bytes, where a character beyond U+FFFF comes after one below', () => {
    // In UTF-16, the surrogates of U+1D11E come before U+FFEE.
    const texts = ['', 'A', 'Z', 'a', 'é', '\uffee', '\u{1d11e}'];
    expect(texts.map((S) => ({ S })).toSorted(compareKeyValues)).toEqual(texts.map((S) => ({ S })));
  });

  test('orders binary by unsigned bytes', () => {
    const values = [binary(), binary(0), binary(0, 0), binary(1), binary(0x7f), binary(0x80), binary(0xff)];
    expect(values.toReversed().toSorted(compareKeyValues)).toEqual(values);
  });
});

describe('keyIdentity', () => {
  test('is the same for two spellings of one number, and for nothing else', () => {
    expect(keyIdentity({ N: '1' })).toBe(keyIdentity({ N: '1.00' }));
    expect(keyIdentity({ N: '1' })).not.toBe(keyIdentity({ S: '1' }));
    expect(keyIdentity({ S: 'AA==' })).not.toBe(keyIdentity({ B: 'AA==' }));
  });
});

describe('canBeKey', () => {
  test('refuses empty text and empty binary, which no key can be', () => {
    expect(canBeKey({ S: '' }, SORT_KEY_BYTES)).toBe(false);
    expect(canBeKey({ B: '' }, SORT_KEY_BYTES)).toBe(false);
    expect(canBeKey({ N: '0' }, SORT_KEY_BYTES)).toBe(true);
  });

  test('counts bytes, not characters, up to 2048 for partition keys and 1024 for sort keys', () => {
    expect(canBeKey({ S: 'é'.repeat(1024) }, PARTITION_KEY_BYTES)).toBe(true);
    expect(canBeKey({ S: `${'é'.repeat(1024)}a` }, PARTITION_KEY_BYTES)).toBe(false);
    expect(canBeKey({ S: 'é'.repeat(512) }, SORT_KEY_BYTES)).toBe(true);
    expect(canBeKey({ S: 'é'.repeat(513) }, SORT_KEY_BYTES)).toBe(false);
  });
});
