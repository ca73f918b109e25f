import type { Command } from 'commander';
import { parseExactJson } from '../../../dynamodb/exact-json.js';
import { type RecordFormat, recordFormatOption, writeRecords } from '../admin/records.js';
import type { CommandContext } from '../command-context.js';
import { withServer } from '../server/with-server.js';
import { readSource } from '../statement-source.js';
import type { GlobalOptions } from '../with-gateway.js';
import { type Capacity, writeAnswer, writeCost } from './write-answer.js';

interface ActionFlags extends GlobalOptions {
  readonly input?: string;
  readonly format?: RecordFormat;
}

interface ActionRecord {
  readonly name: string;
  readonly description: string;
}

const USAGE = 'Give it by --input: JSON, the name of a file, or - for standard input.';

const HELP = `
Examples:
  headgate action getItem --input '{"table": "demo.airports", "partitionKey": "SEA"}'
  headgate action queryItems --input query.json
  headgate actions --format json`;

/** `headgate action` and `headgate actions` */
export function addActionCommands(program: Command, context: CommandContext): void {
  program
    .command('action')
    .description('Run a typed action: reading and writing items and tables without expressions.')
    .argument('<name>', 'one of those that `headgate actions` lists')
    .option('--input <json>', 'what the action takes: JSON, the name of a file, or - for standard input')
    .addHelpText('after', HELP)
    .action((name: string, _flags: ActionFlags, command: Command) =>
      runAction(name, command.optsWithGlobals<ActionFlags>(), context),
    );
  program
    .command('actions')
    .description('List the typed actions; as JSON with the form of what they take and give.')
    .addOption(recordFormatOption())
    .action((_flags: ActionFlags, command: Command) => listActions(command.optsWithGlobals<ActionFlags>(), context));
}

async function runAction(
  name: string,
  { input = '{}', ...flags }: ActionFlags,
  context: CommandContext,
): Promise<void> {
  const isJson = /^\s*\{/.test(input);
  const given = { argument: isJson ? input : undefined, file: isJson ? undefined : input };
  const body = Object(
    parseExactJson(await readSource({ ...given, noun: 'input', hint: USAGE, option: '--input' }, context)),
  );
  await withServer(flags, context, async (server) => {
    const path = `/v1/actions/${encodeURIComponent(name)}`;
    const { output, capacity } = await server.call<{ output: unknown; capacity: Capacity }>('POST', path, body);
    await writeAnswer(output, context);
    await writeCost({ capacity, warnings: [] }, context);
  });
}

async function listActions({ format, ...flags }: ActionFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const { items } = await server.call<{ items: readonly ActionRecord[] }>('GET', '/v1/actions');
    const columns = {
      name: (action: ActionRecord) => action.name,
      description: (action: ActionRecord) => action.description,
    };
    await writeRecords(items, columns, { format, stdout: context.terminal.stdout });
  });
}
