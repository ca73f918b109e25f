import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * Makes a client send a request once more, signed with fresh credentials, when AWS says that those it had are expired or
 * not known (any more). The SDK itself renews credentials whose end it knows, five minutes before; this is for those that
 * end earlier or without a date: a session that was ended, keys that were replaced on disk. A second refusal stands.
 */
export function refreshCredentials(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!(error instanceof Error && STALE_CREDENTIALS.has(error.name))) throw error;
        await client.config.credentials({ forceRefresh: true });
        return next(args);
      }
    },
    // Around the SDK's choice of credentials and its retry loop, which never retries these.
    { step: 'initialize', priority: 'low', name: 'refreshCredentials' },
  );
}

/** What AWS says of credentials that were good once. */
export const STALE_CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
]);
