import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parallelPages } from './parallel-pages.js';

type Source = (stop: AbortSignal) => AsyncGenerator<string>;

const never = new AbortController().signal;

/** A source of `count` pages that tells when it runs; `gate` is waited for before each page. */
function source(name: string, count: number, log: Log, gate: () => Promise<void> = turn): Source {
  return async function* (stop) {
    log.running.add(name);
    log.mostRunning = Math.max(log.mostRunning, log.running.size);
    try {
      for (let i = 0; i < count; i++) {
        await gate();
        stop.throwIfAborted();
        log.made++;
        yield `${name}${i}`;
      }
    } finally {
      log.running.delete(name);
    }
  };
}

interface Log {
  readonly running: Set<string>;
  mostRunning: number;
  made: number;
}

function newLog(): Log {
  return { running: new Set(), mostRunning: 0, made: 0 };
}

async function all(pages: AsyncIterable<string>): Promise<string[]> {
  const taken: string[] = [];
  for await (const page of pages) taken.push(page);
  return taken;
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** A wait that only an aborted signal ends, with its reason. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

describe('parallelPages', () => {
  it('yields every page of every source once, those of one source in their order', async () => {
    const log = newLog();
    const sources = ['a', 'b', 'c', 'd', 'e'].map((name) => source(name, 7, log));
    const taken = await all(parallelPages(sources, { concurrency: 3, ahead: 2, signal: never }));
    expect(taken).toHaveLength(35);
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      expect(taken.filter((page) => page.startsWith(name))).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `${name}${i}`));
    }
    expect(log.running.size).toBe(0);
  });

  it('ends at once without sources', async () => {
    expect(await all(parallelPages<string>([], { concurrency: 8, ahead: 4, signal: never }))).toEqual([]);
  });

  it('runs as many sources at once as allowed, and never more', async () => {
    const log = newLog();
    const sources = Array.from({ length: 10 }, (_, i) => source(`s${i}`, 3, log));
    await all(parallelPages(sources, { concurrency: 4, ahead: 100, signal: never }));
    expect(log.mostRunning).toBe(4);
  });

  it('lets no more pages wait than allowed, beside the one that each source holds', async () => {
    const log = newLog();
    const sources = ['a', 'b', 'c'].map((name) => source(name, 100, log));
    const pages = parallelPages(sources, { concurrency: 3, ahead: 2, signal: never });
    await pages.next();
    await turns(50);
    expect(log.made).toBe(1 + 2 + 3);
    await pages.next();
    await turns(50);
    expect(log.made).toBe(1 + 2 + 3 + 1);
    await pages.return(undefined);
  });

  it('ends every source, those that wait for room too, when the consumer stops early', async () => {
    const log = newLog();
    const sources = ['a', 'b', 'c'].map((name) => source(name, 100, log));
    for await (const _page of parallelPages(sources, { concurrency: 3, ahead: 1, signal: never })) {
      await turns(20);
      expect(log.running.size).toBe(3);
      break;
    }
    expect(log.running.size).toBe(0);
    expect(log.made).toBeLessThan(10);
  });

  it('tells the sources to stop when the consumer stops early, so that none is waited for in vain', async () => {
    const log = newLog();
    const hanging: Source = (stop) => source('hanging', 1, log, () => untilAborted(stop))(stop);
    for await (const _page of parallelPages([source('a', 1, log), hanging], {
      concurrency: 2,
      ahead: 4,
      signal: never,
    })) {
      expect(log.running.has('hanging')).toBe(true);
      break;
    }
    expect(log.running.size).toBe(0);
  });

  it('throws the first error, tells the others to stop at once, and leaves none running', async () => {
    const log = newLog();
    let stopped = false;
    const failing: Source = async function* () {
      yield 'good';
      throw new Error('first');
    };
    const slowToStop: Source = async function* (stop) {
      log.running.add('slow');
      await untilAborted(stop).catch(() => undefined);
      stopped = true;
      await turns(30);
      log.running.delete('slow');
      yield* [];
      throw new Error('second');
    };
    const pages = parallelPages([failing, slowToStop], { concurrency: 2, ahead: 4, signal: never });
    await pages.next();
    await turns(5);
    expect(stopped).toBe(true);
    await expect(pages.next()).rejects.toThrow('first');
    expect(log.running.size).toBe(0);
  });

  it('throws an error before the pages that still wait, because the answer cannot be whole any more', async () => {
    const failing: Source = async function* () {
      yield 'a';
      yield 'b';
      throw new Error('broken');
    };
    const pages = parallelPages([failing], { concurrency: 1, ahead: 4, signal: never });
    expect((await pages.next()).value).toBe('a');
    await turns(5);
    await expect(pages.next()).rejects.toThrow('broken');
  });

  it('begins no further source after an error', async () => {
    const log = newLog();
    const failing: Source = async function* () {
      yield* [];
      throw new Error('broken');
    };
    const pages = parallelPages([failing, source('b', 1, log)], { concurrency: 1, ahead: 4, signal: never });
    await expect(all(pages)).rejects.toThrow('broken');
    expect(log.made).toBe(0);
  });

  it('fails when its signal is aborted, also where the sources end quietly then', async () => {
    const caller = new AbortController();
    const quiet: Source = async function* (stop) {
      yield 'a';
      await untilAborted(stop).catch(() => undefined);
    };
    const pages = parallelPages([quiet], { concurrency: 1, ahead: 4, signal: caller.signal });
    expect((await pages.next()).value).toBe('a');
    caller.abort(new Error('enough'));
    await expect(pages.next()).rejects.toThrow('enough');
  });

  it('fails without beginning a source when its signal is aborted already', async () => {
    const log = newLog();
    const options = { concurrency: 2, ahead: 4, signal: AbortSignal.abort(new Error('too late')) };
    await expect(all(parallelPages([source('a', 3, log)], options))).rejects.toThrow('too late');
    expect(log.made).toBe(0);
  });
});
