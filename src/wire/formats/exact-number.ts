/** Any decimal number of so few digits survives the way through a double (DBL_DIG of IEEE 754 binary64). */
const DOUBLE_DIGITS = 15;

/**
 * Whether a number, given as decimal digits like `-12.50`, may stand in JSON as it is: a reader that keeps numbers as
 * doubles still has the same digits afterwards. Zeros at either end are not counted; whole numbers may go to 2^53-1.
 */
export function readsBackExactly(digits: string): boolean {
  if (digits.length <= DOUBLE_DIGITS) return true;
  const significant = digits.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return significant.length <= DOUBLE_DIGITS || (isWhole(digits) && Number.isSafeInteger(Number(digits)));
}

function isWhole(digits: string): boolean {
  return /^-?\d+(\.0*)?$/.test(digits);
}
