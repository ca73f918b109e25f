import { CommanderError } from 'commander';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { ERROR_KINDS } from '../../base/errors/registry.js';
import { FailedStatement } from './failed-statement.js';
import { showError } from './show-error.js';
import { hasColour, type Terminal } from './terminal.js';

/** Shows on standard error what ended a command, and returns the exit status. */
export function reportFailure(error: unknown, terminal: Terminal, { interrupted = false } = {}): number {
  // Help and version end by an exception too. Help that nobody asked for is the answer to a missing command.
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (error instanceof CommanderError && error.code === 'commander.help') return ERROR_KINDS.USAGE.exitStatus;

  const { cause, sql, spent } =
    error instanceof FailedStatement ? error : { cause: error, sql: undefined, spent: undefined };
  // Whatever breaks after Ctrl-C breaks because of it.
  if (interrupted) {
    terminal.stderr.write(`cancelled${spent === undefined ? '' : `. ${spent}`}\n`);
    return ERROR_KINDS.CANCELLED.exitStatus;
  }
  const shown = asHeadgateError(cause);
  terminal.stderr.write(
    showError(shown, {
      sql,
      colour: hasColour(terminal.stderr, terminal.env),
      width: terminal.stderr.columns ?? 100,
      debug: terminal.env['HEADGATE_DEBUG'] === '1',
    }),
  );
  if (spent !== undefined) terminal.stderr.write(`${spent}\n`);
  return shown.kind.exitStatus;
}

function asHeadgateError(error: unknown): HeadgateError {
  if (error instanceof HeadgateError) return error;
  if (error instanceof CommanderError) return usageError(error);
  return new HeadgateError('INTERNAL', 'Something happened in Headgate that should not.', {
    detail: error instanceof Error ? error.message : String(error),
    hint: 'Please report it, with the command and what it printed under HEADGATE_DEBUG=1.',
    cause: error,
  });
}

/** Commander writes `error: message`, and under it `(Did you mean x?)` where it has an idea. */
function usageError(error: CommanderError): HeadgateError {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  return new HeadgateError('USAGE', message, {
    hint:
      suggestion?.replace(/^\((.*)\)$/, '$1') ?? '`headgate --help` and `headgate help <command>` tell what there is.',
  });
}
