import { expect, it } from 'vitest';
import { Throttle } from './throttle.js';

it('admits a second of units at once, and then as many as each second fills in', () => {
  let nowMs = 0;
  const throttle = new Throttle({ tableUnits: 100 }, () => nowMs);
  expect(throttle.refusal('t', 0)).toBeUndefined();
  throttle.spend('t', 0, 128);
  expect(throttle.refusal('t', 0)).toBe('table');
  nowMs = 279;
  expect(throttle.refusal('t', 0)).toBe('table');
  nowMs = 281;
  expect(throttle.refusal('t', 0)).toBeUndefined();
});

it('tells a hot partition from the table, whose other partitions still answer', () => {
  const throttle = new Throttle({ tableUnits: 1000, partitionUnits: 10, partitions: 4 }, () => 0);
  throttle.spend('t', 0.1, 20);
  expect(throttle.refusal('t', 0.2)).toBe('partition');
  expect(throttle.refusal('t', 0.3)).toBeUndefined();
  expect(throttle.refusal('other', 0.2)).toBeUndefined();
});
