import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { RateControl } from './rate-control.js';
import { FakeClock } from './testing/fake-clock.js';

const never = new AbortController().signal;
setMaxListeners(0, never);

function throttled(reason = 'TableReadProvisionedThroughputExceeded'): HeadgateError {
  const cause = Object.assign(new Error(), { ThrottlingReasons: [{ reason, resource: 'arn' }] });
  return new HeadgateError('DYNAMODB_THROTTLED', 'slow down', { cause });
}

/** A control whose requests are recorded with the time at which they were sent. */
function controlled(unitsPerSecond?: number) {
  const clock = new FakeClock();
  const start = clock.now();
  const control = new RateControl(unitsPerSecond, clock);
  const sent: { name: string; at: number }[] = [];
  /** A request that takes `ms` and then costs its units or fails. */
  const send = (name: string, outcome: number | Error, { ms = 1, signal = never } = {}) => {
    const request = () => {
      sent.push({ name, at: clock.now() - start });
      return new Promise<{ readUnits: number }>((resolve, reject) => {
        clock.after(ms, () => (outcome instanceof Error ? reject(outcome) : resolve({ readUnits: outcome })));
      });
    };
    return control.send(request, signal);
  };
  return { clock, control, sent, send };
}

/** Refuses one request that is sent while `spent` units were spent within the last moments. */
async function afterThrottling(spent: number, reason?: string) {
  const all = controlled();
  for (let left = spent; left > 0; left -= 500) void all.send('page', Math.min(500, left));
  await all.clock.pass(2);
  void all.send('refused', throttled(reason)).catch(() => undefined);
  await all.clock.pass(1);
  return all;
}

describe('a control without a limit', () => {
  it('lets every request go at once', async () => {
    const { clock, control, sent, send } = controlled();
    const all = Array.from({ length: 50 }, (_, i) => send(`${i}`, 128, { ms: 1000 }));
    await clock.pass(0);
    expect(sent).toHaveLength(50);
    await clock.pass(1000);
    await Promise.all(all);
    expect(control.rate).toBe(Number.POSITIVE_INFINITY);
    expect(clock.pending).toBe(0);
  });

  it('gives the answer or the error of the request', async () => {
    const { clock, send } = controlled();
    const good = send('a', 3);
    const bad = expect(send('b', new Error('broken'))).rejects.toThrow('broken');
    await clock.pass(1);
    expect(await good).toEqual({ readUnits: 3 });
    await bad;
  });
});

describe('a control with a limit', () => {
  it.each([
    [1000, 128],
    [1000, 7.5],
    [100, 128],
    [20, 0.5],
  ])(
    'of %d units a second spends no more than that by requests of %d units, and no less when asked for more',
    async (limit, units) => {
      const { clock, sent, send } = controlled(limit);
      for (let i = 0; i < 6000; i++) void send(`${i}`, units, { ms: 5 });
      await clock.pass(60_000);
      const perMinute = sent.length * units;
      expect(perMinute).toBeLessThanOrEqual(limit * 60.1 + units);
      expect(perMinute).toBeGreaterThanOrEqual(Math.min(6000 * units, limit * 60 * 0.9));
      for (let from = 0; from < 60_000; from += 250) {
        const within = sent.filter(({ at }) => at >= from && at < from + 1000).length * units;
        expect(within).toBeLessThanOrEqual(limit * 1.1 + 2 * units);
      }
    },
  );

  it('serves in the order of asking', async () => {
    const { clock, sent, send } = controlled(100);
    for (let i = 0; i < 20; i++) void send(`${i}`, 10 + (i % 3) * 20);
    await clock.pass(30_000);
    expect(sent.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  });

  it('gives back what it set aside for a request that failed', async () => {
    const { clock, sent, send } = controlled(128);
    await Promise.all([expect(send('a', new Error('broken'))).rejects.toThrow(), clock.pass(1)]);
    void send('b', 128);
    await clock.pass(1);
    expect(sent.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('lets go of a request whose signal is aborted while it waits, and serves the next one', async () => {
    const { clock, sent, send } = controlled(10);
    void send('a', 20);
    const stop = new AbortController();
    const gone = expect(send('b', 20, { signal: stop.signal })).rejects.toThrow('enough');
    void send('c', 20);
    await clock.pass(100);
    stop.abort(new Error('enough'));
    await gone;
    await clock.pass(4000);
    expect(sent.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(clock.pending).toBe(0);
  });

  it('leaves no call behind when nobody waits any more', async () => {
    const { clock, send } = controlled(10);
    void send('a', 200);
    await clock.pass(1);
    const stop = new AbortController();
    const gone = expect(send('b', 20, { signal: stop.signal })).rejects.toThrow();
    expect(clock.pending).toBe(1);
    stop.abort();
    await gone;
    expect(clock.pending).toBe(0);
  });

  it('sends nothing when the signal is aborted already', async () => {
    const { clock, sent, send } = controlled(10);
    await expect(send('a', 1, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
    await clock.pass(1000);
    expect(sent).toEqual([]);
  });
});

describe('throttling of the table', () => {
  it('halves the rate at which was read, and the rate grows back in ten seconds', async () => {
    const { clock, control } = await afterThrottling(4000);
    expect(control.rate).toBeGreaterThan(1950);
    expect(control.rate).toBeLessThan(2050);
    await clock.pass(5_000);
    expect(control.rate).toBeGreaterThan(2900);
    expect(control.rate).toBeLessThan(3100);
    await clock.pass(5_000);
    expect(control.rate).toBeGreaterThan(3900);
  });

  it('halves it again when it goes on, but where most is served not below a thousand units a second', async () => {
    const { clock, control, send } = await afterThrottling(8000);
    const rates = [control.rate];
    for (let i = 0; i < 20; i++) {
      for (let page = 0; page < 8; page++) void send('page', 128);
      for (let refused = 0; refused < 3; refused++) void send('again', throttled()).catch(() => undefined);
      await clock.pass(250);
      rates.push(control.rate);
    }
    expect(rates[4]).toBeLessThan((rates[0] ?? 0) * 0.7);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1000);
    expect(rates.at(-1)).toBeLessThan(2000);
  });

  it('goes down to a page a second where most requests are refused', async () => {
    const { clock, control, send } = await afterThrottling(4000);
    const rates: number[] = [];
    for (let i = 0; i < 40; i++) {
      void send('page', 128);
      for (let refused = 0; refused < 4; refused++) void send('again', throttled()).catch(() => undefined);
      await clock.pass(500);
      rates.push(control.rate);
    }
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(128);
    expect(Math.max(...rates.slice(-10))).toBeLessThan(600);
  });

  it('counts once when many requests that are under way are refused', async () => {
    const { clock, control, send } = controlled();
    for (let i = 0; i < 8; i++) void send('page', 500);
    await clock.pass(1);
    for (let i = 0; i < 8; i++) void send('refused', throttled(), { ms: 1 + i }).catch(() => undefined);
    await clock.pass(10);
    expect(control.rate).toBeGreaterThan(1900);
    expect(control.requests).toBe(4);
  });

  it('halves the requests in flight, and allows one more each second', async () => {
    const { clock, control, sent, send } = controlled();
    for (let i = 0; i < 20; i++) void send('refused', throttled()).catch(() => undefined);
    await clock.pass(1);
    expect(control.requests).toBe(10);
    for (let i = 0; i < 20; i++) void send('later', 0.5, { ms: 60_000 });
    await clock.pass(1);
    expect(sent.filter(({ name }) => name === 'later')).toHaveLength(10);
    await clock.pass(1000);
    expect(control.requests).toBe(11);
    expect(sent.filter(({ name }) => name === 'later')).toHaveLength(11);
  });

  it('always leaves four requests', async () => {
    const { clock, control, send } = controlled();
    for (let i = 0; i < 5; i++) {
      void send('refused', throttled()).catch(() => undefined);
      await clock.pass(5);
    }
    expect(control.requests).toBe(4);
  });

  it('leaves the rate alone where little is read: others use the table up then', async () => {
    const { clock, control, send } = await afterThrottling(5);
    expect(control.rate).toBe(Number.POSITIVE_INFINITY);
    void send('again', throttled()).catch(() => undefined);
    await clock.pass(100);
    expect(control.rate).toBe(Number.POSITIVE_INFINITY);
  });

  it('never lifts the rate above the limit that is set', async () => {
    const { clock, control, send } = controlled(200);
    void send('refused', throttled()).catch(() => undefined);
    await clock.pass(60_000);
    expect(control.rate).toBe(200);
  });
});

describe('what is no throttling of the table', () => {
  it.each([
    ['a hot partition', throttled('TableReadKeyRangeThroughputExceeded')],
    ['another error', new HeadgateError('DYNAMODB_FAILED', 'broken')],
  ])('does not slow the others down: %s', async (_name, error) => {
    const { clock, control, send } = controlled();
    for (let i = 0; i < 8; i++) void send('page', 500);
    await clock.pass(1);
    void send('refused', error).catch(() => undefined);
    await clock.pass(1);
    expect(control.rate).toBe(Number.POSITIVE_INFINITY);
    expect(control.requests).toBe(Number.POSITIVE_INFINITY);
  });
});
