/**
 * A refusal as AWS words it: its error code, its text, its HTTP status. It is an answer to a caller of local AWS and never
 * leaves this folder as an error; what Headgate itself sees are HeadgateErrors.
 */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';

  constructor(
    readonly code: string,
    message: string,
    readonly status: 400 | 403 | 500 = 400,
  ) {
    super(message);
  }
}
