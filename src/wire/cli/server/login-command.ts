import type { Command } from 'commander';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { CommandContext } from '../command-context.js';
import { loadedConfig } from '../loaded-config.js';
import { writeText } from '../output.js';
import type { GlobalOptions } from '../with-gateway.js';
import { LoginFile } from './login-file.js';
import { readSecret } from './read-secret.js';
import { serverClient } from './server-client.js';
import { type Credentials, signIn } from './sign-in.js';
import { serverUrl } from './with-server.js';

interface LoginFlags extends GlobalOptions {
  readonly client?: string;
  readonly user?: string;
}

const HELP = `
Examples:
  headgate login --server https://headgate.example.com --user ann
  headgate login --client 0b0c1a2e-... < secret.txt

The secret or password is asked for, or read from standard input. What is kept, in logins.json of the folder of all state, are
tokens; further commands with the same --server or HEADGATE_URL use them.`;

/** `headgate login` and `headgate logout` */
export function addLoginCommands(program: Command, context: CommandContext): void {
  program
    .command('login')
    .description('Sign in at a gateway, for the commands that follow.')
    .option('--client <id>', 'as the client with this id, by its secret')
    .option('--user <name>', 'as the user of this name, by the password')
    .addHelpText('after', HELP)
    .action((_flags: LoginFlags, command: Command) => login(command.optsWithGlobals<LoginFlags>(), context));
  program
    .command('logout')
    .description('Forget the tokens for a gateway, and end the session there.')
    .action((_flags: LoginFlags, command: Command) => logout(command.optsWithGlobals<LoginFlags>(), context));
}

async function login(flags: LoginFlags, context: CommandContext): Promise<void> {
  const url = neededUrl(flags, context);
  const { home } = await loadedConfig(flags, context);
  const credentials = await askCredentials(flags, context);
  await signIn({ url, credentials, logins: new LoginFile(home) }, context.signal);
  await writeText(context.terminal.stderr, `Signed in at ${url}.\n`);
}

async function askCredentials({ client, user }: LoginFlags, context: CommandContext): Promise<Credentials> {
  const { HEADGATE_CLIENT_ID: ownId, HEADGATE_CLIENT_SECRET: ownSecret } = context.terminal.env;
  if (user !== undefined && client === undefined) {
    return { kind: 'user', name: user, password: await readSecret(`Password of ${user}: `, context) };
  }
  const clientId = client ?? ownId;
  if (!clientId || user !== undefined) {
    throw new HeadgateError('USAGE', 'Say as whom to sign in.', { hint: 'Either --user <name> or --client <id>.' });
  }
  const known = clientId === ownId && ownSecret ? ownSecret : undefined;
  return { kind: 'client', clientId, clientSecret: known ?? (await readSecret(`Secret of ${clientId}: `, context)) };
}

async function logout(flags: LoginFlags, context: CommandContext): Promise<void> {
  const url = neededUrl(flags, context);
  const { home } = await loadedConfig(flags, context);
  const logins = new LoginFile(home);
  const login = await logins.alone(async () => {
    const before = await logins.read(url);
    await logins.write(url, undefined);
    return before;
  }, context.signal);
  if (login !== undefined) {
    const server = serverClient({ url, token: async () => undefined }, context.signal);
    await server.call('POST', '/v1/auth/sign-out', { refreshToken: login.refreshToken });
  }
  await writeText(context.terminal.stderr, `Signed out at ${url}.\n`);
}

function neededUrl(flags: LoginFlags, context: CommandContext): string {
  const url = serverUrl(flags, context);
  if (url !== undefined) return url;
  throw new HeadgateError('USAGE', 'Say at which gateway.', {
    hint: 'Give its address with --server or HEADGATE_URL. A gateway in this folder needs no log-in.',
  });
}
