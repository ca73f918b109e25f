import type { ErrorCode } from '../../base/errors/registry.js';
import type { RefusalReason } from '../../identity/signature/signature-refused.js';

/** A type of error as AWS names it, and the HTTP status that comes with it. SDKs decide by both whether to try again. */
export interface AwsErrorType {
  /** The `__type` of the answer. */
  readonly type: string;
  readonly status: number;
}

function coral(name: string, status = 400): AwsErrorType {
  return { type: `com.amazon.coral.${name}`, status };
}

function dynamodb(name: string, status = 400): AwsErrorType {
  return { type: `com.amazonaws.dynamodb.v20120810#${name}`, status };
}

export const UNKNOWN_OPERATION = coral('service#UnknownOperationException');
export const SERIALIZATION = coral('service#SerializationException');
export const TOO_LARGE = coral('service#RequestEntityTooLargeException', 413);
export const ACCESS_DENIED = coral('service#AccessDeniedException');
export const UNAVAILABLE = coral('service#ServiceUnavailableException', 503);
export const INCOMPLETE_SIGNATURE = coral('service#IncompleteSignatureException');
export const FAILED = dynamodb('InternalServerError', 500);
const VALIDATION = coral('validate#ValidationException');
const THROTTLED = coral('availability#ThrottlingException');
const UNRECOGNIZED = coral('service#UnrecognizedClientException');
const NOT_FOUND = dynamodb('ResourceNotFoundException');
const IN_USE = dynamodb('ResourceInUseException');

/** What is wrong with a signature. */
export const SIGNATURE_TYPES: Readonly<Record<RefusalReason, AwsErrorType>> = {
  missing: coral('service#MissingAuthenticationTokenException'),
  incomplete: INCOMPLETE_SIGNATURE,
  'unknown-key': UNRECOGNIZED,
  invalid: coral('service#InvalidSignatureException'),
};

/**
 * Each of our codes as a type that the client knows. SDKs send again what is THROTTLED, FAILED or UNAVAILABLE, so nothing is
 * that would fail in the same way again: a spent allowance of units is ACCESS_DENIED, not throttling.
 */
export const ERROR_TYPES: Readonly<Record<ErrorCode, AwsErrorType>> = {
  USAGE: VALIDATION,
  SQL_SYNTAX: VALIDATION,
  SQL_UNSUPPORTED: VALIDATION,
  SQL_REFUSED: ACCESS_DENIED,
  SQL_INVALID: VALIDATION,
  SQL_EXECUTION: VALIDATION,
  PARAMETER_INVALID: VALIDATION,
  REQUEST_INVALID: VALIDATION,
  METHOD_NOT_ALLOWED: UNKNOWN_OPERATION,
  VERB_UNKNOWN: UNKNOWN_OPERATION,
  ROLE_INVALID: VALIDATION,
  COLUMN_NOT_FOUND: VALIDATION,
  DYNAMODB_REJECTED: VALIDATION,
  REQUEST_TOO_LARGE: TOO_LARGE,
  SCHEMA_NOT_FOUND: NOT_FOUND,
  TABLE_NOT_FOUND: NOT_FOUND,
  // Not as if it were not there: who may see it is to know that it can be made active.
  SCHEMA_NOT_ACTIVE: ACCESS_DENIED,
  NOT_FOUND,
  CONFLICT: IN_USE,
  UNAUTHENTICATED: UNRECOGNIZED,
  ACCESS_DENIED,
  SCOPE_MISSING: ACCESS_DENIED,
  AWS_ACCESS_DENIED: ACCESS_DENIED,
  UNITS_EXCEEDED: ACCESS_DENIED,
  RESOURCES_EXHAUSTED: ACCESS_DENIED,
  RESULT_TOO_LARGE: ACCESS_DENIED,
  RATE_LIMITED: THROTTLED,
  DYNAMODB_THROTTLED: THROTTLED,
  UNAVAILABLE,
  STORE_UNAVAILABLE: UNAVAILABLE,
  STORE_IN_USE: UNAVAILABLE,
  EMBEDDED_UNAVAILABLE: UNAVAILABLE,
  ENDPOINT_UNREACHABLE: UNAVAILABLE,
  CANCELLED: UNAVAILABLE,
  ALREADY_RUNNING: UNAVAILABLE,
  TIMEOUT: FAILED,
  DYNAMODB_FAILED: FAILED,
  STS_THROTTLED: UNAVAILABLE,
  STS_FAILED: FAILED,
  STS_REJECTED: FAILED,
  ROLE_REFUSED: FAILED,
  CALLER_UNSUITABLE: FAILED,
  LOCAL_AWS_INVALID: FAILED,
  AUDIT_BROKEN: FAILED,
  STORE_FAILED: FAILED,
  INTERNAL: FAILED,
  // The gateway itself is not set up rightly: the client can do nothing about it.
  CONFIG_INVALID: FAILED,
  CONFIG_NOT_FOUND: FAILED,
  FILE_ERROR: FAILED,
  PORT_IN_USE: FAILED,
  SEALING_KEY_WRONG: FAILED,
  REGION_MISSING: FAILED,
  CREDENTIALS_MISSING: FAILED,
  CREDENTIALS_REJECTED: FAILED,
};
