import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { CommandContext } from '../command-context.js';

/**
 * One line of standard input. On a terminal it is asked for and not shown while it is typed. Throws USAGE when there is no
 * line, and CANCELLED after Ctrl-C.
 */
export async function readSecret(question: string, { terminal, signal }: CommandContext): Promise<string> {
  const { stdin, stderr } = terminal;
  const isTerminal = 'isTTY' in stdin && stdin.isTTY === true;
  if (isTerminal) stderr.write(question);
  // What is typed is echoed by readline to its output, which is nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: isTerminal });
  const cancel = (): void => lines.close();
  signal.addEventListener('abort', cancel, { once: true });
  // In raw mode Ctrl-C is a character and no signal.
  lines.once('SIGINT', cancel);
  try {
    for await (const line of lines) return line;
  } finally {
    signal.removeEventListener('abort', cancel);
    lines.close();
    if (isTerminal) stderr.write('\n');
  }
  if (isTerminal) throw new HeadgateError('CANCELLED', 'Nothing was typed.');
  throw new HeadgateError('USAGE', 'Standard input is empty.', {
    hint: 'Pipe the secret in, or run the command on a terminal to be asked for it.',
  });
}
