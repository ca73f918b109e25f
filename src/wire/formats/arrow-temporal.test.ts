import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysOfDate, ticksOfTime, ticksOfTimestamp } from './arrow-temporal.js';

describe('dates', () => {
  test.each([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2000-02-29', 11_016],
    ['2026-01-31', 20_484],
    ['0001-01-01', -719_162],
    ['0001-12-31 (BC)', -719_163],
    ['5881580-07-10', 2_147_483_646],
    ['5877642-06-25 (BC)', -2_147_483_646],
  ])('%s is day %i', (text, days) => {
    expect(daysOfDate(text)).toBe(days);
  });

  test('agree with the calendar of JavaScript where that has them', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(daysOfDate(date.toISOString().slice(0, 10))).toBe(Math.floor(date.getTime() / 86_400_000));
        },
      ),
    );
  });
});

test('times count units of the asked precision from midnight to 24:00', () => {
  expect(ticksOfTime('00:00:00', 6)).toBe(0n);
  expect(ticksOfTime('01:02:03.045', 6)).toBe(3_723_045_000n);
  expect(ticksOfTime('12:00:00.123456789', 9)).toBe(43_200_123_456_789n);
  expect(ticksOfTime('24:00:00', 6)).toBe(86_400_000_000n);
});

describe('timestamps', () => {
  test('count units of the asked precision from 1970, before it downwards', () => {
    expect(ticksOfTimestamp('2026-01-31 12:00:00.5', 6)).toBe(1_769_860_800_500_000n);
    expect(ticksOfTimestamp('1969-12-31 23:59:59.999999', 6)).toBe(-1n);
    expect(ticksOfTimestamp('1970-01-02 00:00:00', 0)).toBe(86_400n);
    expect(ticksOfTimestamp('1970-01-01 00:00:00.12', 3)).toBe(120n);
    expect(ticksOfTimestamp('1970-01-01 00:00:00.000000001', 9)).toBe(1n);
  });

  test('reach the ends of 64 bits', () => {
    expect(ticksOfTimestamp('294247-01-10 04:00:54.775806', 6)).toBe(2n ** 63n - 2n);
    expect(ticksOfTimestamp('290309-12-22 (BC) 00:00:00', 6)).toBe(-9_223_372_022_400_000_000n);
  });

  test('with an offset are converted to UTC', () => {
    expect(ticksOfTimestamp('1970-01-01 00:00:00+00', 6)).toBe(0n);
    expect(ticksOfTimestamp('1970-01-01 02:00:00+02', 6)).toBe(0n);
    expect(ticksOfTimestamp('1969-12-31 18:29:50-05:30:10', 0)).toBe(0n);
  });
});

test('other text is an internal error, not a wrong date', () => {
  for (const text of ['', '2026-1-31', 'tomorrow', '2026-01-31T12:00:00']) {
    expect(() => ticksOfTimestamp(text, 6)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  }
  expect(() => ticksOfTime('00:00:00.1234567', 6)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});
