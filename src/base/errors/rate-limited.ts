import { type ErrorDetails, HeadgateError } from './headgate-error.js';

/** RATE_LIMITED, with the time after which it is worth trying again: the `Retry-After` of HTTP. */
export class RateLimited extends HeadgateError {
  constructor(
    readonly retryAfterSeconds: number,
    message: string,
    details: ErrorDetails,
  ) {
    super('RATE_LIMITED', message, details);
  }
}
