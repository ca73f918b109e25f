import { HeadgateError } from '../../base/errors/headgate-error.js';

const DATE = /^(\d+)-(\d\d)-(\d\d)( \(BC\))?$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/;
/** Date, time, and for TIMESTAMP WITH TIME ZONE the offset in hours, and rarely minutes and seconds. */
const TIMESTAMP = /^(\d+-\d\d-\d\d(?: \(BC\))?) (\d\d:\d\d:\d\d(?:\.\d+)?)(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?$/;

const SECONDS_PER_DAY = 86_400;

/** Days from 1970-01-01 to a date like `2026-01-31` or `0044-03-15 (BC)`. Throws INTERNAL for other text. */
export function daysOfDate(text: string): number {
  const [, year, month, day, beforeChrist] = DATE.exec(text) ?? notTemporal(text);
  // The year before 1 is 1 BC, which counts as year 0.
  const signedYear = beforeChrist === undefined ? Number(year) : 1 - Number(year);
  return daysFromCivil(signedYear, Number(month), Number(day));
}

/** A time of day like `12:00:00.5` in units of 10^-`digits` seconds. Throws INTERNAL for other text. */
export function ticksOfTime(text: string, digits: number): bigint {
  const [, hour, minute, second, fraction = ''] = TIME.exec(text) ?? notTemporal(text);
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  if (fraction.length > digits) notTemporal(text);
  return BigInt(seconds) * 10n ** BigInt(digits) + BigInt(fraction.padEnd(digits, '0') || '0');
}

/** Units of 10^-`digits` seconds from 1970-01-01 00:00:00, UTC where an offset is given. Throws INTERNAL for other text. */
export function ticksOfTimestamp(text: string, digits: number): bigint {
  const [, date = '', time = '', sign, hours, minutes, seconds] = TIMESTAMP.exec(text) ?? notTemporal(text);
  const offset = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  const wholeSeconds = daysOfDate(date) * SECONDS_PER_DAY - (sign === '-' ? -offset : offset);
  return BigInt(wholeSeconds) * 10n ** BigInt(digits) + ticksOfTime(time, digits);
}

/**
 * Days from 1970-01-01 in the proleptic Gregorian calendar; JavaScript's Date ends before DuckDB's year 5 881 580 does.
 * Years are counted from March, so that the leap day comes last (Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms", days_from_civil).
 */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function notTemporal(text: string): never {
  throw new HeadgateError('INTERNAL', `The engine gave ${JSON.stringify(text)} for a date or time.`);
}
