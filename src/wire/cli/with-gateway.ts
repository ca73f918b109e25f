import type { CommandContext, Gateway } from './command-context.js';
import { loadedConfig } from './loaded-config.js';
import { type ProgressLine, progressLine } from './progress-line.js';

export interface GlobalOptions {
  /** `--config` */
  readonly config?: string;
  /** `--server` */
  readonly server?: string;
}

/** Loads the configuration, opens the gateway with progress on standard error, lets `work` use it, and closes it. */
export async function withGateway<T>(
  flags: GlobalOptions,
  context: CommandContext,
  work: (gateway: Gateway, progress: ProgressLine) => Promise<T>,
): Promise<T> {
  const { terminal, signal } = context;
  const config = await loadedConfig(flags, context);
  const progress = progressLine(terminal.stderr);
  try {
    const gateway = await context.openGateway(config, { signal, onProgress: (text) => progress.show(text) });
    try {
      return await work(gateway, progress);
    } finally {
      await gateway.close();
    }
  } finally {
    progress.end();
  }
}
