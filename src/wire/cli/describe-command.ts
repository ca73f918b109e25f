import type { Command } from 'commander';
import { choiceOption } from './choice-option.js';
import type { CommandContext } from './command-context.js';
import { describeJson, describeText } from './describe-text.js';
import { findTable } from './find-table.js';
import { writeText } from './output.js';
import { remoteDescription } from './server/remote-catalog.js';
import { namedServer } from './server/with-server.js';
import { type GlobalOptions, withGateway } from './with-gateway.js';

interface DescribeFlags extends GlobalOptions {
  readonly schema?: string;
  readonly format?: 'table' | 'json';
}

const HELP = `
Examples:
  headgate describe demo.flights
  headgate describe flights --schema demo --format json`;

/** `headgate describe` */
export function addDescribeCommand(program: Command, context: CommandContext): void {
  program
    .command('describe')
    .description('Show the columns, keys, indexes and size of a table.')
    .argument('<table>', 'schema.table, or a table that only one schema has')
    .option('--schema <name>', 'the schema to look in')
    .addOption(choiceOption('--format <format>', 'text unless json; one of', ['table', 'json']))
    .addHelpText('after', HELP)
    .action((table: string, _flags: DescribeFlags, command: Command) =>
      describeTable(table, command.optsWithGlobals<DescribeFlags>(), context),
    );
}

async function describeTable(written: string, flags: DescribeFlags, context: CommandContext): Promise<void> {
  const { terminal, signal } = context;
  const server = await namedServer(flags, context);
  if (server !== undefined) {
    const { schema, format } = flags;
    await writeText(terminal.stdout, await remoteDescription(server, written, { schema, format }));
    return;
  }
  await withGateway(flags, context, async ({ catalog }, progress) => {
    const name = await findTable(written, catalog, { schema: flags.schema, signal });
    progress.show(`looking at ${name.schema}.${name.table}`);
    const table = await catalog.table(name, signal);
    progress.end();
    await writeText(terminal.stdout, flags.format === 'json' ? describeJson(table) : describeText(table, Date.now()));
  });
}
