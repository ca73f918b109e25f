import type { Clock } from '../clock.js';
import { isPassing } from '../sts-error.js';

export interface Waiting {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

const ATTEMPTS_MAX = 6;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/**
 * What the call to STS gives, which is made again after throttling, a broken connection or a 5xx; its last error otherwise. The
 * whole pause is random, so that those who were throttled together do not come back together.
 */
export async function retryPassing<T>(call: () => Promise<T>, { clock, random, signal }: Waiting): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isPassing(error)) throw error;
      const longestMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      await clock.sleep(random() * longestMs, signal);
    }
  }
}
