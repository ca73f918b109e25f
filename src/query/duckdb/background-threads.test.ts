import { readdir } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { describe, expect, it } from 'vitest';
import { inBackground } from './background-threads.js';
import { DuckDBInstance } from './node-api.js';

describe.runIf(process.platform === 'linux')('threads that compute', () => {
  it('stand back behind the event loop and those that were there before', async () => {
    const own = getPriority();
    const before = await readdir('/proc/self/task');
    const instance = await inBackground(() => DuckDBInstance.create(':memory:', { threads: '3' }));
    try {
      const started = (await readdir('/proc/self/task')).filter((thread) => !before.includes(thread));
      expect(started.map((thread) => getPriority(Number(thread)))).toEqual([
        Math.min(19, own + 10),
        Math.min(19, own + 10),
      ]);
      expect(new Set(before.map((thread) => getPriority(Number(thread))))).toEqual(new Set([own]));
    } finally {
      instance.closeSync();
    }
  });
});

it('what was to be started is given, and its failure too', async () => {
  expect(await inBackground(async () => 5)).toBe(5);
  await expect(inBackground(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
