import { expect, it } from 'vitest';
import { Slots } from './slots.js';

it('lets so many work at once, and the others in the order in which they came', async () => {
  const slots = new Slots(2);
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const work = (i: number) =>
    slots.use(async () => {
      begun.push(i);
      await new Promise<void>((resolve) => ends.push(resolve));
    });
  const all = Promise.all([0, 1, 2, 3].map(work));
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  for (let i = 0; i < 4; i++) {
    ends[i]?.();
    await new Promise(setImmediate);
    expect(begun).toHaveLength(Math.min(4, i + 3));
  }
  await all;
  expect(begun).toEqual([0, 1, 2, 3]);
});

it('gives the slot back when the work fails', async () => {
  const slots = new Slots(1);
  await expect(slots.use(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await slots.use(async () => 'next')).toBe('next');
});
