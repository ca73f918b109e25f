import type { Command } from 'commander';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { StatementRequest } from '../../query/statement.js';
import { choiceOption } from './choice-option.js';
import type { CommandContext } from './command-context.js';
import {
  chooseFormat,
  collect,
  durationOption,
  QUERY_FORMATS,
  type QueryFormat,
  readParameters,
  unitsOption,
} from './query-options.js';
import { type Query, runQuery } from './run-query.js';
import { runRemoteQuery } from './server/run-remote-query.js';
import { namedServer } from './server/with-server.js';
import { readStatement } from './statement-source.js';
import type { GlobalOptions } from './with-gateway.js';

interface QueryFlags extends GlobalOptions {
  readonly file?: string;
  readonly plan?: boolean;
  readonly format?: QueryFormat;
  readonly output?: string;
  readonly param?: readonly string[];
  readonly schema?: string;
  readonly timeout?: number;
  readonly consistent?: boolean;
  readonly maxUnits?: number;
}

const HELP = `
Parameters:
  --param 7 is the value of the next ? (or $1, $2, ...), --param name=7 that of $name. A value of the first kind that
  looks like the second is written with := before it: --param ":=a=b" is the text a=b.

Examples:
  headgate query "SELECT * FROM demo.airports WHERE iata = 'SEA'"
  headgate query "SELECT * FROM demo.flights WHERE origin = ? AND distance > ?" --param SEA --param 1000
  headgate query --file report.sql --param day=2001-01-01 --output report.parquet
  echo "SELECT count(*) FROM demo.flights" | headgate query - --max-units 100
  headgate query --plan --format json "SELECT * FROM demo.flights LIMIT 10"`;

/** `headgate query` */
export function addQueryCommand(program: Command, context: CommandContext): void {
  program
    .command('query')
    .description('Run one SQL statement. Rows go to standard output, what they cost to standard error.')
    .argument('[sql]', 'the statement; - reads it from standard input')
    .option('-f, --file <file>', 'read the statement from a file')
    .option('--plan', 'show how the statement would be read and what that would cost, and read nothing')
    .addOption(choiceOption('--format <format>', 'table on a terminal, else ndjson; one of', QUERY_FORMATS))
    .option('-o, --output <file>', 'write to a file; its extension says the format where --format does not')
    .option('--param <value>', 'a value for ?, or name=value for $name; may be repeated', collect)
    .option('--schema <name>', 'the schema of table names that stand without one')
    .option('--timeout <duration>', 'give up after this long, such as 500ms, 30s, 5m or 1h', durationOption)
    .option('--consistent', 'read consistently, at twice the units; not possible on global indexes')
    .option('--max-units <number>', 'refuse or stop the statement when it takes more read units', unitsOption)
    .addHelpText('after', HELP)
    .action(async (sql: string | undefined, _flags: QueryFlags, command: Command) => {
      const flags = command.optsWithGlobals<QueryFlags>();
      const query = await readQuery(sql, flags, context);
      const server = await namedServer(flags, context);
      await (server === undefined ? runQuery(query, context) : runRemoteQuery(server, query, context));
    });
}

/** Everything that can be wrong with the words is found here, before anything is opened. */
async function readQuery(sql: string | undefined, flags: QueryFlags, context: CommandContext): Promise<Query> {
  const planOnly = flags.plan === true;
  const parameters = readParameters(flags.param ?? []);
  const choice = { format: flags.format, output: flags.output, isTerminal: context.terminal.stdout.isTTY === true };
  const format = planOnly ? planFormat(flags.format) : chooseFormat(choice);
  const request: StatementRequest = {
    sql: await readStatement(sql, flags.file, context),
    ...(parameters === undefined ? {} : { parameters }),
    ...(flags.schema === undefined ? {} : { defaultSchema: flags.schema }),
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout }),
    ...(flags.consistent === undefined ? {} : { consistentRead: flags.consistent }),
    ...(flags.maxUnits === undefined ? {} : { maxUnits: flags.maxUnits }),
  };
  return { request, format, planOnly, output: flags.output, config: flags.config };
}

function planFormat(format: QueryFormat | undefined): QueryFormat {
  if (format === undefined || format === 'table' || format === 'json') return format ?? 'table';
  throw new HeadgateError('USAGE', `A plan has no ${format} form.`, {
    hint: 'Leave --format out for a text tree, or use --format json.',
  });
}
