/** They bound 32 parts of the sample. */
const MAX_BOUNDARIES = 33;

/** Of two values or more: from the least to the greatest, in order, with about as many items between each two. */
export function boundariesOf<T extends number | string>(values: readonly T[]): T[] {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const count = Math.min(MAX_BOUNDARIES, sorted.length);
  const at = (i: number) => sorted[Math.round((i * (sorted.length - 1)) / (count - 1))];
  return Array.from({ length: count }, (_, i) => at(i)).filter((value) => value !== undefined);
}

/** A date, or date and time with what may follow the seconds. Nothing but such text is ever kept. */
const DATE = /^(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)(?:[.,]\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/;

/** An ISO date or time of day on it, down to the second: `2026-05-14T10:20:30` of `2026-05-14T10:20:30.123Z`. */
export function dateText(text: string): string | undefined {
  return text.length > 40 ? undefined : DATE.exec(text)?.[1];
}
