import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readsBackExactly } from './exact-number.js';

test('whatever is called exact has the same digits after a way through a double', () => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.nat(38), (unscaled, scale) => {
      const digits = decimal(unscaled, scale);
      if (!readsBackExactly(digits)) return;
      const significant = digits.replace(/\D/g, '').replace(/^0+|0+$/g, '').length;
      const rounded = Number(digits).toExponential(Math.max(0, significant - 1));
      expect(sameValue(rounded, unscaled, scale)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('numbers of up to 15 digits, zeros at the ends not counted, are exact', () => {
  for (const digits of ['0', '-0.50', '123456789012345', '0.000000123456789012345', '1234567890123450000000.00']) {
    expect([digits, readsBackExactly(digits)]).toEqual([digits, true]);
  }
});

test('of longer numbers only whole ones up to 2^53-1 are', () => {
  const answers = ['9007199254740991', '-9007199254740991.00', '9007199254740992', '9007199254740993'].map(
    readsBackExactly,
  );
  expect(answers).toEqual([true, true, false, false]);
  expect(readsBackExactly('1234567890123.456')).toBe(false);
  expect(readsBackExactly('9007199254740991.5')).toBe(false);
});

function decimal(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
}

/** Whether a number like `1.25e-7` is unscaled / 10^scale. */
function sameValue(exponential: string, unscaled: bigint, scale: number): boolean {
  const [mantissa = '', exponent] = exponential.split('e');
  const shift = Number(exponent) - (mantissa.split('.')[1]?.length ?? 0) + scale;
  const digits = BigInt(mantissa.replace('.', ''));
  return shift >= 0 ? digits * 10n ** BigInt(shift) === unscaled : digits === unscaled * 10n ** BigInt(-shift);
}
