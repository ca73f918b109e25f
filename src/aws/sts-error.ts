import { HeadgateError } from '../base/errors/headgate-error.js';
import { wrapError } from '../dynamodb/wrap-error.js';

/** What was being called, for the words of the error. */
export interface StsPlace {
  readonly region: string;
  readonly endpoint?: string;
  readonly roleArn?: string;
}

/**
 * The HeadgateError for whatever a call to STS threw, with the original as `cause`: ROLE_REFUSED, STS_THROTTLED, STS_FAILED,
 * STS_REJECTED, CREDENTIALS_MISSING, CREDENTIALS_REJECTED, ENDPOINT_UNREACHABLE or CANCELLED. Chosen by name and HTTP status.
 */
export function stsError(error: unknown, place: StsPlace, aborted = false): HeadgateError {
  if (error instanceof HeadgateError) return error;
  if (aborted) return new HeadgateError('CANCELLED', 'The request to AWS was cancelled.', { cause: error });
  const where = place.endpoint ?? `STS in ${place.region}`;
  const { name, message, status } = factsOf(error);
  const told = { detail: `${name}: ${message}`, cause: error };
  if (name === 'AccessDenied' || name === 'AccessDeniedException') {
    const what = place.roleArn === undefined ? 'the request' : `Headgate to assume ${place.roleArn}`;
    return new HeadgateError('ROLE_REFUSED', `AWS does not allow ${what}.`, {
      detail: message,
      hint: 'Validate the schema: that tries the role step by step, and tells what may be wrong.',
      cause: error,
    });
  }
  if (THROTTLING.has(name)) {
    return new HeadgateError('STS_THROTTLED', `${where} kept throttling the requests.`, {
      ...told,
      hint: 'Try again in a minute; something in the account may be assuming roles very often.',
    });
  }
  if (name === 'RegionDisabledException') {
    return new HeadgateError('STS_REJECTED', `STS is not activated in ${place.region} for Headgate's own account.`, {
      ...told,
      hint: 'Activate the region in the account settings of IAM of that account.',
    });
  }
  if (status !== undefined && status >= 500) {
    return new HeadgateError('STS_FAILED', `${where} answered with an error.`, {
      ...told,
      hint: 'This usually passes: try again.',
    });
  }
  const general = wrapError(error, { endpoint: place.endpoint ?? where, region: place.region });
  if (GENERAL.has(general.code)) return general;
  return new HeadgateError('STS_REJECTED', `${where} did not accept the request.`, told);
}

/** Whether the same call may succeed in a moment. */
export function isPassing(error: unknown): boolean {
  return error instanceof HeadgateError && PASSING.has(error.code);
}

/** Whether a session policy was refused because AWS's own form of it is too large. */
export function isPolicyTooLarge(error: unknown): boolean {
  return error instanceof HeadgateError && POLICY_TOO_LARGE.has(factsOf(error.cause).name);
}

/** Whether own credentials were good once: then signing in again helps, and mending a typing error does not. */
export function isExpired(error: unknown): boolean {
  return error instanceof HeadgateError && EXPIRED.has(factsOf(error.cause).name);
}

const THROTTLING = new Set(['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded']);
const POLICY_TOO_LARGE = new Set(['PackedPolicyTooLarge', 'PackedPolicyTooLargeException']);
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
const GENERAL: ReadonlySet<string> = new Set([
  'CREDENTIALS_MISSING',
  'CREDENTIALS_REJECTED',
  'ENDPOINT_UNREACHABLE',
  'CANCELLED',
]);
const PASSING: ReadonlySet<string> = new Set(['STS_THROTTLED', 'STS_FAILED', 'ENDPOINT_UNREACHABLE']);

function factsOf(error: unknown): {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
} {
  // The SDK's errors carry these; any of them may be absent or of another type.
  const { name, message, $metadata } = Object(error) as Record<string, unknown>;
  const status = (Object($metadata) as Record<string, unknown>)['httpStatusCode'];
  return {
    name: String(name ?? ''),
    message: String(message ?? ''),
    status: typeof status === 'number' ? status : undefined,
  };
}
