import { incomplete } from './authorization-header.js';
import { SignatureRefused } from './signature-refused.js';

/**
 * Throws SignatureRefused unless a time (`YYYYMMDDTHHMMSSZ`) is within so many milliseconds of `now`: a request that somebody
 * has recorded can be sent again for that long, so it is kept short, and clocks may differ by that much.
 */
export function checkRequestTime(time: string, { now, clockSkewMs }: { now: number; clockSkewMs: number }): void {
  const at = parseTime(time);
  const minutes = Number((clockSkewMs / 60_000).toFixed(1));
  if (at < now - clockSkewMs) {
    throw new SignatureRefused(
      'invalid',
      `Signature expired: ${time} is now earlier than ${showTime(now - clockSkewMs)} (${showTime(now)} - ${minutes} min.)`,
    );
  }
  if (at > now + clockSkewMs) {
    throw new SignatureRefused(
      'invalid',
      `Signature not yet current: ${time} is still later than ${showTime(now + clockSkewMs)} (${showTime(now)} + ${minutes} min.)`,
    );
  }
}

/** Milliseconds since 1970. */
function parseTime(time: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time);
  if (parts !== null) {
    const [, year, month, day, hour, minute, second] = parts;
    const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    // A day that does not exist, such as 30 February, comes back as another one.
    if (!Number.isNaN(at) && showTime(at) === time) return at;
  }
  const help = 'See http://en.wikipedia.org/wiki/ISO_8601';
  throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${time.slice(0, 32)}'. ${help}`);
}

function showTime(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
