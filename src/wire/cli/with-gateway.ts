import { visibleCatalog } from '../../catalog/visible-catalog.js';
import type { CommandContext, Gateway } from './command-context.js';
import { type ProgressLine, progressLine } from './progress-line.js';

export interface GlobalOptions {
  /** `--config` */
  readonly config?: string;
}

/** Loads the configuration, opens the gateway with progress on standard error, lets `work` use it, and closes it. */
export async function withGateway<T>(
  { config: path }: GlobalOptions,
  context: CommandContext,
  work: (gateway: Gateway, progress: ProgressLine) => Promise<T>,
): Promise<T> {
  const { terminal, signal } = context;
  const { loadConfig } = await import('../../config/load-config.js');
  const config = await loadConfig({ env: terminal.env, cwd: terminal.cwd, ...(path === undefined ? {} : { path }) });
  const progress = progressLine(terminal.stderr);
  try {
    const gateway = await context.openGateway(config, { signal, onProgress: (text) => progress.show(text) });
    try {
      const { catalog, localAccess } = gateway;
      return await work({ ...gateway, catalog: visibleCatalog(catalog, localAccess) }, progress);
    } finally {
      await gateway.close();
    }
  } finally {
    progress.end();
  }
}
