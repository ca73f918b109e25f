import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import { collect } from '../query-options.js';
import { readSecrets } from '../server/read-secret.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { findByName } from './find-by-name.js';
import { allOf } from './paged.js';
import { type RecordFormat, recordFormatOption, writeRecords } from './records.js';

interface UserFlags extends GlobalOptions {
  readonly admin?: boolean;
  readonly scope?: readonly string[];
  readonly group?: readonly string[];
  readonly format?: RecordFormat;
}

interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly scopes: readonly string[];
  readonly status: string;
}

const HELP = `
Examples:
  headgate user create ann --admin
  headgate user set-up --server https://headgate.example.com
  headgate grant user:ann RW demo`;

/** `headgate user create|set-up|list|remove` */
export function addUserCommand(program: Command, context: CommandContext): void {
  const user = program.command('user').description('Manage the people who use the gateway.').addHelpText('after', HELP);
  user
    .command('create')
    .description('Make a user and show a token with which to choose a password, once and within a day.')
    .argument('<name>', 'letters, digits and . _ @ + -')
    .option('--admin', 'an administrator, who may manage the gateway; data need grants all the same')
    .option('--scope <scope>', 'a part of the API; can be given several times', collect)
    .option('--group <name>', 'a group of which the user is to be a member; can be given several times', collect)
    .action((name: string, _flags: UserFlags, command: Command) =>
      createUser(name, command.optsWithGlobals<UserFlags>(), context),
    );
  user
    .command('set-up')
    .description(
      'Choose the password of a user: asks for the token that was shown when it was made, and for the password.',
    )
    .action((_flags: UserFlags, command: Command) => choosePassword(command.optsWithGlobals<UserFlags>(), context));
  user
    .command('list')
    .description('List the users.')
    .addOption(recordFormatOption())
    .action((_flags: UserFlags, command: Command) => listUsers(command.optsWithGlobals<UserFlags>(), context));
  user
    .command('remove')
    .description('End a user with its password and tokens, at once and for good.')
    .argument('<name>', 'name or id of the user')
    .action((name: string, _flags: UserFlags, command: Command) =>
      removeUser(name, command.optsWithGlobals<UserFlags>(), context),
    );
}

async function createUser(name: string, flags: UserFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const groups = await Promise.all((flags.group ?? []).map((group) => findByName(server, 'group', group)));
    const isAdmin = flags.admin === true;
    const body = { name, isAdmin, groups, ...(flags.scope === undefined ? {} : { scopes: flags.scope }) };
    const { setupToken } = await server.call<{ setupToken: string }>('POST', '/v1/users', body);
    await writeText(context.terminal.stdout, `${setupToken}\n`);
    await writeText(
      context.terminal.stderr,
      `Give this to ${name}: \`headgate user set-up\` asks for it and for a password. It works once and for a day.\n`,
    );
  });
}

/** Nothing of it is an argument: whoever is on the machine sees those of all processes. */
async function choosePassword(flags: UserFlags, context: CommandContext): Promise<void> {
  const questions = ['Token (begins with hgs_): ', 'New password (12 characters or more): '];
  const [setupToken, password] = await readSecrets(questions, context);
  const body = { setupToken, password };
  await withServer({ ...flags, anonymous: true }, context, (server) => server.call('POST', '/v1/auth/set-up', body));
  await writeText(context.terminal.stderr, 'The password is set: sign in with `headgate login --user <name>`.\n');
}

async function listUsers({ format, ...flags }: UserFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const columns = {
      name: (user: UserRecord) => user.name,
      id: (user: UserRecord) => user.id,
      administrator: (user: UserRecord) => (user.isAdmin ? 'yes' : 'no'),
      scopes: (user: UserRecord) => user.scopes.join(' '),
      status: (user: UserRecord) => user.status,
    };
    const users = await allOf<UserRecord>(server, '/v1/users');
    await writeRecords(users, columns, { format, stdout: context.terminal.stdout });
  });
}

async function removeUser(name: string, flags: UserFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    await server.call('DELETE', `/v1/users/${await findByName(server, 'user', name)}`);
    await writeText(context.terminal.stderr, `The user ${name} is removed.\n`);
  });
}
