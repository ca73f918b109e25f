import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DestinationStream } from 'pino';
import { Registry } from 'prom-client';
import type { HeadgateConfig } from '../config/headgate-config.js';
import { startJobs } from '../control/jobs/start-jobs.js';
import type { GatewayOptions } from '../gateway.js';
import { createOperatorKey } from '../identity/operator-key.js';
import { openResultStore } from '../results/open-result-store.js';
import { openLog } from '../wire/http/server/log.js';
import { openHttpServer } from '../wire/http/server/open-http-server.js';
import { Closing } from './closing.js';
import { writeGatewayFiles } from './gateway-files.js';
import { httpServices } from './http-services.js';
import { gatewayJobs } from './jobs.js';
import { lazyGateway } from './lazy-gateway.js';
import { openLimiters } from './limiters.js';
import { openControl } from './open-control.js';
import { operationContexts } from './operations/operation-context.js';
import { serveEndpoint } from './operations/serve-endpoint.js';
import { stacksOf } from './operations/watch-endpoint.js';
import { servedSchemas } from './served-schemas.js';

export interface ServeOptions extends GatewayOptions {
  /** Where log lines go. */
  readonly log: DestinationStream;
  /** `info` unless given. */
  readonly logLevel?: 'info' | 'warn';
  /**
   * `shared`: for everybody, found by the command line, with jobs. `own`: for one command of the command line, on any free
   * port of loopback.
   */
  readonly audience: 'shared' | 'own';
}

export interface ServedGateway {
  /** Without a slash at its end. */
  readonly url: string;
  /** The DynamoDB endpoint; undefined where the audience is one command. */
  readonly endpointUrl: string | undefined;
  /** A bearer token that may administer. */
  readonly operatorKey: string;
  /** Lets requests under way end, and ends all that was started. Safe to call twice. */
  close(): Promise<void>;
}

/** How long jobs under way may take to end when the gateway closes. */
const JOBS_GRACE_MS = 5000;

/**
 * Serves the gateway of the configuration over HTTP, and for a shared audience in DynamoDB's protocol. Throws PORT_IN_USE, STORE_IN_USE and the other errors of the store, and
 * what opening the gateway throws.
 */
export async function serve(config: HeadgateConfig, options: ServeOptions): Promise<ServedGateway> {
  const closing = new Closing();
  try {
    return await open(config, options, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function open(config: HeadgateConfig, options: ServeOptions, closing: Closing): Promise<ServedGateway> {
  const { audience, onProgress } = options;
  const log = openLog(options.log, options.logLevel);
  const { host, publicUrl, trustProxy, openMetrics } = config.server;
  const port = audience === 'own' ? 0 : config.server.httpPort;
  onProgress('opening the store');
  // Known once it listens; nobody asks before.
  let url = '';
  const issuer = () => publicUrl ?? url;
  const control = await openControl({
    config,
    issuer,
    closing,
    onSink: ({ cause, ...report }) => log.warn({ ...report, problem: String(cause) }, 'audit sink'),
    onSchemas: (problem) => log.warn({ problem: String(problem) }, 'schemas cannot be read'),
    onWaiting: (names) => log.warn({ names }, 'headgate.yaml grants to names that nobody has'),
  });
  const schemas = servedSchemas(config, control.schemas.book);
  const gateway = lazyGateway(config, { ...options, schemas });
  closing.add(() => gateway.close());
  if (audience === 'shared') await gateway.open();
  const results = await openResultStore({ directory: join(config.home, 'tmp') });
  closing.add(() => results.close());
  const operatorKey = createOperatorKey();
  const limiters = openLimiters(config, control);
  const operations = {
    contexts: operationContexts({
      schemas,
      gateway,
      book: control.grants.book,
      onUnexpected: (error) => log.error({ stacks: stacksOf(error) }, 'operation'),
    }),
    limits: limiters.statements,
    audit: control.trail,
  };
  const metrics = new Registry();
  const server = await openHttpServer({
    services: httpServices({
      ...{ config, gateway, control, operatorKey, issuer, limiters, operations },
      waiting: options.waiting,
    }),
    results,
    log,
    host: audience === 'own' ? '127.0.0.1' : host,
    port,
    version: await ownVersion(),
    metrics,
    openMetrics,
    trustProxy,
  });
  url = server.url;
  closing.add(() => server.close());
  let endpointUrl: string | undefined;
  if (audience === 'shared') {
    const { identity } = control;
    const endpoint = await serveEndpoint({ server: config.server, identity, operations, limiters, log, metrics });
    closing.add(() => endpoint.close());
    endpointUrl = endpoint.url;
    const files = await writeGatewayFiles(config.home, { url: server.url, operatorKey: operatorKey.text });
    closing.add(() => files.remove());
    const jobs = await startJobs({
      store: control.store,
      jobs: gatewayJobs(control, config.audit),
      onProblem: ({ job, error }) => log.warn({ job, problem: String(error) }, 'job'),
    });
    closing.add(() => jobs.stop(JOBS_GRACE_MS));
  }
  return { url: server.url, endpointUrl, operatorKey: operatorKey.text, close: () => closing.close() };
}

async function ownVersion(): Promise<string> {
  // The same place from src/serve and from dist/serve.
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(version);
}
