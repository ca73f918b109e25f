/** Joins configuration, DynamoDB, catalog and engine for one process. */
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { HeadgateError } from './base/errors/headgate-error.js';
import type { Catalog, SchemaTable } from './catalog/model.js';
import { openCatalog } from './catalog/open-catalog.js';
import { processEnvironment } from './config/environment.js';
import type { GatewayConfig, SchemaConfig } from './config/headgate-config.js';
import { hidesExpired, unitsPerSecond } from './config/table-settings.js';
import { demoMissing, loadDemo } from './demo/load-demo.js';
import { connectDynamodb, type DynamodbConnectionHandle } from './dynamodb/connect.js';
import { type EmbeddedDynamodb, openEmbedded } from './dynamodb/embedded/open-embedded.js';
import { openEngine } from './query/open-engine.js';
import type { Engine } from './query/statement.js';

export interface Gateway {
  readonly engine: Engine;
  /** All there is; what somebody may see of it is `visibleCatalog`. */
  readonly catalog: Catalog;
  /** Calls and descriptions of a schema as they are, for those who decide themselves. Throws INTERNAL for a name of no schema. */
  connectionOf(schema: string): SchemaConnection;
  /** Drops what the catalog keeps of a table that was made, changed or deleted. */
  forgetTable(name: SchemaTable): Promise<void>;
  close(): Promise<void>;
}

export type SchemaConnection = Pick<DynamodbConnectionHandle, 'raw' | 'directory'>;

export interface GatewayOptions {
  readonly signal: AbortSignal;
  /** Told in one phrase what is being done until the gateway is open. */
  readonly onProgress: (text: string) => void;
}

/** Opens what the configuration names; nothing is read from any table yet. `close` ends all that was started. */
export async function openGateway(config: GatewayConfig, options: GatewayOptions): Promise<Gateway> {
  const opened: (() => void | Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeAll(opened);
    return closing;
  };
  try {
    const embedded = await embeddedFor(config, options);
    if (embedded !== undefined) opened.push(() => embedded.close());
    const handles = new Map<string, DynamodbConnectionHandle>();
    for (const schema of config.schemas) {
      const handle = connectDynamodb({
        schema: schema.name,
        region: schema.region,
        endpoint: endpointOf(schema, embedded),
        credentials: schema.credentials,
      });
      opened.push(() => handle.close());
      handles.set(schema.name, handle);
    }
    if (config.source.kind === 'demo') await loadSampleData(config, [...handles.values()], options);
    const handleOf = (schema: string) => {
      const handle = handles.get(schema);
      if (handle === undefined) throw new HeadgateError('INTERNAL', `no connection for the schema ${schema}`);
      return handle;
    };
    const catalog = openCatalog({
      schemas: config.schemas.map((schema) => ({
        name: schema.name,
        reader: handleOf(schema.name).reader,
        directory: handleOf(schema.name).directory,
        tables: schema.tables,
        declarations: schema.columns,
        hideExpired: (table) => hidesExpired(schema, table),
        cacheKey: cacheKey(schema),
      })),
      cacheDirectory: join(config.home, 'catalog'),
      clock: () => new Date(),
    });
    const engine = await openEngine({
      catalog,
      readerOf: (schema) => handleOf(schema).reader,
      tempDirectory: join(config.home, 'tmp'),
      memoryBytes: config.limits.memory ?? totalmem() / 4,
      tempDiskBytes: config.limits.tempDisk ?? 10 * 2 ** 30,
      threads: availableParallelism(),
      timeoutMs: config.limits.timeoutMs,
      maxUnits: config.limits.maxUnits,
      unitsPerSecond: (schema, table) => unitsPerSecond(config, schema, table),
    });
    opened.push(() => engine.close());
    return { engine, catalog, connectionOf: handleOf, forgetTable: (name) => catalog.forget(name), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What was opened last is closed first; what fails to close does not keep the others open. */
async function closeAll(opened: (() => void | Promise<void>)[]): Promise<void> {
  const end = opened.pop();
  if (end === undefined) return;
  try {
    await end();
  } finally {
    await closeAll(opened);
  }
}

async function embeddedFor(
  config: GatewayConfig,
  { signal, onProgress }: GatewayOptions,
): Promise<EmbeddedDynamodb | undefined> {
  if (!config.schemas.some((schema) => schema.endpoint.kind === 'embedded')) return undefined;
  onProgress('starting the embedded DynamoDB');
  return openEmbedded({ directory: join(config.home, 'dynamodb'), signal });
}

/** Without a configuration the demo schema is what there is, so its tables are filled before the first statement. */
async function loadSampleData(
  { home }: GatewayConfig,
  [handle]: readonly DynamodbConnectionHandle[],
  { signal, onProgress }: GatewayOptions,
): Promise<void> {
  if (handle === undefined || !(await demoMissing({ handle, home }, signal))) return;
  await loadDemo(
    { handle, home },
    {
      signal,
      onProgress: ({ items, totalItems }) => onProgress(`loading the sample data: ${items} of ${totalItems} items`),
    },
  );
}

function endpointOf({ endpoint }: SchemaConfig, embedded: EmbeddedDynamodb | undefined): string | undefined {
  return endpoint.kind === 'aws' ? undefined : endpoint.kind === 'url' ? endpoint.url : embedded?.endpoint;
}

/** The embedded endpoint's port changes from start to start, its tables do not. */
function cacheKey({ endpoint, region, credentials }: SchemaConfig): string {
  const place = endpoint.kind === 'url' ? endpoint.url : endpoint.kind;
  const account = credentials.kind === 'keys' ? [credentials.accessKeyId] : ACCOUNT_VARIABLES.map(variable);
  return JSON.stringify([place, region ?? REGION_VARIABLES.map(variable), ...account]);
}

/** What chooses the account where the configuration does not; another choice may mean another account. */
const ACCOUNT_VARIABLES = [
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_ROLE_ARN',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];
const REGION_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE'];

function variable(name: string): string | null {
  return processEnvironment()[name] ?? null;
}
