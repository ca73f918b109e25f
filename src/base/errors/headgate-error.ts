import { ERROR_KINDS, type ErrorCode, type ErrorKind } from './registry.js';

/** A place in the statement's text; both count from 1, columns count characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface ErrorDetails {
  /** Why it happened, where the message alone does not say. */
  readonly detail?: string;
  /** What to do next. */
  readonly hint?: string;
  readonly position?: Position;
  readonly cause?: unknown;
}

/** The only error that users see. Foreign errors are wrapped in it where they enter, and kept as `cause` for the log. */
export class HeadgateError extends Error {
  override readonly name = 'HeadgateError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: Position | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.detail = details.detail;
    this.hint = details.hint;
    this.position = details.position;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}
