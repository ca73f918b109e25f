import { HeadgateError } from '../base/errors/headgate-error.js';

/** The error for what the caller wrote: `at` is the path of the fault, `message` says what is wrong there. */
export function invalid(at: string, message: string, hint?: string): HeadgateError {
  const text = at === '' ? message : `${at}: ${message}`;
  return new HeadgateError('REQUEST_INVALID', text, hint === undefined ? {} : { hint });
}
