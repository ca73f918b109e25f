import { once } from 'node:events';
import { join, relative } from 'node:path';
import type { HeadgateConfig } from '../config/headgate-config.js';
import { type ServedGateway, serve } from '../serve/serve.js';
import type { UpStreams } from '../wire/cli/command-context.js';
import { progressLine } from '../wire/cli/progress-line.js';

export interface Serving {
  /** Say where the gateway is, and end. */
  readonly once: boolean;
  /** What to try next, for people. */
  readonly hints?: string;
  /** Done as soon as the gateway serves. */
  readonly onServed?: (served: ServedGateway) => Promise<void>;
  readonly streams: UpStreams;
  readonly signal: AbortSignal;
}

/** Serves the gateway until the signal is aborted, and lets what is under way end. Throws what serving throws. */
export async function serveUntil(
  config: HeadgateConfig,
  { once: isOnce, hints = '', onServed, streams, signal }: Serving,
): Promise<void> {
  const progress = progressLine(streams.stderr);
  const served = await serve(config, {
    audience: 'shared',
    log: streams.stderr,
    // Whoever watches a terminal wants to see what is wrong, a collector of logs everything.
    logLevel: streams.stderr.isTTY === true ? 'warn' : 'info',
    signal,
    onProgress: (text) => progress.show(text),
  }).finally(() => progress.end());
  try {
    await onServed?.(served);
    streams.stdout.write(servedText(served.url, config));
    if (isOnce) return;
    streams.stdout.write(`${hints}\nPress Ctrl-C to stop.\n`);
    if (!signal.aborted) await once(signal, 'abort');
    streams.stdout.write('Stopping.\n');
  } finally {
    await served.close();
  }
}

function servedText(url: string, { home, source }: HeadgateConfig): string {
  const key = relative(process.cwd(), join(home, 'operator.key'));
  const sql =
    source.kind === 'demo'
      ? 'SELECT state, count(*) AS airports FROM demo.airports GROUP BY ALL ORDER BY 2 DESC LIMIT 3'
      : 'SHOW TABLES';
  return `
The gateway serves HTTP at ${url}, with the pages of its API at ${url}/docs
  curl -s ${url}/v1/query -H "authorization: Bearer $(cat ${key})" \\
    -H 'content-type: application/json' -d '{"sql": "${sql}"}'
`;
}
