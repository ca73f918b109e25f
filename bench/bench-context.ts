import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { GatewayConfig, LimitsConfig } from '../src/config/headgate-config.js';
import { type Gateway, openGateway } from '../src/gateway.js';
import type { StatementPlan } from '../src/query/plan/statement-plan.js';
import type { ResultValue } from '../src/query/result.js';
import type { StatementRequest, StatementSummary } from '../src/query/statement.js';
import { type DirectClient, directClient } from './direct/json-client.js';
import type { PageServerOptions } from './page-server/server.js';
import { startPageServer } from './page-server/start-page-server.js';

export interface Answer {
  readonly rows: readonly (readonly ResultValue[])[];
  readonly plan: StatementPlan;
  readonly summary: StatementSummary;
}

/** A page server, and every way of asking it. */
export interface Bench {
  readonly endpoint: string;
  readonly gateway: Gateway;
  readonly direct: DirectClient;
  readonly sdk: DynamoDBClient;
  /** All rows of a statement by Headgate; the schema is `bench`. */
  ask(sql: string, options?: Omit<StatementRequest, 'sql'>): Promise<Answer>;
}

const NEVER = new AbortController().signal;
const KEYS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Opens what a benchmark works with, and closes all of it at the end. */
export class BenchContext {
  private readonly opened: (() => unknown)[] = [];

  constructor(
    /** Whether the sizes are those of the claims, or small ones for a first look. */
    readonly full: boolean,
  ) {}

  async temporaryDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
    this.opened.push(() => rm(directory, { recursive: true, force: true }));
    return directory;
  }

  async serve(options: PageServerOptions): Promise<string> {
    const server = await startPageServer(options);
    this.opened.push(() => server.close());
    return server.endpoint;
  }

  /** A page server with these tables, and a gateway that may read as much as it likes. */
  async open(options: PageServerOptions, limits: LimitsConfig = {}): Promise<Bench> {
    const endpoint = await this.serve(options);
    const config: GatewayConfig = {
      source: { kind: 'file', path: 'headgate.yaml' },
      home: await this.temporaryDirectory(),
      schemas: [
        {
          name: 'bench',
          endpoint: { kind: 'url', url: endpoint },
          region: 'us-east-1',
          credentials: { kind: 'keys', ...KEYS },
          tables: '*',
          columns: {},
          hideExpired: false,
          unitsPerSecond: {},
        },
      ],
      aws: { trustPrincipal: 'caller', sourceIdentity: false },
      limits: { maxUnits: 1e12, timeoutMs: 3_600_000, ...limits },
    };
    const gateway = await openGateway(config, { signal: NEVER, onProgress: () => undefined });
    const direct = directClient(endpoint);
    const sdk = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: KEYS });
    this.opened.push(
      () => gateway.close(),
      () => direct.close(),
      () => sdk.destroy(),
    );
    return { endpoint, gateway, direct, sdk, ask: (sql, request) => ask(gateway, { ...request, sql }) };
  }

  async close(): Promise<void> {
    for (const end of this.opened.splice(0).reverse()) await end();
  }
}

async function ask(gateway: Gateway, request: StatementRequest): Promise<Answer> {
  const result = await gateway.engine.run(request, new AbortController().signal);
  const rows: (readonly ResultValue[])[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  return { rows, plan: result.plan, summary: result.summary() };
}
