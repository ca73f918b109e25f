import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAuditCommand } from './admin/audit-command.js';
import { addClientCommand } from './admin/client-command.js';
import { addGrantCommands } from './admin/grant-command.js';
import { addGroupCommand } from './admin/group-command.js';
import { addKeyCommand } from './admin/key-command.js';
import { addLimitCommands } from './admin/limit-command.js';
import { addUsageCommand } from './admin/usage-command.js';
import { addUserCommand } from './admin/user-command.js';
import { addWhyCommand } from './admin/why-command.js';
import type { CommandContext, CommandServices } from './command-context.js';
import { addDescribeCommand } from './describe-command.js';
import { addIamCommand } from './iam-command.js';
import { addInitCommand } from './init-command.js';
import { watchInterruption } from './interruption.js';
import { addActionCommands } from './operations/action-command.js';
import { addOpCommand } from './operations/op-command.js';
import { addQueryCommand } from './query-command.js';
import { reportFailure } from './report-failure.js';
import { addSchemaCommand } from './schema/schema-command.js';
import { addLoginCommands } from './server/login-command.js';
import { addTablesCommand } from './tables-command.js';
import { addUpCommand } from './up.js';

/** Runs one command line and returns its exit status; never throws, and never ends the process before a second Ctrl-C. */
export async function runCommandLine(args: readonly string[], services: CommandServices): Promise<number> {
  const interruption = watchInterruption(services.terminal);
  try {
    const words = args.map(asWord);
    await commandLine({ ...services, signal: interruption.signal }).parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    return reportFailure(error, services.terminal, { interrupted: interruption.signal.aborted });
  } finally {
    interruption.release();
  }
}

/** A statement that begins with a comment is not an option: no option has a space or a line break in its name. */
function asWord(argument: string): string {
  return /^--(?:\s|[^=]*\n)/.test(argument) ? ` ${argument}` : argument;
}

const EXAMPLES = `
Examples:
  headgate up --demo
  headgate query "SELECT state, count(*) FROM demo.airports GROUP BY state ORDER BY 2 DESC LIMIT 5"
  headgate query --plan "SELECT * FROM demo.airports WHERE iata = 'SEA'"
  headgate describe demo.flights

Without a headgate.yaml, by --config, HEADGATE_CONFIG or in the working directory, the schema is the demo.`;

function commandLine(context: CommandContext): Command {
  const { stdout, stderr } = context.terminal;
  const program = new Command('headgate')
    .description('SQL over Amazon DynamoDB tables: the cheapest correct way to read them, and what it cost.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--config <file>', 'read this configuration instead of headgate.yaml')
    .option('--server <url>', 'talk to the gateway there instead of opening tables here; HEADGATE_URL says the same')
    .addHelpText('after', EXAMPLES)
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(stdout.columns ?? 100, 120) })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Usage errors are thrown and shown by us, like all others.
      outputError: () => {},
    })
    .exitOverride();
  addQueryCommand(program, context);
  addOpCommand(program, context);
  addActionCommands(program, context);
  addTablesCommand(program, context);
  addDescribeCommand(program, context);
  addWhyCommand(program, context);
  addGrantCommands(program, context);
  addLimitCommands(program, context);
  addClientCommand(program, context);
  addUserCommand(program, context);
  addGroupCommand(program, context);
  addSchemaCommand(program, context);
  addIamCommand(program, context);
  addAuditCommand(program, context);
  addUsageCommand(program, context);
  addLoginCommands(program, context);
  addKeyCommand(program, context);
  addInitCommand(program, context);
  addUpCommand(program, context);
  return program;
}

function readVersion(): string {
  // The same place from src/wire/cli and from dist/wire/cli.
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string }; // our own file: it always has one
  return version;
}
