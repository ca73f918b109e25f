/** Carries what is known of a statement along with the error that ended it, for whoever shows the error. */
export class FailedStatement extends Error {
  override readonly name = 'FailedStatement';

  constructor(
    override readonly cause: unknown,
    readonly sql: string,
    /** What was read until then, as a sentence; undefined when nothing was. */
    readonly spent: string | undefined,
  ) {
    super('A statement failed.', { cause });
  }
}
