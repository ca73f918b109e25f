/** Joins configuration, DynamoDB, catalog and engine for one process. */
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Catalog, SchemaTable } from './catalog/model.js';
import { type CatalogSchema, openCatalog } from './catalog/open-catalog.js';
import { processEnvironment } from './config/environment.js';
import type { CredentialsConfig, EndpointConfig, GatewayConfig, SchemaConfig } from './config/headgate-config.js';
import { hidesExpired, unitsPerSecond } from './config/table-settings.js';
import { type Asker, type ConnectionsOptions, SchemaConnections } from './connections/schema-connections.js';
import { fixedSchemas, type SchemaSource, whyUnavailable } from './connections/served-schema.js';
import { demoMissing, loadDemo } from './demo/load-demo.js';
import { connectDynamodb } from './dynamodb/connect.js';
import { type EmbeddedDynamodb, openEmbedded } from './dynamodb/embedded/open-embedded.js';
import { openEngine } from './query/open-engine.js';
import type { Engine } from './query/statement.js';

export interface Gateway {
  readonly engine: Engine;
  /** All there is; what somebody may see of it is `visibleCatalog`. */
  readonly catalog: Catalog;
  /** Drops what the catalog keeps of a table that was made, changed or deleted. */
  forgetTable(name: SchemaTable): Promise<void>;
  /** The way to the tables of each schema, as Headgate itself or as a principal. */
  readonly connections: SchemaConnections;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly signal: AbortSignal;
  /** Told in one phrase what is being done until the gateway is open. */
  readonly onProgress: (text: string) => void;
  /** The schemas, where they are more than those of the configuration, or change. */
  readonly schemas?: SchemaSource;
  /** For tests: time as role sessions and validations see it. */
  readonly waiting?: ConnectionsOptions['waiting'];
}

/** Opens what the configuration names; nothing is read from any table yet. `close` ends all that was started. */
export async function openGateway(config: GatewayConfig, options: GatewayOptions): Promise<Gateway> {
  const schemas = options.schemas ?? fixedSchemas(config.schemas);
  const opened: (() => void | Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeAll(opened);
    return closing;
  };
  try {
    const embedded = await embeddedFor(config, options);
    if (embedded !== undefined) opened.push(() => embedded.close());
    const endpointOf = ({ endpoint }: SchemaConfig) => urlOf(endpoint, embedded);
    const connections = new SchemaConnections({
      schemas,
      endpointOf,
      sourceIdentity: config.aws.sourceIdentity,
      ...(options.waiting === undefined ? {} : { waiting: options.waiting }),
    });
    opened.push(() => connections.close());
    if (config.source.kind === 'demo') await loadSampleData(config, embedded, options);
    const catalog = openCatalog({
      schemas: () => activeSchemas(schemas).map((schema) => catalogSchema(schema, connections)),
      unavailable: (schema) => whyUnavailable(schemas.all(), schema),
      cacheDirectory: join(config.home, 'catalog'),
      clock: () => new Date(),
    });
    const engine = await openEngine({
      catalog,
      readerOf: (schema) => connections.whole(schema).reader,
      tempDirectory: join(config.home, 'tmp'),
      memoryBytes: config.limits.memory ?? totalmem() / 4,
      tempDiskBytes: config.limits.tempDisk ?? 10 * 2 ** 30,
      threads: availableParallelism(),
      timeoutMs: config.limits.timeoutMs,
      maxUnits: config.limits.maxUnits,
      unitsPerSecond: (schema, table) => unitsPerSecond(config, schema, table),
    });
    opened.push(() => engine.close());
    const forgetTable = (name: SchemaTable) => catalog.forget(name);
    return { engine: followingEngine(engine, schemas), catalog, forgetTable, connections, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How a statement of the asker reads. */
export function callerReaders(connections: SchemaConnections, asker: Asker) {
  const own = connections.as(asker);
  return { readerOf: (schema: string) => own.of(schema).reader, roleSession: () => own.roleSession() };
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

function activeSchemas(schemas: SchemaSource): readonly SchemaConfig[] {
  return schemas.all().flatMap(({ state, config }) => (state === 'active' ? [config] : []));
}

function catalogSchema(schema: SchemaConfig, connections: SchemaConnections): CatalogSchema {
  const { name, tables, columns } = schema;
  const { reader, directory } = connections.whole(name);
  return {
    name,
    reader,
    directory,
    tables,
    declarations: columns,
    hideExpired: (table) => hidesExpired(schema, table),
    cacheKey: cacheKey(schema),
  };
}

/** Before a statement is planned, what was announced of schemas is known. */
function followingEngine(engine: Engine, schemas: SchemaSource): Engine {
  const current = async () => void (await schemas.current());
  return {
    run: (request, signal) => current().then(() => engine.run(request, signal)),
    plan: (request, signal) => current().then(() => engine.plan(request, signal)),
    exportParquet: (request, signal) => current().then(() => engine.exportParquet(request, signal)),
    close: () => engine.close(),
  };
}

/** Without a configuration the demo schema is what there is, so its tables are filled before the first statement. */
async function loadSampleData(
  { home, schemas: [demo] }: GatewayConfig,
  embedded: EmbeddedDynamodb | undefined,
  { signal, onProgress }: GatewayOptions,
): Promise<void> {
  if (demo === undefined || demo.credentials.kind === 'role') return;
  const { name: schema, region, credentials } = demo;
  const handle = connectDynamodb({ schema, region, credentials, endpoint: urlOf(demo.endpoint, embedded) });
  try {
    if (!(await demoMissing({ handle, home }, signal))) return;
    await loadDemo(
      { handle, home },
      {
        signal,
        onProgress: ({ items, totalItems }) => onProgress(`loading the sample data: ${items} of ${totalItems} items`),
      },
    );
  } finally {
    handle.close();
  }
}

function urlOf(endpoint: EndpointConfig, embedded: EmbeddedDynamodb | undefined): string | undefined {
  return endpoint.kind === 'aws' ? undefined : endpoint.kind === 'url' ? endpoint.url : embedded?.endpoint;
}

/** The embedded endpoint's port changes from start to start, its tables do not. */
function cacheKey({ endpoint, region, credentials }: SchemaConfig): string {
  const place = endpoint.kind === 'url' ? endpoint.url : endpoint.kind;
  const account = accountOf(credentials);
  return JSON.stringify([place, region ?? REGION_VARIABLES.map(variable), ...account]);
}

function accountOf(credentials: CredentialsConfig): readonly (string | null)[] {
  switch (credentials.kind) {
    case 'keys':
      return [credentials.accessKeyId];
    case 'role':
      return [credentials.roleArn];
    case 'default':
      return [...(credentials.profile === undefined ? [] : [credentials.profile]), ...ACCOUNT_VARIABLES.map(variable)];
  }
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
