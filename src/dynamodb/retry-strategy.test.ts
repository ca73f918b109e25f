import { describe, expect, it } from 'vitest';
import { retryStrategy } from './retry-strategy.js';

/** The delays before each attempt after the first, for a request that always fails like this. */
async function delays(errorType: 'TRANSIENT' | 'THROTTLING' | 'SERVER_ERROR' | 'CLIENT_ERROR', maxAttempts = 6) {
  const strategy = retryStrategy(maxAttempts);
  const waits: number[] = [];
  let token = await strategy.acquireInitialRetryToken('');
  for (;;) {
    const next = await strategy.refreshRetryTokenForRetry(token, { errorType }).catch(() => undefined);
    if (next === undefined) return waits;
    expect(next.getRetryCount()).toBe(waits.length + 1);
    waits.push(next.getRetryDelay());
    token = next;
  }
}

describe('the retries of a request', () => {
  it.each([
    ['TRANSIENT', [100, 200, 400, 800, 1600]],
    ['THROTTLING', [1000, 2000, 4000, 5000, 5000]],
  ] as const)('after a failure that may pass are bounded in number and time: %s', async (errorType, longest) => {
    const waits = await delays(errorType);
    expect(waits).toHaveLength(longest.length);
    waits.forEach((ms, i) => {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(longest[i] ?? 0);
    });
  });

  it.each(['SERVER_ERROR', 'CLIENT_ERROR'] as const)('after one that stays are none: %s', async (errorType) => {
    expect(await delays(errorType)).toEqual([]);
  });

  it('do not depend on what other requests met', async () => {
    const strategy = retryStrategy(3);
    for (let i = 0; i < 1000; i++) {
      const token = await strategy.acquireInitialRetryToken('');
      const next = await strategy.refreshRetryTokenForRetry(token, { errorType: 'TRANSIENT' });
      await strategy.refreshRetryTokenForRetry(next, { errorType: 'TRANSIENT' });
    }
  });
});
