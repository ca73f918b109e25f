import { expect, it } from 'vitest';
import { KeptValues } from './kept-values.js';

/** Loading that ends when the test says so. */
function slowLoad<T>() {
  let finish: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    finish = resolve;
  });
  return { load: () => promise, finish };
}

it('loads a value once for all who ask, until it is cleared', async () => {
  const kept = new KeptValues<number>(10);
  let loads = 0;
  const load = async () => ++loads;
  expect(await Promise.all([kept.get('a', load), kept.get('a', load)])).toEqual([1, 1]);
  expect(await kept.get('a', load)).toBe(1);
  kept.clear();
  expect(await kept.get('a', load)).toBe(2);
});

it('does not keep a value whose loading began before it was cleared', async () => {
  const kept = new KeptValues<string>(10);
  const { load, finish } = slowLoad<string>();
  const before = kept.get('a', load);
  kept.clear();
  const after = kept.get('a', async () => 'new');
  finish('old');
  expect(await before).toBe('old');
  expect(await after).toBe('new');
  expect(await kept.get('a', async () => 'other')).toBe('new');
});

it('does not keep errors, nor more values than it may', async () => {
  const kept = new KeptValues<number>(2);
  await expect(kept.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const)
    await kept.get(key, async () => value);
  expect(await kept.get('a', async () => 9)).toBe(9);
  expect(await kept.get('c', async () => 9)).toBe(3);
});
