import { join } from 'node:path';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { formatCount, formatMs } from '../base/format-quantity.js';
import { processEnvironment } from '../config/environment.js';
import type { HeadgateConfig } from '../config/headgate-config.js';
import { loadConfig } from '../config/load-config.js';
import { demoSchema } from '../config/settle-config.js';
import { DEMO_ITEM_COUNT, demoMissing, loadDemo } from '../demo/load-demo.js';
import { connectDynamodb } from '../dynamodb/connect.js';
import { type EmbeddedDynamodb, openEmbedded } from '../dynamodb/embedded/open-embedded.js';
import { openGateway } from '../gateway.js';
import type { ServedGateway } from '../serve/serve.js';
import type { UpOptions, UpStreams } from '../wire/cli/command-context.js';
import { progressLine } from '../wire/cli/progress-line.js';
import { defineSampleSchemas } from './define-sample-schemas.js';
import { DEMO_CLIENT, ensureDemoClient } from './demo-client.js';
import { openSampleAccount } from './open-sample-account.js';
import { ownerPid } from './owner-pid.js';
import { showSample } from './sample-statement.js';
import { serveUntil } from './serve-until.js';

/**
 * Starts the gateway, and the embedded DynamoDB where it is needed, and keeps them until the signal is aborted; ends all that
 * it started. With `demo` it first loads the sample data, once, and shows a statement on it. Throws ALREADY_RUNNING, and
 * what configuration, server and engine throw.
 */
export async function runUp(options: UpOptions, streams: UpStreams, signal: AbortSignal): Promise<void> {
  const config = await loadedConfig(options);
  if (!options.demo && !config.schemas.some(({ endpoint }) => endpoint.kind === 'embedded')) {
    await serveUntil(config, { once: options.once, streams, signal });
    return;
  }
  const directory = join(config.home, 'dynamodb');
  const embedded = await openEmbedded({ directory, port: options.port, signal });
  try {
    if (!embedded.owned) throw await alreadyRunning(embedded, directory);
    streams.stdout.write(`The embedded DynamoDB runs at ${embedded.endpoint}, its data is in ${directory}\n`);
    if (options.demo) await showDemo(config, { embedded, streams, signal });
    // What ends at once shows nothing that could be tried.
    if (options.demo && !options.once) await serveDemo(config, { embedded, streams, signal });
    else await serveUntil(config, { once: options.once, streams, signal });
  } finally {
    await embedded.close();
  }
}

/** Serves beside local AWS, so that getting into an account by a role can be tried. */
async function serveDemo(config: HeadgateConfig, { embedded, streams, signal }: Running): Promise<void> {
  const account = await openSampleAccount(config.home, embedded.endpoint);
  try {
    await serveUntil(config, {
      once: false,
      hints: async (served) => {
        await defineSampleSchemas(served, account, signal);
        return whatToTry(config, await awsLines(served, config, signal));
      },
      streams,
      signal,
    });
  } finally {
    await account.aws.close();
  }
}

/** With what the options say in the place of the file. */
async function loadedConfig({ config: path, host, httpPort, endpointPort }: UpOptions): Promise<HeadgateConfig> {
  const where = { env: processEnvironment(), cwd: process.cwd(), ...(path === undefined ? {} : { path }) };
  const config = await loadConfig(where);
  const { server } = config;
  return {
    ...config,
    server: {
      ...server,
      host: host ?? server.host,
      httpPort: httpPort ?? server.httpPort,
      endpointPort: endpointPort ?? server.endpointPort,
    },
  };
}

interface Running {
  readonly embedded: EmbeddedDynamodb;
  readonly streams: UpStreams;
  readonly signal: AbortSignal;
}

async function showDemo(config: HeadgateConfig, running: Running): Promise<void> {
  const { streams, signal } = running;
  await loadOnce(config, running);
  // Of the configuration only the place counts: the sample must run beside any headgate.yaml.
  const demo: HeadgateConfig = { ...config, source: { kind: 'demo' }, schemas: [demoSchema()] };
  const gateway = await openGateway(demo, { signal, onProgress: () => {} });
  try {
    await showSample(gateway.engine, streams.stdout, signal);
  } finally {
    await gateway.close();
  }
}

async function loadOnce(config: HeadgateConfig, { embedded, streams, signal }: Running): Promise<void> {
  const { region, credentials } = demoSchema();
  const handle = connectDynamodb({ region, credentials, endpoint: embedded.endpoint });
  const progress = progressLine(streams.stderr);
  try {
    const target = { handle, home: config.home };
    if (!(await demoMissing(target, signal))) return;
    const startedAt = performance.now();
    streams.stdout.write(`Loading the sample data, ${formatCount(DEMO_ITEM_COUNT)} items, this once ...\n`);
    await loadDemo(target, {
      signal,
      onProgress: ({ table, items, totalItems }) =>
        progress.show(`${table}: ${formatCount(items)} of ${formatCount(totalItems)} items`),
    });
    progress.end();
    streams.stdout.write(`Loaded in ${formatMs(performance.now() - startedAt)}.\n`);
  } finally {
    progress.end();
    handle.close();
  }
}

/** How to ask the endpoint by the AWS command line; empty where nobody may read the sample data there. */
async function awsLines(served: ServedGateway, config: HeadgateConfig, signal: AbortSignal): Promise<string> {
  if (!hasDemo(config) || !(await ensureDemoClient(served, config.home, signal))) return '';
  return `
With the AWS command line, as the client \`${DEMO_CLIENT}\`, which may read the sample data:
  eval "$(npx headgate client keys create ${DEMO_CLIENT} --format env)"
  aws dynamodb list-tables --endpoint-url ${served.endpointUrl} --region us-east-1
`;
}

function hasDemo({ schemas }: HeadgateConfig): boolean {
  return schemas.some(({ name, endpoint }) => name === 'demo' && endpoint.kind === 'embedded');
}

function whatToTry(config: HeadgateConfig, aws: string): string {
  const { source } = config;
  const ownFile =
    source.kind === 'file' && !hasDemo(config)
      ? `\n${source.path} has no schema \`demo\` with \`endpoint: embedded\`; add one, or leave the folder, to try these.`
      : '';
  return `
What to try next, in another terminal:
  npx headgate tables
  npx headgate describe demo.earthquakes
  npx headgate query "SELECT place, mag, felt FROM demo.earthquakes WHERE net = 'us' AND felt > 10 ORDER BY felt DESC"
  npx headgate query --plan "SELECT * FROM demo.shop WHERE PK = 'CUSTOMER#C007' AND SK LIKE 'ORDER#%'"
  npx headgate op '{"verb": "GetItem", "TableName": "airports", "Key": {"iata": "SEA"}}' --schema demo
${aws}
Two roles in another account, on local AWS; the second one is set up wrongly, which takes half a minute to be sure of:
  npx headgate schema validate partner
  npx headgate schema validate partner_wrong
${ownFile}`;
}

async function alreadyRunning({ endpoint }: EmbeddedDynamodb, directory: string): Promise<HeadgateError> {
  const pid = await ownerPid(directory);
  return new HeadgateError('ALREADY_RUNNING', 'Headgate already runs in this directory.', {
    detail: `Its embedded DynamoDB is at ${endpoint}${pid === undefined ? '' : `, served by process ${pid}`}.`,
    hint: 'Use it with `npx headgate query ...`, or stop it with Ctrl-C where it runs. HEADGATE_HOME chooses another directory.',
  });
}
