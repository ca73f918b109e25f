import type { Command } from 'commander';
import { parseExactJson } from '../../../dynamodb/exact-json.js';
import type { CommandContext } from '../command-context.js';
import { withServer } from '../server/with-server.js';
import { readSource } from '../statement-source.js';
import type { GlobalOptions } from '../with-gateway.js';
import { copyRows } from './copy-rows.js';
import { type Capacity, writeAnswer, writeCost } from './write-answer.js';

interface OpFlags extends GlobalOptions {
  readonly file?: string;
  readonly schema?: string;
  readonly dynamodbJson?: boolean;
}

const USAGE =
  'Give one operation: headgate op \'{"verb": "GetItem", ...}\', or --file get.json, or - for standard input.';

const HELP = `
An operation is JSON: "verb" and DynamoDB's own parameters of that verb. "fetchAll": true reads all pages and writes one item
to a line; "maxItems" and "maxUnits" end it earlier. Values are plain JSON; what JSON lacks is {"$set": [...]},
{"$binary": "base64"} and {"$number": "digits"} for numbers that no double holds.

Examples:
  headgate op '{"verb": "GetItem", "TableName": "airports", "Key": {"iata": "SEA"}}' --schema demo
  headgate op '{"verb": "Scan", "TableName": "demo.airports", "fetchAll": true, "maxItems": 1000}'
  headgate op '{"verb": "ExecuteStatement", "Statement": "SELECT * FROM airports WHERE iata = ?", "Parameters": ["SEA"]}'
  headgate op --file put.json --dynamodb-json`;

/** `headgate op` */
export function addOpCommand(program: Command, context: CommandContext): void {
  program
    .command('op')
    .description(
      "Run one of DynamoDB's own operations. Its answer goes to standard output, what it cost to standard error.",
    )
    .argument('[json]', 'the operation; - reads it from standard input')
    .option('-f, --file <file>', 'read the operation from a file')
    .option(
      '--schema <name>',
      'the schema of table names that stand without one; the only one that there is unless given',
    )
    .option('--dynamodb-json', 'values are DynamoDB JSON, such as {"S": "x"}, in what is sent and answered')
    .addHelpText('after', HELP)
    .action(async (json: string | undefined, _flags: OpFlags, command: Command) => {
      const flags = command.optsWithGlobals<OpFlags>();
      const source = { argument: json, file: flags.file, noun: 'operation', hint: USAGE };
      // Read here, so that its words are known and its numbers keep their digits on the way.
      const given = Object(parseExactJson(await readSource(source, context)));
      await runOperation(withFlags(given, flags), flags, context);
    });
}

function withFlags(given: object, { schema, dynamodbJson }: OpFlags): object {
  return { plain: dynamodbJson !== true, ...(schema === undefined ? {} : { schema }), ...given };
}

interface Answered {
  readonly answer: unknown;
  readonly capacity: Capacity;
  readonly warnings: readonly string[];
}

async function runOperation(operation: object, flags: GlobalOptions, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    if ('fetchAll' in operation && operation.fetchAll === true) {
      await copyRows(await server.stream('/v1/operations', { ...operation, format: 'ndjson' }), context);
      return;
    }
    const { answer, capacity, warnings } = await server.call<Answered>('POST', '/v1/operations', operation);
    await writeAnswer(answer, context);
    await writeCost({ capacity, warnings }, context);
  });
}
