import { HeadgateError } from '../base/errors/headgate-error.js';
import type { ErrorCode } from '../base/errors/registry.js';

/** Errors of how a schema is reached, which another schema of the same statement need not have. */
const CONNECTION_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'CREDENTIALS_MISSING',
  'CREDENTIALS_REJECTED',
  'AWS_ACCESS_DENIED',
  'ENDPOINT_UNREACHABLE',
]);

/** The same error, its message with the schema where that is what has to be mended. */
export function nameSchema(error: HeadgateError, schema: string | undefined): HeadgateError {
  if (schema === undefined || !CONNECTION_ERRORS.has(error.code)) return error;
  const { code, message, detail, hint, position, cause } = error;
  return new HeadgateError(code, `Schema ${schema}: ${message}`, {
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    ...(position === undefined ? {} : { position }),
    cause: cause ?? error,
  });
}
