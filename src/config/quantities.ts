const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
// Timers of JavaScript hold 31 bits of milliseconds, and fire at once for anything longer.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** What is accepted by `parseDuration`, for error texts. */
export const DURATION_FORM = 'a duration such as 500ms, 30s, 5m or 1h';
/** What is accepted by `parseDays`, for error texts. */
export const DAYS_FORM = 'a number of days such as 400d';
/** What is accepted by `parseByteSize`, for error texts. */
export const BYTE_SIZE_FORM = 'a size such as 512MB, 2GB or 1GiB';

/** Milliseconds of a text like `500ms`, `1.5s`, `5m`, `1h`; undefined when it is none, is zero, or passes 24 days. */
export function parseDuration(text: string): number | undefined {
  const milliseconds = parseQuantity(text, DURATION_UNITS);
  return milliseconds !== undefined && milliseconds <= LONGEST_TIMER_MS ? milliseconds : undefined;
}

/** Days of a text like `400d`; undefined when it is none, is zero, or passes a century. */
export function parseDays(text: string): number | undefined {
  const days = parseQuantity(text, { d: 1 });
  return days !== undefined && days <= 36_525 ? days : undefined;
}

/** Bytes of a text like `512MB` (decimal) or `2GiB` (binary); undefined when it is none or is zero. */
export function parseByteSize(text: string): number | undefined {
  return parseQuantity(text.toUpperCase(), SIZE_UNITS);
}

/** The number times its unit, rounded to a whole; undefined for an unknown unit or anything not above zero. */
function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(text.trim()) ?? [];
  if (digits === undefined || unit === undefined || !Object.hasOwn(units, unit)) return undefined;
  const total = Math.round(Number(digits) * (units[unit] ?? 0));
  return total > 0 && Number.isSafeInteger(total) ? total : undefined;
}
