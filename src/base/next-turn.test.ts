import { describe, expect, it } from 'vitest';
import { inStretches, nextTurn } from './next-turn.js';

function busyFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('long work in stretches', () => {
  it('does every step, in order', async () => {
    const seen: number[] = [];
    await inStretches([1, 2, 3], (value) => seen.push(value));
    expect(seen).toEqual([1, 2, 3]);
  });

  it('lets timers go off in between', async () => {
    let fired = 0;
    const timer = setInterval(() => fired++, 1);
    await inStretches(Array.from({ length: 20 }), () => busyFor(5));
    clearInterval(timer);
    expect(fired).toBeGreaterThan(3);
  });

  it('of several callers is done one stretch in each turn of the loop', async () => {
    let turn = 0;
    const turns: number[] = [];
    let counting = true;
    const count = () => {
      turn++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const caller = async () => {
      for (let i = 0; i < 3; i++) {
        await nextTurn();
        turns.push(turn);
      }
    };
    await Promise.all([caller(), caller(), caller()]);
    counting = false;
    expect(new Set(turns).size).toBe(turns.length);
  });

  it('ends with the error of a step', async () => {
    const failing = inStretches([1], () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
  });
});
