import { expect, test } from 'vitest';
import { parseByteSize, parseDuration } from './quantities.js';

test('a duration has a unit, and fits into a timer', () => {
  expect(['500ms', '30s', '1.5 s', '5m', '24h'].map(parseDuration)).toEqual([500, 30_000, 1500, 300_000, 86_400_000]);
  for (const wrong of ['30', '', 's', '-1s', '0s', '0.1ms', '1e3s', '5 minutes', '600h', '1 constructor']) {
    expect(parseDuration(wrong), wrong).toBeUndefined();
  }
});

test('a size is decimal, or binary with an i', () => {
  expect(['512MB', '2gb', '1.5 GiB', '100B', '1TB'].map(parseByteSize)).toEqual([512e6, 2e9, 1.5 * 2 ** 30, 100, 1e12]);
  for (const wrong of ['512', '', 'MB', '0MB', '-1GB', '9999999TB', '50%']) {
    expect(parseByteSize(wrong), wrong).toBeUndefined();
  }
});
