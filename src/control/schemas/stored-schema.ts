import { partitionOfRegion } from '../../aws/partition.js';
import type { RoleAccess } from '../../aws/policy/actions.js';
import { roleArn, type TableList } from '../../aws/policy/place.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { CredentialsConfig, OwnCredentialsConfig, SchemaConfig } from '../../config/headgate-config.js';
import { ANY_KEYS } from '../../config/settle-config.js';

export type StoredState = 'pending' | 'active' | 'failed' | 'disabled';

/** A schema of the store. */
export interface StoredSchema {
  readonly id: string;
  /** Never changes; unique without regard to case, also against those of headgate.yaml. */
  readonly name: string;
  readonly state: StoredState;
  readonly definition: SchemaDefinition;
  /** Sealed in the store. */
  readonly secrets: SchemaSecrets;
  /** Raised by every change that ends the connections of before. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly changedAt: Date;
  /** The latest one. */
  readonly validation?: KeptValidation;
}

/** What is not secret of it. */
export interface SchemaDefinition {
  readonly region: string;
  readonly tables: TableList;
  readonly wayIn: StoredWayIn;
  /** Where DynamoDB and STS are, when not at AWS: a local DynamoDB, or local AWS. */
  readonly endpoints?: { readonly dynamodb?: string; readonly sts?: string };
}

export type StoredWayIn =
  | StoredRole
  | { readonly kind: 'default'; readonly profile?: string }
  | { readonly kind: 'keys'; readonly accessKeyId: string }
  /** A local DynamoDB, or a VPC endpoint; any keys will do where none are given. */
  | { readonly kind: 'endpoint'; readonly accessKeyId?: string };

export interface StoredRole {
  readonly kind: 'role';
  readonly accountId: string;
  /** With its path, where it has one. */
  readonly roleName: string;
  readonly access: RoleAccess;
  readonly catalogExtras: boolean;
  readonly denyFullScans: boolean;
  /** Whom the trust policy names, where that is not the identity that this gateway finds itself to have. */
  readonly trustedPrincipal?: string;
  /** Headgate's own credentials: a profile, or a key; the default chain without either. */
  readonly profile?: string;
  readonly accessKeyId?: string;
}

export interface SchemaSecrets {
  readonly externalId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
}

export interface KeptValidation {
  readonly at: Date;
  readonly ok: boolean;
  readonly message: string;
  readonly steps: readonly KeptStep[];
}

export interface KeptStep {
  readonly step: string;
  readonly title: string;
  readonly outcome: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly message: string;
  readonly remedies: readonly string[];
  readonly durationMs: number;
}

/** The schema as if it stood in headgate.yaml. */
export function schemaConfigOf({ name, definition, secrets }: Pick<StoredSchema, 'name' | 'definition' | 'secrets'>) {
  const { region, tables, endpoints = {} } = definition;
  const config: SchemaConfig = {
    name,
    region,
    endpoint: endpoints.dynamodb === undefined ? { kind: 'aws' } : { kind: 'url', url: endpoints.dynamodb },
    credentials: credentialsOf(definition, secrets),
    ...(endpoints.sts === undefined ? {} : { stsEndpoint: endpoints.sts }),
    tables,
    columns: {},
    hideExpired: false,
    unitsPerSecond: {},
  };
  return config;
}

/** The ARN of a role, by the region's partition. */
export function roleArnOf(region: string, { accountId, roleName }: Pick<StoredRole, 'accountId' | 'roleName'>): string {
  return roleArn({ partition: partitionOfRegion(region), accountId }, roleName);
}

function credentialsOf({ region, wayIn }: SchemaDefinition, secrets: SchemaSecrets): CredentialsConfig {
  switch (wayIn.kind) {
    case 'role': {
      const { externalId } = secrets;
      if (externalId === undefined) throw new HeadgateError('INTERNAL', 'A stored role has no external ID.');
      return { kind: 'role', roleArn: roleArnOf(region, wayIn), externalId, own: ownCredentials(wayIn, secrets) };
    }
    case 'default':
      return wayIn.profile === undefined ? { kind: 'default' } : { kind: 'default', profile: wayIn.profile };
    case 'keys':
      return ownCredentials(wayIn, secrets);
    case 'endpoint':
      return wayIn.accessKeyId === undefined ? ANY_KEYS : ownCredentials(wayIn, secrets);
  }
}

function ownCredentials(
  { accessKeyId, profile }: { readonly accessKeyId?: string; readonly profile?: string },
  { secretAccessKey, sessionToken }: SchemaSecrets,
): OwnCredentialsConfig {
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return profile === undefined ? { kind: 'default' } : { kind: 'default', profile };
  }
  return { kind: 'keys', accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
