import { HeadgateError } from '../../base/errors/headgate-error.js';
import { ERROR_KINDS } from '../../base/errors/registry.js';
import type { Terminal } from './terminal.js';

export interface Interruption {
  readonly signal: AbortSignal;
  release(): void;
}

/** Ctrl-C (or SIGTERM) aborts the signal with CANCELLED, so that the command can end in order; a second one ends at once. */
export function watchInterruption(terminal: Terminal): Interruption {
  const controller = new AbortController();
  const release = terminal.onInterrupt(() => {
    if (controller.signal.aborted) terminal.exitNow(ERROR_KINDS.CANCELLED.exitStatus);
    controller.abort(new HeadgateError('CANCELLED', 'The command was cancelled.'));
  });
  return { signal: controller.signal, release };
}
