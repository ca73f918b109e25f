import { type Command, InvalidArgumentError } from 'commander';
import { ROLE_FORMATS } from '../../../aws/formats/render-role.js';
import { ROLE_ACCESSES } from '../../../aws/policy/actions.js';
import { recordFormatOption } from '../admin/records.js';
import { choiceOption } from '../choice-option.js';
import type { CommandContext } from '../command-context.js';
import type { GlobalOptions } from '../with-gateway.js';
import { type AddFlags, addSchema } from './add-schema.js';
import {
  deleteSchema,
  disableSchema,
  listSchemas,
  rotateExternalId,
  type ShowFlags,
  showSchema,
  writeRole,
} from './schema-acts.js';
import { validateSchema } from './validate-schema.js';

const HELP = `
Examples:
  headgate schema add shop --account 123456789012 --region eu-central-1 --tables orders,customers
  headgate schema policy shop --format cli > setup.sh
  headgate schema validate shop
  headgate schema add local --way endpoint --endpoint http://localhost:8000 --region us-east-1

A new schema is pending: its role is set up by the owner of the account, then \`validate\` makes it active.`;

/** `headgate schema` */
export function addSchemaCommand(program: Command, context: CommandContext): void {
  const schema = program
    .command('schema')
    .description('Define schemas, and let them into AWS accounts.')
    .addHelpText('after', HELP);
  const named = (name: string, description: string) =>
    schema.command(name).description(description).argument('<schema>', 'name of the schema');
  const act =
    <Flags extends GlobalOptions>(work: (name: string, flags: Flags, context: CommandContext) => Promise<void>) =>
    (name: string, _flags: Flags, command: Command) =>
      work(name, command.optsWithGlobals<Flags>(), context);
  schema
    .command('add')
    .description('Define a schema; it is pending until it is validated.')
    .argument('<schema>', 'letters, digits and underscores; it never changes')
    .option('--region <region>', 'the region of the tables; AWS_REGION when left out')
    .addOption(
      choiceOption('--way <way>', 'how the account is entered', ['role', 'default', 'keys', 'endpoint']).default(
        'role',
      ),
    )
    .option('--account <id>', 'the account of the tables, 12 digits; for a role')
    .option('--role <name>', 'name of the role, with its path where it has one')
    .option('--tables <names>', "names of tables with commas between them; all unless given, or '*'", tableNames)
    .addOption(choiceOption('--access <code>', 'what the role is for, R unless given', ROLE_ACCESSES))
    .option('--external-id <id>', 'the external ID; a new one is made unless it is given')
    .option('--trust <principal>', "ARN of Headgate's role or user, or the ID of its account")
    .option('--deny-full-scans', 'deny Scan, and PartiQL statements that would scan')
    .option('--no-catalog-extras', 'leave out describing time to live, backups and tags')
    .option('--profile <name>', "a profile of the gateway's AWS configuration")
    .option('--access-key-id <id>', 'an access key; its secret is asked for, or read from standard input')
    .option('--endpoint <url>', 'of a DynamoDB that is not at AWS')
    .option('--sts-endpoint <url>', 'of local AWS on this machine')
    .addOption(recordFormatOption())
    .action(act<AddFlags>(addSchema));
  schema
    .command('list')
    .description('List the schemas.')
    .addOption(recordFormatOption())
    .action((_flags: ShowFlags, command: Command) => listSchemas(command.optsWithGlobals<ShowFlags>(), context));
  named('show', 'Show a schema, and what its last validation found.')
    .addOption(recordFormatOption())
    .action(act<ShowFlags>(showSchema));
  named('policy', 'Write the role of a schema as text for the owner of its account.')
    .addOption(choiceOption('--format <format>', 'form of the text', ROLE_FORMATS).default('cli'))
    .action(act<GlobalOptions & { readonly format: string }>(writeRole));
  named('validate', 'Try a schema step by step; it is active when that succeeds.').action(
    act<GlobalOptions>(validateSchema),
  );
  named('rotate', 'Make a new external ID; the role must then be changed, and the schema validated.').action(
    act<GlobalOptions>(rotateExternalId),
  );
  named('disable', 'Let a schema run no more statements, at once.').action(act<GlobalOptions>(disableSchema));
  named('delete', 'Delete a schema and the grants on it, at once; nothing is changed in AWS.').action(
    act<GlobalOptions>(deleteSchema),
  );
}

function tableNames(text: string): readonly string[] {
  if (text === '*') return [];
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError("Write names with commas between them, or '*'.");
  return names;
}
