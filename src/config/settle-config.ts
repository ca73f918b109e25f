import { splitObject } from './config-names.js';
import type { ConfigFile } from './config-schema.js';
import type {
  AuditConfig,
  CredentialsConfig,
  EndpointConfig,
  GrantConfig,
  LimitsConfig,
  SchemaConfig,
  ServerConfig,
} from './headgate-config.js';

export interface SettledConfig {
  readonly schemas: readonly SchemaConfig[];
  readonly grants?: readonly GrantConfig[];
  readonly limits: LimitsConfig;
  readonly server: ServerConfig;
  readonly audit: AuditConfig;
}

/** Fills in what the file leaves out. */
export function settleConfig(file: ConfigFile): SettledConfig {
  return {
    schemas: file.schemas.map(settleSchema),
    ...(file.grants === undefined || file.grants === null ? {} : { grants: file.grants.map(settleGrant) }),
    limits: settleLimits(file.limits ?? {}),
    server: settleServer(file.server ?? {}),
    audit: settleAudit(file.audit ?? {}),
  };
}

function settleGrant({ grantee, object, access }: NonNullable<ConfigFile['grants']>[number]): GrantConfig {
  const { schema, table } = splitObject(object);
  return { grantee, schema, access, ...(table === undefined ? {} : { table }) };
}

/** The schema `demo`: every table of the embedded DynamoDB. */
export function demoSchema(): SchemaConfig {
  return settleSchema({ name: 'demo', endpoint: { kind: 'embedded' } });
}

function settleSchema(schema: ConfigFile['schemas'][number]): SchemaConfig {
  const endpoint = schema.endpoint ?? { kind: 'aws' };
  // A local DynamoDB takes any region, but the SDK wants one.
  const region = schema.region || (endpoint.kind === 'aws' ? undefined : 'us-east-1');
  return {
    name: schema.name,
    endpoint,
    ...(region === undefined ? {} : { region }),
    credentials: schema.credentials ?? usualCredentials(endpoint),
    tables: schema.tables ?? '*',
    columns: schema.columns ?? {},
    hideExpired: schema.hideExpired ?? false,
    unitsPerSecond: schema.unitsPerSecond ?? {},
  };
}

/** A local DynamoDB takes any keys, so that it works where no AWS credentials are installed. */
function usualCredentials(endpoint: EndpointConfig): CredentialsConfig {
  const isLocal = endpoint.kind === 'embedded' || (endpoint.kind === 'url' && isLoopback(endpoint.url));
  return isLocal ? { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } : { kind: 'default' };
}

function isLoopback(url: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function settleLimits(limits: NonNullable<ConfigFile['limits']>): LimitsConfig {
  return {
    ...(limits.maxUnits ? { maxUnits: limits.maxUnits } : {}),
    ...(limits.unitsPerSecond ? { unitsPerSecond: limits.unitsPerSecond } : {}),
    ...(limits.timeout ? { timeoutMs: limits.timeout } : {}),
    ...(limits.memory ? { memory: limits.memory } : {}),
    ...(limits.tempDisk ? { tempDisk: limits.tempDisk } : {}),
  };
}

/** Without a file nothing is said. */
export function settleServer(server: NonNullable<ConfigFile['server']>): ServerConfig {
  return {
    host: server.host ?? '127.0.0.1',
    httpPort: server.httpPort ?? 8080,
    endpointPort: server.endpointPort ?? 8001,
    ...(server.publicUrl ? { publicUrl: server.publicUrl.replace(/\/+$/, '') } : {}),
    trustProxy: server.trustProxy ?? false,
    openMetrics: server.openMetrics ?? false,
  };
}

export function settleAudit(audit: NonNullable<ConfigFile['audit']>): AuditConfig {
  return {
    literals: audit.literals ?? 'keep',
    ...(audit.file ? { file: audit.file } : {}),
    ...(audit.retention ? { retentionDays: audit.retention } : {}),
  };
}
