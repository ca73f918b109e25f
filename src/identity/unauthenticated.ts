import { HeadgateError } from '../base/errors/headgate-error.js';

/** UNAUTHENTICATED. The message must be the same for a name that does not exist and a secret that is wrong. */
export function unauthenticated(message: string, hint: string, cause?: unknown): HeadgateError {
  return new HeadgateError('UNAUTHENTICATED', message, { hint, cause });
}
