import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from './command-context.js';
import type { GlobalOptions } from './with-gateway.js';

interface UpFlags extends GlobalOptions {
  readonly demo?: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly httpPort?: number;
  readonly endpointPort?: number;
}

const HELP = `
With HEADGATE_ONCE=1 it shows the sample and ends, instead of staying until Ctrl-C.

Examples:
  headgate up --demo
  headgate up --demo --port 8000 --http-port 9090`;

/** `headgate up` */
export function addUpCommand(program: Command, context: CommandContext): void {
  program
    .command('up')
    .description('Serve the gateway, with an embedded DynamoDB, until Ctrl-C.')
    .option('--demo', 'load the sample data once and show a sample statement')
    .option('--port <number>', 'the port of the embedded DynamoDB; 0 takes any free one', portOption)
    .option(
      '--host <address>',
      'the address that the gateway listens on; 127.0.0.1 unless headgate.yaml says otherwise',
    )
    .option(
      '--http-port <number>',
      'the port of the HTTP API, 8080 unless headgate.yaml says otherwise; 0 takes any free one',
      portOption,
    )
    .option(
      '--endpoint-port <number>',
      'the port of the DynamoDB endpoint, 8001 unless headgate.yaml says otherwise; 0 takes any free one',
      portOption,
    )
    .addHelpText('after', HELP)
    .action((_flags: UpFlags, command: Command) => {
      const { demo = false, port, host, httpPort, endpointPort, config } = command.optsWithGlobals<UpFlags>();
      const { stdout, stderr, env } = context.terminal;
      return context.runUp(
        { demo, config, port, host, httpPort, endpointPort, once: env['HEADGATE_ONCE'] === '1' },
        { stdout, stderr },
        context.signal,
      );
    });
}

function portOption(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('Use a number from 0 to 65535.');
  return port;
}
