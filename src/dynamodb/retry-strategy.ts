import type { DynamoDBClientConfig } from './sdk.js';

type RetryStrategy = Extract<NonNullable<DynamoDBClientConfig['retryStrategy']>, { acquireInitialRetryToken: unknown }>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

const FIRST_DELAY_MS = 100;
const FIRST_DELAY_AFTER_THROTTLING_MS = 1_000;
const LONGEST_DELAY_MS = 5_000;

/**
 * So many attempts for each request that got no answer, a broken one, a 5xx or a refusal for throughput. The SDK's own
 * strategy is like this, but has one budget for all requests of a client, in which an outage that one statement met
 * would count against those that come after it.
 */
export function retryStrategy(maxAttempts: number): RetryStrategy {
  return {
    acquireInitialRetryToken: async () => retryToken(0, 0),
    async refreshRetryTokenForRetry(token, { errorType }) {
      const retries = token.getRetryCount() + 1;
      const isWorthIt = errorType === 'TRANSIENT' || errorType === 'THROTTLING';
      // The SDK then throws the error of the last attempt, not this one.
      if (!isWorthIt || retries >= maxAttempts) throw new Error('no further attempt');
      const first = errorType === 'THROTTLING' ? FIRST_DELAY_AFTER_THROTTLING_MS : FIRST_DELAY_MS;
      return retryToken(retries, Math.random() * Math.min(LONGEST_DELAY_MS, first * 2 ** (retries - 1)));
    },
    recordSuccess() {},
  };
}

function retryToken(retries: number, delayMs: number): RetryToken {
  return { getRetryCount: () => retries, getRetryDelay: () => delayMs };
}
