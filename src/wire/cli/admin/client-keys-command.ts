import type { Command } from 'commander';
import { choiceOption } from '../choice-option.js';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { findByName } from './find-by-name.js';
import { type RecordFormat, recordFormatOption, writeRecords } from './records.js';

interface KeyRecord {
  readonly keyId: string;
  readonly createdAt: string;
}

interface KeyWithSecret {
  readonly keyId: string;
  readonly secretAccessKey: string;
}

const SECRET_FORMATS = ['text', 'json', 'env'] as const;
type SecretFormat = (typeof SECRET_FORMATS)[number];

const HELP = `
Examples:
  eval "$(headgate client keys create reports --format env)"
  headgate client keys list reports
  headgate client keys revoke reports HGK...

AWS SDKs and the AWS command line use them as access key and secret, with the DynamoDB endpoint of the gateway. The client
needs the scope operations, and grants for its tables.`;

/** `headgate client keys create|list|revoke` */
export function addKeysCommand(client: Command, context: CommandContext): void {
  const keys = client
    .command('keys')
    .description('Manage the key pairs by which a client signs requests to the DynamoDB endpoint.')
    .addHelpText('after', HELP);
  keys
    .command('create')
    .description('Make a key pair and show its secret, this once; env sets the variables of AWS SDKs in a shell.')
    .argument('<client>', 'name or id of the client')
    .addOption(choiceOption('--format <format>', 'text unless another; one of', SECRET_FORMATS))
    .action((name: string, _flags: GlobalOptions, command: Command) =>
      createKey(name, command.optsWithGlobals<GlobalOptions & { format?: SecretFormat }>(), context),
    );
  keys
    .command('list')
    .description('List the keys of a client, without their secrets.')
    .argument('<client>', 'name or id of the client')
    .addOption(recordFormatOption())
    .action((name: string, _flags: GlobalOptions, command: Command) =>
      listKeys(name, command.optsWithGlobals<GlobalOptions & { format?: RecordFormat }>(), context),
    );
  keys
    .command('revoke')
    .description('End a key, at once and for good.')
    .argument('<client>', 'name or id of the client')
    .argument('<key>', 'id of the key, as `headgate client keys list` shows it')
    .action((name: string, keyId: string, _flags: GlobalOptions, command: Command) =>
      revokeKey({ name, keyId }, command.optsWithGlobals<GlobalOptions>(), context),
    );
}

async function createKey(
  name: string,
  { format = 'text', ...flags }: GlobalOptions & { readonly format?: SecretFormat },
  context: CommandContext,
): Promise<void> {
  const { stdout, stderr } = context.terminal;
  await withServer(flags, context, async (server) => {
    const id = await findByName(server, 'client', name);
    const made = await server.call<KeyWithSecret>('POST', `/v1/clients/${id}/keys`);
    await writeText(stdout, textOf(made, format));
    await writeText(stderr, 'The secret is shown this once: keep it where secrets are kept.\n');
  });
}

function textOf(made: KeyWithSecret, format: SecretFormat): string {
  const { keyId, secretAccessKey } = made;
  switch (format) {
    case 'text':
      return `access key id      ${keyId}\nsecret access key  ${secretAccessKey}\n`;
    case 'json':
      return `${JSON.stringify(made, null, 2)}\n`;
    case 'env':
      // A session token of other credentials would be sent along, and belongs elsewhere. No part of a key needs quotes.
      return `export AWS_ACCESS_KEY_ID=${keyId}\nexport AWS_SECRET_ACCESS_KEY=${secretAccessKey}\nunset AWS_SESSION_TOKEN\n`;
  }
}

async function listKeys(
  name: string,
  { format, ...flags }: GlobalOptions & { readonly format?: RecordFormat },
  context: CommandContext,
): Promise<void> {
  await withServer(flags, context, async (server) => {
    const id = await findByName(server, 'client', name);
    const { items } = await server.call<{ items: readonly KeyRecord[] }>('GET', `/v1/clients/${id}/keys`);
    const columns = { 'key id': (key: KeyRecord) => key.keyId, created: (key: KeyRecord) => key.createdAt };
    await writeRecords(items, columns, { format, stdout: context.terminal.stdout });
  });
}

async function revokeKey(
  { name, keyId }: { readonly name: string; readonly keyId: string },
  flags: GlobalOptions,
  context: CommandContext,
): Promise<void> {
  await withServer(flags, context, async (server) => {
    const id = await findByName(server, 'client', name);
    await server.call('DELETE', `/v1/clients/${id}/keys/${encodeURIComponent(keyId)}`);
    await writeText(context.terminal.stderr, `The key ${keyId} is revoked.\n`);
  });
}
