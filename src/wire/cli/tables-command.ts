import type { Command } from 'commander';
import { choiceOption } from './choice-option.js';
import type { CommandContext } from './command-context.js';
import { writeText } from './output.js';
import { remoteTables } from './server/remote-catalog.js';
import { namedServer } from './server/with-server.js';
import { type GlobalOptions, withGateway } from './with-gateway.js';

interface TablesFlags extends GlobalOptions {
  readonly format?: 'table' | 'json';
}

const HELP = `
Examples:
  headgate tables
  headgate tables demo --format json`;

/** `headgate tables` */
export function addTablesCommand(program: Command, context: CommandContext): void {
  program
    .command('tables')
    .description('List the tables that can be read, one schema.table per line.')
    .argument('[schema]', 'only the tables of this schema')
    .addOption(choiceOption('--format <format>', 'lines unless json; one of', ['table', 'json']))
    .addHelpText('after', HELP)
    .action((schema: string | undefined, _flags: TablesFlags, command: Command) =>
      listTables(schema, command.optsWithGlobals<TablesFlags>(), context),
    );
}

async function listTables(only: string | undefined, flags: TablesFlags, context: CommandContext): Promise<void> {
  const server = await namedServer(flags, context);
  const tables = server === undefined ? await localTables(only, flags, context) : await remoteTables(server, only);
  const text =
    flags.format === 'json'
      ? `${JSON.stringify(tables, null, 2)}\n`
      : tables.map(({ schema, table }) => `${schema}.${table}\n`).join('');
  await writeText(context.terminal.stdout, text);
}

async function localTables(only: string | undefined, flags: TablesFlags, context: CommandContext) {
  return await withGateway(flags, context, async ({ catalog }) => {
    const tables: { schema: string; table: string }[] = [];
    for (const schema of only === undefined ? catalog.schemas : [only]) {
      for (const table of await catalog.listTables(schema, context.signal)) tables.push({ schema, table });
    }
    return tables;
  });
}
