import type { Cut } from './interval.js';

/**
 * The share of the items before a cut, 0 to 1, when about as many items are between each two boundaries. Between two of them
 * it is taken to grow evenly. Undefined when the cut is of another type.
 */
export function positionAmong(
  boundaries: readonly number[] | readonly string[],
  { value, side }: Cut,
): number | undefined {
  if (areNumbers(boundaries)) {
    return 'N' in value ? position(boundaries, { at: Number(value.N), side }, linear) : undefined;
  }
  return 'S' in value ? position(boundaries, { at: value.S, side }, byDigits) : undefined;
}

/** How much of the way from `lower` up to `upper` a value is. */
type Progress<T> = (value: T, lower: T, upper: T) => number;

function position<T>(
  boundaries: readonly T[],
  { at, side }: { readonly at: T; readonly side: Cut['side'] },
  progress: Progress<T>,
): number {
  const next = boundaries.findIndex((boundary) => (side === 'before' ? boundary >= at : boundary > at));
  if (next < 0) return 1;
  const [lower, upper] = [boundaries[next - 1], boundaries[next]];
  if (lower === undefined || upper === undefined) return 0;
  return (next - 1 + progress(at, lower, upper)) / (boundaries.length - 1);
}

function linear(value: number, lower: number, upper: number): number {
  return upper > lower ? Math.min(1, Math.max(0, (value - lower) / (upper - lower))) : 0;
}

/** Dates differ in their digits: they are read as a number from where the two begin to differ. */
function byDigits(value: string, lower: string, upper: string): number {
  let from = 0;
  while (from < lower.length && lower[from] === upper[from]) from += 1;
  return linear(numberAt(value, from), numberAt(lower, from), numberAt(upper, from));
}

/** So many digits in base 11 make a number that a double holds exactly. */
const NUMBER_LENGTH = 14;

/** The end of a prefix may have the character after 9, which is the eleventh digit. What stands between digits is the same in all. */
function numberAt(text: string, from: number): number {
  let number = 0;
  for (let i = from; i < from + NUMBER_LENGTH; i++) {
    const digit = i < text.length ? text.charCodeAt(i) - '0'.charCodeAt(0) : 0;
    number = number * 11 + Math.min(10, Math.max(0, digit));
  }
  return number;
}

function areNumbers(boundaries: readonly number[] | readonly string[]): boundaries is readonly number[] {
  return typeof boundaries[0] === 'number';
}
