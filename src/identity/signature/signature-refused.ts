import { HeadgateError } from '../../base/errors/headgate-error.js';

/**
 * What is wrong with a signature, as AWS distinguishes it: there is none; it cannot be read; its access key is not known; or
 * it is not that of this request at this time.
 */
export type RefusalReason = 'missing' | 'incomplete' | 'unknown-key' | 'invalid';

/** UNAUTHENTICATED. The message is AWS's own, because programs and people know it. */
export class SignatureRefused extends HeadgateError {
  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super('UNAUTHENTICATED', message);
  }
}
