/** A number as an integer times ten to the power of minus `scale`; the test's own arithmetic, apart from the gateway's. */
export interface ExactNumber {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** Reads `-12.50`, `1E-10`, `9.9E+125`. The scale is the least that holds the value, and never negative. */
export function exactNumber(text: string): ExactNumber {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  let unscaled = BigInt(`${whole}${fraction}`);
  let scale = fraction.length - Number(exponent);
  if (scale < 0) {
    unscaled *= 10n ** BigInt(-scale);
    scale = 0;
  }
  while (scale > 0 && unscaled % 10n === 0n) {
    unscaled /= 10n;
    scale -= 1;
  }
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale };
}

/** All digits without an exponent, with at least `scale` of them after the point. */
export function plainDigits(number: ExactNumber, scale = number.scale): string {
  const padded = number.unscaled * 10n ** BigInt(Math.max(0, scale - number.scale));
  const digits = (padded < 0n ? -padded : padded).toString();
  const places = Math.max(scale, number.scale);
  const text = digits.padStart(places + 1, '0');
  const sign = padded < 0n ? '-' : '';
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** How many digits stand before the point; 0 for 0.5. */
export function integerDigits({ unscaled, scale }: ExactNumber): number {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  return unscaled === 0n ? 0 : Math.max(0, digits.length - scale);
}
