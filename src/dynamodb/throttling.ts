import { HeadgateError } from '../base/errors/headgate-error.js';

/**
 * What is short when DynamoDB refuses a request for throughput: that of a whole table, index or account, or only that of
 * one partition, in which case everything else may go on as fast as before.
 */
export type Throttle = 'table' | 'key-range';

/** What refused, for an error that is DYNAMODB_THROTTLED; undefined for any other. A table, where DynamoDB gave no reason. */
export function throttleOf(error: unknown): Throttle | undefined {
  if (!(error instanceof HeadgateError) || error.code !== 'DYNAMODB_THROTTLED') return undefined;
  const reasons = throttlingReasons(error.cause);
  return reasons.length > 0 && reasons.every(({ reason }) => KEY_RANGE.has(reason)) ? 'key-range' : 'table';
}

/** Reasons of a hot partition; of the table, of an index (dynamodb-numbers.md 7). */
const KEY_RANGE = new Set(['TableReadKeyRangeThroughputExceeded', 'IndexReadKeyRangeThroughputExceeded']);

/** Whether an error of the SDK is a refusal for throughput, by its name. */
export function isThrottling(error: unknown): boolean {
  return error instanceof Error && THROTTLING_ERRORS.has(error.name);
}

const THROTTLING_ERRORS = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'SlowDown',
]);

export interface ThrottlingReason {
  /** For example `TableReadKeyRangeThroughputExceeded`. */
  readonly reason: string;
  /** The ARN of the table or index. */
  readonly resource: string;
}

/** The reasons that an error of the SDK carries. ThrottlingException spells the field in lower case, the others do not. */
export function throttlingReasons(error: unknown): readonly ThrottlingReason[] {
  // Any of these may be absent or of another type.
  const raw = Object(error) as Record<string, unknown>;
  const reasons = raw['ThrottlingReasons'] ?? raw['throttlingReasons'];
  if (!Array.isArray(reasons)) return [];
  return reasons.map((each: unknown) => {
    const { reason, resource } = Object(each) as Record<string, unknown>;
    return { reason: String(reason ?? ''), resource: String(resource ?? '') };
  });
}
