import { setMaxListeners } from 'node:events';
import { HeadgateError } from '../base/errors/headgate-error.js';

/** Node runs a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The end of a statement: its caller's signal and its timeout as one signal, whose reason is a HeadgateError. */
export class Deadline {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly onAbort: () => void;

  constructor(
    private readonly outer: AbortSignal,
    timeoutMs: number | undefined,
  ) {
    this.signal = this.controller.signal;
    // A caller may run any number of statements on one signal, and a statement as many requests on its own.
    setMaxListeners(0, outer, this.signal);
    this.onAbort = () => this.controller.abort(cancelled(outer.reason));
    if (outer.aborted) this.onAbort();
    outer.addEventListener('abort', this.onAbort, { once: true });
    if (timeoutMs !== undefined) {
      const abort = () => this.controller.abort(timedOut(timeoutMs));
      this.timer = setTimeout(abort, Math.min(timeoutMs, LONGEST_TIMER_MS));
    }
  }

  /** The reason for the end when there was one, because what failed then failed of it; else the error itself. */
  explain(error: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : error;
  }

  /** Ends what still waits or runs, and lets go of the caller's signal and the clock. Safe to call twice. */
  end(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.onAbort);
    this.controller.abort(new HeadgateError('CANCELLED', 'the statement was closed'));
  }
}

function cancelled(reason: unknown): HeadgateError {
  return reason instanceof HeadgateError
    ? reason
    : new HeadgateError('CANCELLED', 'the statement was cancelled', { cause: reason });
}

function timedOut(timeoutMs: number): HeadgateError {
  return new HeadgateError('TIMEOUT', `the statement took longer than its timeout of ${timeoutMs / 1000} s`, {
    hint: 'Narrow it by a key in WHERE, or raise the timeout with --timeout or limits.timeout.',
  });
}
