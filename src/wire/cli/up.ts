import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from './command-context.js';

interface UpFlags {
  readonly demo?: boolean;
  readonly port?: number;
}

const HELP = `
With HEADGATE_ONCE=1 it shows the sample and ends, instead of staying until Ctrl-C.

Examples:
  headgate up --demo
  headgate up --demo --port 8000`;

/** `headgate up` */
export function addUpCommand(program: Command, context: CommandContext): void {
  program
    .command('up')
    .description('Start the embedded DynamoDB and keep it running until Ctrl-C.')
    .option('--demo', 'load the sample data once and show a sample statement')
    .option('--port <number>', 'the port of the embedded DynamoDB; 0 takes any free one', portOption)
    .addHelpText('after', HELP)
    .action(({ demo = false, port }: UpFlags) => {
      const { stdout, stderr, env } = context.terminal;
      return context.runUp({ demo, port, once: env['HEADGATE_ONCE'] === '1' }, { stdout, stderr }, context.signal);
    });
}

function portOption(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('Use a number from 0 to 65535.');
  return port;
}
