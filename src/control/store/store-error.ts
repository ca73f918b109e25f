import { HeadgateError } from '../../base/errors/headgate-error.js';

/** A driver's error as STORE_UNAVAILABLE, when the database is out of reach, or as STORE_FAILED. */
export function storeError(cause: unknown): HeadgateError {
  if (cause instanceof HeadgateError) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (isSqlError(cause) && !isShutdown(sqlStateOf(cause))) {
    return new HeadgateError('STORE_FAILED', 'The control-plane store refused a statement.', { detail, cause });
  }
  return new HeadgateError('STORE_UNAVAILABLE', 'The control-plane store cannot be reached.', {
    detail,
    hint: 'Check HEADGATE_DATABASE_URL and that the PostgreSQL server runs and lets Headgate in.',
    cause,
  });
}

/** Whether a statement failed because a row with the same unique value exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof HeadgateError && sqlStateOf(error.cause) === '23505';
}

/** An error that the server answered with: it has one of PostgreSQL's five-character codes. */
function isSqlError(cause: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(sqlStateOf(cause)) && !isNetworkCode(sqlStateOf(cause));
}

/** Node's codes of five letters, such as EPIPE, look like an SQLSTATE. */
function isNetworkCode(code: string): boolean {
  return code === 'EPIPE';
}

/** Connection exceptions, missing rights to connect, too many connections, and a server that stops or starts. */
function isShutdown(sqlState: string): boolean {
  return /^(08|28|3D|53|57P)/.test(sqlState);
}

function sqlStateOf(cause: unknown): string {
  const code: unknown = Object(cause).code;
  return typeof code === 'string' ? code : '';
}
