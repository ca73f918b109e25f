import { HeadgateError } from '../base/errors/headgate-error.js';

/** A DynamoDB number taken apart, exactly: its value is `0.<digits>` times ten to the power of `magnitude`, with the sign. */
export interface NumberParts {
  /** False for zero. */
  readonly negative: boolean;
  /** The significant digits, without leading and trailing zeros; empty for zero. */
  readonly digits: string;
  readonly magnitude: number;
  /** Digits before the point: 3 for 100 and for 123.4, 0 for 0.5 and for 0. */
  readonly integerDigits: number;
  /** Digits after the point that count: 2 for 1.25, 1 for 1.50, 3 for 0.001, 0 for 5.00. */
  readonly fractionDigits: number;
}

/** Reads the text of an N value: plain or with an exponent, at any length. Throws INTERNAL when it is not a number. */
export function parseNumber(text: string): NumberParts {
  const match = NUMBER.exec(text);
  const [, sign, integer = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || integer.length + fraction.length === 0) throw notANumber(text);
  const all = integer + fraction;
  const first = firstNonZero(all);
  if (first === all.length) return ZERO;
  const digits = all.slice(first, endOfDigits(all));
  const magnitude = integer.length - first + Number(exponent);
  return {
    negative: sign === '-',
    digits,
    magnitude,
    integerDigits: Math.max(0, magnitude),
    fractionDigits: Math.max(0, digits.length - magnitude),
  };
}

/** The one text of a value: `100` for `1E2` and `0100.0`. Plain notation up to 38 places either side of the point. */
export function canonicalNumber(text: string): string {
  const { negative, digits, magnitude, integerDigits, fractionDigits } = parseNumber(text);
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (integerDigits > MAX_PLAIN_PLACES || fractionDigits > MAX_PLAIN_PLACES) {
    const exponent = magnitude - 1;
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits[0]}${rest}E${exponent < 0 ? '' : '+'}${exponent}`;
  }
  const integer = magnitude > 0 ? digits.slice(0, magnitude).padEnd(magnitude, '0') : '0';
  const fraction = magnitude > 0 ? digits.slice(magnitude) : '0'.repeat(-magnitude) + digits;
  return fraction === '' ? sign + integer : `${sign}${integer}.${fraction}`;
}

/** Negative when a < b, 0 when they are the same value, positive when a > b: the order of DynamoDB's number sort keys. */
export function compareNumbers(a: string, b: string): number {
  const left = parseNumber(a);
  const right = parseNumber(b);
  const signs = signOf(left) - signOf(right);
  if (signs !== 0) return signs;
  return left.negative ? compareMagnitudes(right, left) : compareMagnitudes(left, right);
}

/**
 * Whether every JSON reader gets the very value: a double holds any 15 significant digits, and DynamoDB's exponents
 * (dynamodb-numbers 6) lie well inside a double's range.
 */
export function isSafeJsonNumber(text: string): boolean {
  if (SHORT_NUMBER.test(text)) return true;
  const { digits, magnitude } = parseNumber(text);
  return digits.length <= 15 && Math.abs(magnitude) <= 300;
}

const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;
/** Spares the common numbers the taking apart. */
const SHORT_NUMBER = /^-?\d{1,7}(?:\.\d{1,8})?$/;
const MAX_PLAIN_PLACES = 38;

const ZERO: NumberParts = { negative: false, digits: '', magnitude: 0, integerDigits: 0, fractionDigits: 0 };

function firstNonZero(digits: string): number {
  let at = 0;
  while (digits[at] === '0') at++;
  return at;
}

function endOfDigits(digits: string): number {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return end;
}

function signOf({ digits, negative }: NumberParts): -1 | 0 | 1 {
  if (digits === '') return 0;
  return negative ? -1 : 1;
}

/** Digits have no trailing zeros, so that the order of text is the order of value. */
function compareMagnitudes(a: NumberParts, b: NumberParts): number {
  if (a.magnitude !== b.magnitude) return a.magnitude - b.magnitude;
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}

function notANumber(text: string): HeadgateError {
  return new HeadgateError('INTERNAL', `${JSON.stringify(text)} was taken for the text of a DynamoDB number.`);
}
