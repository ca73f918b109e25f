import type { Command } from 'commander';
import { SCOPES } from '../../../access/principal.js';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import { collect } from '../query-options.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { addKeysCommand } from './client-keys-command.js';
import { findByName } from './find-by-name.js';
import { allOf } from './paged.js';
import { type RecordFormat, recordFormatOption, writeRecords } from './records.js';

interface ClientFlags extends GlobalOptions {
  readonly scope?: readonly string[];
  readonly group?: readonly string[];
  readonly format?: RecordFormat;
}

interface ClientRecord {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly status: string;
  readonly createdAt: string;
}

const HELP = `
Examples:
  headgate client create reports --scope query --scope usage:read
  headgate grant client:reports R demo
  headgate client secret reports
  headgate client revoke reports

Scopes say which parts of the API a client may call, grants which tables it may touch. The scopes are
${SCOPES.join(', ')}.`;

/** `headgate client create|list|secret|revoke|keys` */
export function addClientCommand(program: Command, context: CommandContext): void {
  const client = program
    .command('client')
    .description('Manage the programs and agents that use the gateway.')
    .addHelpText('after', HELP);
  client
    .command('create')
    .description('Make a client and show its secret, this once.')
    .argument('<name>', 'letters, digits and . _ @ + -')
    .option(
      '--scope <scope>',
      'a part of the API; can be given several times; query, schemas:read and catalog:read unless given',
      collect,
    )
    .option('--group <name>', 'a group of which it is to be a member; can be given several times', collect)
    .addOption(recordFormatOption())
    .action((name: string, _flags: ClientFlags, command: Command) =>
      createClient(name, command.optsWithGlobals<ClientFlags>(), context),
    );
  client
    .command('list')
    .description('List the clients.')
    .addOption(recordFormatOption())
    .action((_flags: ClientFlags, command: Command) => listClients(command.optsWithGlobals<ClientFlags>(), context));
  client
    .command('secret')
    .description('Make a new secret in the place of the old one, and show it, this once.')
    .argument('<name>', 'name or id of the client')
    .addOption(recordFormatOption())
    .action((name: string, _flags: ClientFlags, command: Command) =>
      replaceSecret(name, command.optsWithGlobals<ClientFlags>(), context),
    );
  client
    .command('revoke')
    .description('End a client with its secret, keys and tokens, at once and for good.')
    .argument('<name>', 'name or id of the client')
    .action((name: string, _flags: ClientFlags, command: Command) =>
      revokeClient(name, command.optsWithGlobals<ClientFlags>(), context),
    );
  addKeysCommand(client, context);
}

async function createClient(name: string, flags: ClientFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const groups = await Promise.all((flags.group ?? []).map((group) => findByName(server, 'group', group)));
    const body = { name, groups, ...(flags.scope === undefined ? {} : { scopes: flags.scope }) };
    const made = await server.call<ClientRecord & { clientSecret: string }>('POST', '/v1/clients', body);
    await showSecret(made, flags, context);
  });
}

async function replaceSecret(name: string, flags: ClientFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const id = await findByName(server, 'client', name);
    const made = await server.call<ClientRecord & { clientSecret: string }>('POST', `/v1/clients/${id}/secret`);
    await showSecret(made, flags, context);
  });
}

/** The secret goes to standard output, so that a script can keep it; the rest is for people. */
async function showSecret(
  made: ClientRecord & { readonly clientSecret: string },
  { format }: ClientFlags,
  { terminal }: CommandContext,
): Promise<void> {
  const { clientId, clientSecret } = made;
  const text =
    format === 'json' ? JSON.stringify(made, null, 2) : `client id      ${clientId}\nclient secret  ${clientSecret}`;
  await writeText(terminal.stdout, `${text}\n`);
  await writeText(terminal.stderr, 'The secret is shown this once: keep it where secrets are kept.\n');
}

async function listClients({ format, ...flags }: ClientFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const columns = {
      name: (client: ClientRecord) => client.name,
      'client id': (client: ClientRecord) => client.clientId,
      scopes: (client: ClientRecord) => client.scopes.join(' '),
      status: (client: ClientRecord) => client.status,
      created: (client: ClientRecord) => client.createdAt,
    };
    const clients = await allOf<ClientRecord>(server, '/v1/clients');
    await writeRecords(clients, columns, { format, stdout: context.terminal.stdout });
  });
}

async function revokeClient(name: string, flags: ClientFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    await server.call('DELETE', `/v1/clients/${await findByName(server, 'client', name)}`);
    await writeText(context.terminal.stderr, `The client ${name} is revoked.\n`);
  });
}
