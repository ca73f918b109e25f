import type { HeadgateConfig } from '../../config/headgate-config.js';
import type { CommandContext } from './command-context.js';
import type { GlobalOptions } from './with-gateway.js';

/** The configuration that the command is to work by. Throws CONFIG_NOT_FOUND and CONFIG_INVALID. */
export async function loadedConfig(
  { config: path }: GlobalOptions,
  { terminal }: CommandContext,
): Promise<HeadgateConfig> {
  const { loadConfig } = await import('../../config/load-config.js');
  return await loadConfig({ env: terminal.env, cwd: terminal.cwd, ...(path === undefined ? {} : { path }) });
}
