import { once } from 'node:events';
import { join, relative } from 'node:path';
import type { HeadgateConfig } from '../config/headgate-config.js';
import { type ServedGateway, serve } from '../serve/serve.js';
import type { UpStreams } from '../wire/cli/command-context.js';
import { progressLine } from '../wire/cli/progress-line.js';

export interface Serving {
  /** Say where the gateway is, and end. */
  readonly once: boolean;
  /** What to try next with this gateway, for people. */
  readonly hints?: (served: ServedGateway) => Promise<string>;
  readonly streams: UpStreams;
  readonly signal: AbortSignal;
}

/** Serves the gateway until the signal is aborted, and lets what is under way end. Throws what serving throws. */
export async function serveUntil(
  config: HeadgateConfig,
  { once: isOnce, hints = async () => '', streams, signal }: Serving,
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
    streams.stdout.write(servedText(served, config));
    if (isOnce) return;
    streams.stdout.write(`${await hints(served)}\nPress Ctrl-C to stop.\n`);
    if (!signal.aborted) await once(signal, 'abort');
    streams.stdout.write('Stopping.\n');
  } finally {
    await served.close();
  }
}

function servedText({ url, endpointUrl }: ServedGateway, { home, source }: HeadgateConfig): string {
  const key = relative(process.cwd(), join(home, 'operator.key'));
  const sql =
    source.kind === 'demo'
      ? 'SELECT state, count(*) AS airports FROM demo.airports GROUP BY ALL ORDER BY 2 DESC LIMIT 3'
      : 'SHOW TABLES';
  return `
The gateway serves HTTP at ${url}, with the pages of its API at ${url}/docs
  curl -s ${url}/v1/query -H "authorization: Bearer $(cat ${key})" \\
    -H 'content-type: application/json' -d '{"sql": "${sql}"}'
and DynamoDB's own protocol, for AWS SDKs and the AWS command line, at ${endpointUrl}
`;
}
