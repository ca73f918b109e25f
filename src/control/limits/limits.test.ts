import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowBatch } from '../../query/result.js';
import { testClock } from '../testing/identity-under-test.js';
import { limitRows } from './limit-rows.js';
import type { LimitValues } from './limit-values.js';
import { RequestLimiter } from './request-limiter.js';
import { SlidingMinute } from './sliding-minute.js';
import { StatementLimiter, type StatementLimiterOptions, type StatementPermit } from './statement-limiter.js';

const book = (own: LimitValues = {}) => ({ of: async () => own });

describe('a sliding minute', () => {
  it('lets no more through than allowed within any minute, and in the end as many', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 200 }),
        (most, pauses) => {
          const clock = testClock();
          const minute = new SlidingMinute(clock.now);
          const entered: number[] = [];
          for (const pause of pauses) {
            clock.advance(pause);
            const wait = minute.enter('a', most);
            if (wait === undefined) entered.push(clock.now());
            else {
              const inWindow = entered.filter((time) => time > clock.now() - 61_000).length;
              expect(inWindow).toBeGreaterThanOrEqual(most);
            }
          }
          for (const [i, time] of entered.entries()) {
            const before = entered[i - most];
            if (before !== undefined) expect(time - before).toBeGreaterThanOrEqual(60_000);
          }
        },
      ),
    );
  });

  it('says after how many seconds it is open again, and is open then and not a second earlier', () => {
    const clock = testClock(123_456_789);
    const minute = new SlidingMinute(clock.now);
    for (let i = 0; i < 3; i++) {
      expect(minute.enter('a', 3)).toBeUndefined();
      clock.advance(5000);
    }
    const wait = minute.enter('a', 3) ?? 0;
    expect(wait).toBeGreaterThan(40);
    clock.advance((wait - 1) * 1000);
    expect(minute.enter('a', 3)).toBe(1);
    clock.advance(1000);
    expect(minute.enter('a', 3)).toBeUndefined();
    // The other two are still there.
    expect(minute.enter('a', 3)).toBeGreaterThan(0);
    expect(minute.enter('b', 3)).toBeUndefined();
  });

  it('forgets those who have been quiet the longest when there are too many', () => {
    const minute = new SlidingMinute(() => 0, 2);
    for (const key of ['a', 'b', 'a', 'c']) minute.enter(key, 5);
    expect(minute.enter('b', 1)).toBeUndefined();
    expect(minute.enter('c', 1)).toBeDefined();
  });
});

describe('requests', () => {
  it('are limited by principal, wherever they come from, and by address where nobody is known', async () => {
    const clock = testClock();
    const own = new Map<string, LimitValues>([['few', { requestsPerMinute: 1 }]]);
    const limits = { of: async (id: string) => own.get(id) ?? {} };
    const limiter = new RequestLimiter({ limits, requestsPerMinute: 2, unknownPerMinute: 3, now: clock.now });
    const admitted = async (address: string, id?: string) =>
      (await limiter.admit({ address, principal: id === undefined ? undefined : { id } })).admitted;
    expect([await admitted('192.0.2.1', 'few'), await admitted('192.0.2.2', 'few')]).toEqual([true, false]);
    expect([await admitted('a', 'many'), await admitted('a', 'many'), await admitted('a', 'many')]).toEqual([
      true,
      true,
      false,
    ]);
    const network = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8::4'];
    expect(await Promise.all(network.map((address) => admitted(address)))).toEqual([true, true, true, false]);
    expect(await admitted('2001:db8:0:1::1')).toBe(true);
    own.set('few', {});
    expect(await admitted('a', 'few')).toBe(true);
    expect(await limiter.admit({ address: 'a', principal: { id: 'many' } })).toEqual({
      admitted: false,
      retryAfterSeconds: 61,
    });
  });
});

describe('statements', () => {
  const limiterOf = (options: Partial<StatementLimiterOptions>) =>
    new StatementLimiter({ limits: book(), configured: {}, unitsToday: async () => 0, ...options });

  it('get the smallest of what is asked for, their own and configured', async () => {
    const own = { maxUnits: 50, timeoutMs: 9000, maxRows: 10 };
    const limiter = limiterOf({ limits: book(own), configured: { maxUnits: 100, timeoutMs: 1000, maxResultBytes: 7 } });
    const { leave: _, ...bounds } = await limiter.enterStatement({ id: 'a' }, { maxUnits: 70, maxRows: 20 });
    expect(bounds).toEqual({ maxUnits: 50, timeoutMs: 1000, maxRows: 10, maxResultBytes: 7 });
    const { leave: __, ...free } = await limiterOf({}).enterStatement({ id: 'a' });
    expect(Object.values(free)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('run at most so many at a time, by principal, also when they come at once', async () => {
    const limiter = limiterOf({ limits: book({ concurrentStatements: 2 }) });
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => limiter.enterStatement({ id: 'a' })));
    const permits = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refusals = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(permits).toHaveLength(2);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    await limiter.enterStatement({ id: 'b' });
    permits[0]?.leave(0);
    permits[0]?.leave(0);
    await limiter.enterStatement({ id: 'a' });
    await expect(limiter.enterStatement({ id: 'a' })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('get no more units than are left of the day, and none when they are used up', async () => {
    let today = 900;
    const options = {
      limits: book({ unitsPerDay: 1000 }),
      configured: { maxUnits: 60 },
      unitsToday: async () => today,
    };
    const limiter = limiterOf(options);
    const first = await limiter.enterStatement({ id: 'a' });
    const second = await limiter.enterStatement({ id: 'a' });
    expect([first.maxUnits, second.maxUnits]).toEqual([60, 40]);
    await expect(limiter.enterStatement({ id: 'a' })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    today = 905;
    first.leave(5);
    expect((await limiter.enterStatement({ id: 'a' })).maxUnits).toBe(55);
    today = 1000;
    await expect(limiter.enterStatement({ id: 'a' })).rejects.toMatchObject({
      code: 'UNITS_EXCEEDED',
      hint: expect.stringMatching(/00:00 UTC/),
    });
  });

  it('do not lose what is spent by one that leaves while the sum of the day is read', async () => {
    let recorded = 0;
    let answer: (() => void) | undefined;
    const limiter = limiterOf({
      limits: book({ unitsPerDay: 100 }),
      unitsToday: () =>
        new Promise((resolve) => {
          const sum = recorded;
          answer = () => resolve(sum);
        }),
    });
    const entering = limiter.enterStatement({ id: 'a' }, { maxUnits: 80 });
    await Promise.resolve();
    answer?.();
    const first = await entering;
    const next = limiter.enterStatement({ id: 'a' });
    await Promise.resolve();
    recorded += 80;
    first.leave(80);
    answer?.();
    expect((await next).maxUnits).toBe(20);
  });

  it('never spend more than the day allows, whatever order they run in', async () => {
    const step = fc.record({
      asked: fc.integer({ min: 1, max: 50 }),
      share: fc.float({ min: 0, max: 1, noNaN: true }),
      ends: fc.nat(5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        let recorded = 0;
        const limiter = limiterOf({ limits: book({ unitsPerDay: 100 }), unitsToday: async () => recorded });
        const running: { readonly permit: StatementPermit; readonly spends: number }[] = [];
        for (const { asked, share, ends } of steps) {
          const permit = await limiter.enterStatement({ id: 'a' }, { maxUnits: asked }).catch(() => undefined);
          if (permit !== undefined)
            running.push({ permit, spends: Math.floor((permit.maxUnits ?? 0) * share * 2) / 2 });
          for (const { permit: done, spends } of running.splice(0, ends)) {
            recorded += spends;
            done.leave(spends);
          }
          const possible = running.reduce((sum, { permit: { maxUnits = 0 } }) => sum + maxUnits, recorded);
          expect(possible).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});

describe('rows', () => {
  async function* stream(...batches: readonly RowBatch[]): AsyncGenerator<RowBatch> {
    yield* batches;
  }
  async function take(batches: AsyncIterable<RowBatch>) {
    const rows: unknown[] = [];
    const error = await (async () => {
      for await (const batch of batches) rows.push(...batch);
    })().catch((reason) => reason);
    return { rows, error };
  }

  it('pass as they are within the bounds, up to the last', async () => {
    const batches = [[[1], [2]], [[3]]];
    expect(await take(limitRows(stream(...batches), { maxRows: 3, maxResultBytes: 24 }))).toEqual({
      rows: [[1], [2], [3]],
      error: undefined,
    });
    expect(await take(limitRows(stream(...batches), {}))).toMatchObject({ error: undefined });
  });

  it('end with an error at the first one beyond, after all those within', async () => {
    const byRows = await take(limitRows(stream([[1]], [[2], [3]]), { maxRows: 2 }));
    expect(byRows).toMatchObject({
      rows: [[1], [2]],
      error: {
        code: 'RESULT_TOO_LARGE',
        message: expect.stringMatching(/the 2 rows that/),
        detail: expect.stringMatching(/after 2 rows/),
      },
    });
    const byBytes = await take(limitRows(stream([['ab'], ['cdé']]), { maxResultBytes: 5 }));
    expect(byBytes).toMatchObject({
      rows: [['ab']],
      error: { code: 'RESULT_TOO_LARGE', message: expect.stringMatching(/5 bytes/) },
    });
  });

  it('count every kind of value', async () => {
    const row = [null, true, 1, 1n, 'é', new Uint8Array(3), ['a', ['b']], { tag: 't', value: 'v' }];
    const size = 1 + 1 + 8 + 16 + 2 + 3 + 2 + 2;
    expect(await take(limitRows(stream([row]), { maxResultBytes: size }))).toMatchObject({ error: undefined });
    expect(await take(limitRows(stream([row]), { maxResultBytes: size - 1 }))).toMatchObject({ rows: [] });
  });

  it('let go of their source when they are not wanted any more, and when they are too many', async () => {
    let released = 0;
    async function* source(): AsyncGenerator<RowBatch> {
      try {
        for (;;) yield [[1], [2]];
      } finally {
        released += 1;
      }
    }
    for await (const _ of limitRows(source(), { maxRows: 10 })) break;
    await take(limitRows(source(), { maxRows: 3 }));
    expect(released).toBe(2);
  });
});
