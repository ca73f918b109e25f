import { expect, it } from 'vitest';
import { inParallel } from './in-parallel.js';

it('gives the results in order, with no more under way than allowed', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([5, 1, 4, 2, 3], 2, async (value) => {
    most = Math.max(most, ++running);
    for (let i = 0; i < value; i++) await Promise.resolve();
    running -= 1;
    return value * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
});

it('fails with the first failure', async () => {
  const work = async (value: number) => {
    if (value === 2) throw new Error('two');
    return value;
  };
  await expect(inParallel([1, 2, 3], 2, work)).rejects.toThrow('two');
  expect(await inParallel([], 2, work)).toEqual([]);
});
