import type { Cut } from '../keys/interval.js';

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
  return 'S' in value ? position(boundaries, { at: value.S, side }, byTime) : undefined;
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

function byTime(value: string, lower: string, upper: string): number {
  return linear(timeOf(value), timeOf(lower), timeOf(upper));
}

/**
 * Milliseconds of a date and time, or of where one begins that is cut short: `2026-03` is the first of March. The character
 * after 9, which the end of a prefix may have, counts as ten.
 */
function timeOf(text: string): number {
  const digitAt = (at: number) => (at < text.length ? Math.min(10, Math.max(0, text.charCodeAt(at) - 48)) : 0);
  const two = (at: number) => digitAt(at) * 10 + digitAt(at + 1);
  return Date.UTC(two(0) * 100 + two(2), Math.max(1, two(5)) - 1, Math.max(1, two(8)), two(11), two(14), two(17));
}

function areNumbers(boundaries: readonly number[] | readonly string[]): boundaries is readonly number[] {
  return typeof boundaries[0] === 'number';
}
