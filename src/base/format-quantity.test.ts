import { describe, expect, it } from 'vitest';
import { formatAboutUnits, formatDollars, formatMs, formatNumberOf, formatShare } from './format-quantity.js';

describe('quantities for people', () => {
  it('give dollars as cents, with two digits below a cent, and none below a hundredth of one', () => {
    expect([0, 0.000000063, 0.0001, 0.00063, 0.001, 0.0099, 0.01, 16.776, 1234.5].map(formatDollars)).toEqual([
      '$0',
      '<$0.0001',
      '$0.00010',
      '$0.00063',
      '$0.0010',
      '$0.0099',
      '$0.01',
      '$16.78',
      '$1,234.50',
    ]);
  });

  it('give times in the unit that leaves few digits', () => {
    expect([0.4, 999.4, 999.6, 44_000, 119_900, 438_000, 44_700_000].map(formatMs)).toEqual([
      '0 ms',
      '999 ms',
      '1.0 s',
      '44.0 s',
      '119.9 s',
      '7.3 min',
      '12.4 h',
    ]);
  });

  it('give estimated units without halves from a hundred on', () => {
    expect([0.5, 99.5, 100.4, 25_600].map(formatAboutUnits)).toEqual(['0.5', '99.5', '100', '25,600']);
  });

  it('give shares and counted things', () => {
    expect([0.125, 2.5].map(formatShare)).toEqual(['13 %', '250 %']);
    expect([1, 1200].map((count) => formatNumberOf(count, 'request'))).toEqual(['1 request', '1,200 requests']);
  });
});
