import type { HeadgateError } from '../../../base/errors/headgate-error.js';

/** An error in the words of RFC 6749, 5.2. */
export class OauthError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** What OAuth calls the error. Its descriptions are plain ASCII without quotes and backslashes. */
export function oauthErrorOf(error: HeadgateError | OauthError): {
  readonly status: number;
  readonly code: string;
  readonly message: string;
} {
  const message = error.message.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\]/g, "'");
  if (error instanceof OauthError) return { status: error.status, code: error.code, message };
  const status = error.kind.httpStatus;
  switch (error.code) {
    case 'UNAUTHENTICATED':
      return { status, code: 'invalid_client', message };
    case 'SCOPE_MISSING':
      return { status: 400, code: 'invalid_scope', message };
    default:
      if (status < 500 && status !== 429) return { status, code: 'invalid_request', message };
      return { status, code: status === 500 ? 'server_error' : 'temporarily_unavailable', message };
  }
}
