import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { CommandContext } from './command-context.js';
import { isErrno } from './output.js';
import type { GlobalOptions } from './with-gateway.js';

interface InitFlags extends GlobalOptions {
  readonly force?: boolean;
}

const HELP = `
Examples:
  headgate init
  headgate init --config team/headgate.yaml`;

/** `headgate init` */
export function addInitCommand(program: Command, context: CommandContext): void {
  program
    .command('init')
    .description('Write a headgate.yaml that explains every key, into the working directory or where --config says.')
    .option('--force', 'replace the file that is there')
    .addHelpText('after', HELP)
    .action((_flags: InitFlags, command: Command) => writeInitialConfig(command.optsWithGlobals<InitFlags>(), context));
}

async function writeInitialConfig({ config, force }: InitFlags, { terminal }: CommandContext): Promise<void> {
  const { initialConfig } = await import('../../config/initial-config.js');
  const path = resolve(terminal.cwd, config ?? 'headgate.yaml');
  try {
    await writeFile(path, initialConfig(), { flag: force === true ? 'w' : 'wx' });
  } catch (cause) {
    if (isErrno(cause, 'EEXIST')) {
      throw new HeadgateError('FILE_ERROR', `${path} exists already.`, { hint: 'Replace it with --force.', cause });
    }
    throw new HeadgateError('FILE_ERROR', `${path} cannot be written.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Check that the folder exists and is writable.',
      cause,
    });
  }
  terminal.stderr.write(`Wrote ${path}. Try it: headgate tables\n`);
}
