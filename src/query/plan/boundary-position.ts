import type { Cut } from './interval.js';

/**
 * The share of the items before a cut, 0 to 1, when about as many items are between each two boundaries. Between two of them
 * it is taken to grow evenly. Undefined when the cut is of another type.
 */
export function positionAmong(boundaries: readonly number[] | readonly string[], { value, side }: Cut): number | undefined {
  if (areNumbers(boundaries)) return 'N' in value ? position(boundaries, { at: Number(value.N), side }, asNumber) : undefined;
  return 'S' in value ? position(boundaries, { at: value.S, side }, asDigits) : undefined;
}

/** Where a value is between two others, which are not the same, on any scale that rises with it. */
type Scale<T> = (value: T, lower: T, upper: T) => readonly [number, number, number];

function position<T>(
  boundaries: readonly T[],
  { at, side }: { readonly at: T; readonly side: Cut['side'] },
  scale: Scale<T>,
): number {
  const next = boundaries.findIndex((boundary) => (side === 'before' ? boundary >= at : boundary > at));
  if (next < 0) return 1;
  const [lower, upper] = [boundaries[next - 1], boundaries[next]];
  if (lower === undefined || upper === undefined) return 0;
  const [value, low, high] = scale(at, lower, upper);
  const fraction = high > low ? (value - low) / (high - low) : 0.5;
  return (next - 1 + Math.min(1, Math.max(0, fraction))) / (boundaries.length - 1);
}

const asNumber: Scale<number> = (value, lower, upper) => [value, lower, upper];

/** So many characters make a number that a double holds exactly, in base 11. */
const SCALED_LENGTH = 14;

/** Dates differ in their digits: from the first place where the two do, as a number. */
const asDigits: Scale<string> = (value, lower, upper) => {
  let from = 0;
  while (from < lower.length && lower[from] === upper[from]) from += 1;
  return [numberOf(value, from), numberOf(lower, from), numberOf(upper, from)];
};

/** What comes after 9, as in the end of a prefix, counts as ten; what separates digits, and stands in all dates, as nothing. */
function numberOf(text: string, from: number): number {
  let number = 0;
  for (let i = from; i < from + SCALED_LENGTH; i++) {
    const digit = i < text.length ? text.charCodeAt(i) - 48 : 0;
    number = number * 11 + Math.min(10, Math.max(0, digit));
  }
  return number;
}

function areNumbers(boundaries: readonly number[] | readonly string[]): boundaries is readonly number[] {
  return typeof boundaries[0] === 'number';
}
