import { HeadgateError } from '../../base/errors/headgate-error.js';
import { SignatureRefused } from '../../identity/signature/signature-refused.js';
import { type AwsErrorType, ERROR_TYPES, FAILED, SIGNATURE_TYPES } from './error-types.js';

/** An error as AWS's services show it. */
export class AwsError extends Error {
  constructor(
    readonly kind: AwsErrorType,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Any error as one of AWS's. What is no HeadgateError is a bug, and is not described. */
export function awsErrorOf(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof SignatureRefused) return new AwsError(SIGNATURE_TYPES[error.reason], error.message);
  if (!(error instanceof HeadgateError)) return new AwsError(FAILED, UNEXPECTED, { cause: error });
  return new AwsError(ERROR_TYPES[error.code], sentencesOf(error), { cause: error });
}

const UNEXPECTED = 'Something unexpected happened in the gateway; its log tells more under the id of this request.';

/** AWS's errors have one text, so all that ours has to say goes into it. */
function sentencesOf({ message, detail, hint }: HeadgateError): string {
  const sentences = [message, detail, hint].filter((text) => text !== undefined && text !== '');
  return sentences.map((text) => (/[.!?)]$/.test(text ?? '') ? text : `${text}.`)).join(' ');
}
