import { partitionOfRegion } from '../aws/partition.js';
import { roleArn } from '../aws/policy/place.js';
import { splitObject } from './config-names.js';
import type { ConfigFile, WrittenCredentials } from './config-schema.js';
import { isLoopback } from './config-words.js';
import type {
  AuditConfig,
  AwsConfig,
  CredentialsConfig,
  EndpointConfig,
  GrantConfig,
  LimitsConfig,
  OwnCredentialsConfig,
  SchemaConfig,
  ServerConfig,
} from './headgate-config.js';

export interface SettledConfig {
  readonly schemas: readonly SchemaConfig[];
  readonly grants?: readonly GrantConfig[];
  readonly limits: LimitsConfig;
  readonly server: ServerConfig;
  readonly audit: AuditConfig;
  readonly aws: AwsConfig;
}

/** Fills in what the file leaves out. */
export function settleConfig(file: ConfigFile): SettledConfig {
  return {
    schemas: file.schemas.map(settleSchema),
    ...(file.grants === undefined || file.grants === null ? {} : { grants: file.grants.map(settleGrant) }),
    limits: settleLimits(file.limits ?? {}),
    server: settleServer(file.server ?? {}),
    audit: settleAudit(file.audit ?? {}),
    aws: settleAws(file.aws ?? {}),
  };
}

function settleGrant({ grantee, object, access }: NonNullable<ConfigFile['grants']>[number]): GrantConfig {
  const { schema, table } = splitObject(object);
  return { grantee, schema, access, ...(table === undefined ? {} : { table }) };
}

/** The schema `demo`: every table of the embedded DynamoDB. */
export function demoSchema(): SchemaConfig & { readonly credentials: OwnCredentialsConfig } {
  return { ...settleSchema({ name: 'demo', endpoint: { kind: 'embedded' } }), credentials: ANY_KEYS };
}

function settleSchema(schema: ConfigFile['schemas'][number]): SchemaConfig {
  const endpoint = schema.endpoint ?? { kind: 'aws' };
  // A local DynamoDB takes any region, but the SDK wants one.
  const region = schema.region || (endpoint.kind === 'aws' ? undefined : 'us-east-1');
  return {
    name: schema.name,
    endpoint,
    ...(region === undefined ? {} : { region }),
    credentials: credentialsOf(schema.credentials, region) ?? usualCredentials(endpoint),
    ...(schema.stsEndpoint ? { stsEndpoint: schema.stsEndpoint } : {}),
    tables: schema.tables ?? '*',
    columns: schema.columns ?? {},
    hideExpired: schema.hideExpired ?? false,
    unitsPerSecond: schema.unitsPerSecond ?? {},
  };
}

/** A role that is named by account and name is of the partition of the region, without which no role is taken. */
function credentialsOf(
  written: WrittenCredentials | null | undefined,
  region: string | undefined,
): CredentialsConfig | undefined {
  if (written?.kind !== 'role') return written ?? undefined;
  const { role, ...rest } = written;
  if (typeof role === 'string') return { ...rest, roleArn: role };
  const place = { partition: partitionOfRegion(region ?? ''), accountId: role.account };
  return { ...rest, roleArn: roleArn(place, role.name) };
}

/** A local DynamoDB takes any keys, so that it works where no AWS credentials are installed. */
function usualCredentials(endpoint: EndpointConfig): CredentialsConfig {
  const isLocal = endpoint.kind === 'embedded' || (endpoint.kind === 'url' && isLoopback(endpoint.url));
  return isLocal ? ANY_KEYS : { kind: 'default' };
}

export const ANY_KEYS: OwnCredentialsConfig = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' };

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

export function settleAws(aws: NonNullable<ConfigFile['aws']>): AwsConfig {
  return { trustPrincipal: aws.trustPrincipal ?? 'caller', sourceIdentity: aws.sourceIdentity ?? false };
}

export function settleAudit(audit: NonNullable<ConfigFile['audit']>): AuditConfig {
  return {
    literals: audit.literals ?? 'keep',
    ...(audit.file ? { file: audit.file } : {}),
    ...(audit.retention ? { retentionDays: audit.retention } : {}),
  };
}
