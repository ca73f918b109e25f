import type { Command } from 'commander';
import { formatNumberOf } from '../../../base/format-quantity.js';
import type { CommandContext } from '../command-context.js';
import { loadedConfig } from '../loaded-config.js';
import { writeText } from '../output.js';
import type { GlobalOptions } from '../with-gateway.js';

const HELP = `
Stop the gateway first, and start it again afterwards. With the key in HEADGATE_KEY: put the new key in front of the old one,
"new,old", start all gateways so, run this command, and leave the old one away from then on.`;

/** `headgate key rotate` */
export function addKeyCommand(program: Command, context: CommandContext): void {
  program
    .command('key')
    .description('Manage the key that secrets in the store are encrypted with.')
    .command('rotate')
    .description('Encrypt every secret in the store with a new key.')
    .addHelpText('after', HELP)
    .action(async (_flags: GlobalOptions, command: Command) => {
      const config = await loadedConfig(command.optsWithGlobals<GlobalOptions>(), context);
      const { secrets, isFile } = await context.rotateKey(config);
      const where = isFile ? `a new key, which is in ${config.home}/sealing.key` : 'the first key of HEADGATE_KEY';
      await writeText(context.terminal.stderr, `${formatNumberOf(secrets, 'secret')} encrypted with ${where}.\n`);
    });
}
