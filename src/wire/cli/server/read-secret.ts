import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { CommandContext } from '../command-context.js';

/** One line of standard input, as `readSecrets`. */
export async function readSecret(question: string, context: CommandContext): Promise<string> {
  const [answer = ''] = await readSecrets([question], context);
  return answer;
}

/**
 * One line of standard input for each question. On a terminal it is asked for and not shown while it is typed. Throws USAGE
 * when there are too few lines, and CANCELLED after Ctrl-C.
 */
export async function readSecrets(
  questions: readonly string[],
  { terminal, signal }: CommandContext,
): Promise<readonly string[]> {
  const { stdin, stderr } = terminal;
  const isTerminal = 'isTTY' in stdin && stdin.isTTY === true;
  // What is typed is echoed by readline to its output, which is nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: isTerminal });
  const cancel = (): void => lines.close();
  signal.addEventListener('abort', cancel, { once: true });
  // In raw mode Ctrl-C is a character and no signal.
  lines.once('SIGINT', cancel);
  const answers: string[] = [];
  const ask = () => {
    if (isTerminal) stderr.write(questions[answers.length] ?? '');
  };
  try {
    ask();
    for await (const line of lines) {
      if (isTerminal) stderr.write('\n');
      answers.push(line);
      if (answers.length === questions.length) return answers;
      ask();
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    lines.close();
  }
  if (isTerminal) {
    stderr.write('\n');
    throw new HeadgateError('CANCELLED', 'Nothing was typed.');
  }
  throw new HeadgateError(
    'USAGE',
    answers.length === 0 ? 'Standard input is empty.' : 'Standard input has too few lines.',
    {
      hint: 'Pipe in one line for each secret, or run the command on a terminal to be asked for it.',
    },
  );
}
