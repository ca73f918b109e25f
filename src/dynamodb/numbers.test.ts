import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalNumber, compareNumbers, isSafeJsonNumber, parseNumber } from './numbers.js';

/** Integral digits and an exponent: any value that DynamoDB can hold, and its exact text. */
const dynamodbNumber = fc
  .tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.integer({ min: -90, max: 80 }))
  .map(([digits, exponent]) => ({ digits, exponent, text: `${digits}E${exponent}` }));

describe('parseNumber', () => {
  it.each([
    ['0', { negative: false, digits: '', magnitude: 0, integerDigits: 0, fractionDigits: 0 }],
    ['-0', { negative: false, digits: '', magnitude: 0, integerDigits: 0, fractionDigits: 0 }],
    ['0.000', { negative: false, digits: '', magnitude: 0, integerDigits: 0, fractionDigits: 0 }],
    ['100', { negative: false, digits: '1', magnitude: 3, integerDigits: 3, fractionDigits: 0 }],
    ['5.00', { negative: false, digits: '5', magnitude: 1, integerDigits: 1, fractionDigits: 0 }],
    ['-12.50', { negative: true, digits: '125', magnitude: 2, integerDigits: 2, fractionDigits: 1 }],
    ['0.00123', { negative: false, digits: '123', magnitude: -2, integerDigits: 0, fractionDigits: 5 }],
    ['1e-5', { negative: false, digits: '1', magnitude: -4, integerDigits: 0, fractionDigits: 5 }],
    ['1E+100', { negative: false, digits: '1', magnitude: 101, integerDigits: 101, fractionDigits: 0 }],
    ['+.5', { negative: false, digits: '5', magnitude: 0, integerDigits: 0, fractionDigits: 1 }],
    ['007.', { negative: false, digits: '7', magnitude: 1, integerDigits: 1, fractionDigits: 0 }],
  ])('takes %s apart', (text, parts) => {
    expect(parseNumber(text)).toEqual(parts);
  });

  it.each(['', '-', '.', 'NaN', 'Infinity', '1e', '0x10', '1_000', ' 1', '1,5'])('refuses %j', (text) => {
    expect(() => parseNumber(text)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });
});

describe('canonicalNumber', () => {
  it.each([
    ['-0.0', '0'],
    ['1E2', '100'],
    ['0100.0', '100'],
    ['-1.50', '-1.5'],
    ['.5', '0.5'],
    ['1e-7', '0.0000001'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['1E37', `1${'0'.repeat(37)}`],
    ['1E38', '1E+38'],
    ['-12345E100', '-1.2345E+104'],
    ['1.5E-130', '1.5E-130'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical);
  });

  it('writes equal values alike and unequal values differently', () => {
    fc.assert(
      fc.property(dynamodbNumber, dynamodbNumber, (a, b) => {
        const same = compareExactly(a, b) === 0;
        expect(canonicalNumber(a.text) === canonicalNumber(b.text)).toBe(same);
        expect(canonicalNumber(`${a.digits}0E${a.exponent - 1}`)).toBe(canonicalNumber(a.text));
      }),
    );
  });
});

describe('compareNumbers', () => {
  it('orders by value, to the last of 38 digits', () => {
    const ordered = [
      '-1E100',
      '-10',
      '-9.99',
      '-0.001',
      '0',
      '1E-130',
      '0.1',
      '0.10000000000000000000000000000000000001',
      '2',
      '10',
      '12345678901234567890123456789012345677',
      '12345678901234567890123456789012345678',
      '9E125',
    ];
    expect([...ordered].reverse().sort(compareNumbers)).toEqual(ordered);
  });

  it('agrees with whole-number arithmetic', () => {
    fc.assert(
      fc.property(dynamodbNumber, dynamodbNumber, (a, b) => {
        expect(Math.sign(compareNumbers(a.text, b.text))).toBe(compareExactly(a, b));
      }),
    );
  });
});

describe('isSafeJsonNumber', () => {
  it.each(['0', '-1', '123456789012345', '0.1', '1E100', '-1.5E-120', '100000000000000000000', '1234567.12345678'])(
    'lets %s through',
    (text) => expect(isSafeJsonNumber(text)).toBe(true),
  );

  it.each(['1234567890123456', '9007199254740993', '0.1234567890123456', '1E400', '1E-400'])('holds %s back', (text) =>
    expect(isSafeJsonNumber(text)).toBe(false),
  );

  it('lets through only what a double gives back unchanged', () => {
    fc.assert(
      fc.property(dynamodbNumber, ({ text }) => {
        if (isSafeJsonNumber(text)) expect(compareNumbers(String(JSON.parse(text)), text)).toBe(0);
      }),
    );
  });
});

type Exact = { readonly digits: bigint; readonly exponent: number };

function compareExactly(a: Exact, b: Exact): number {
  const scaled = ({ digits, exponent }: Exact) => digits * 10n ** BigInt(exponent + 90);
  const difference = scaled(a) - scaled(b);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
