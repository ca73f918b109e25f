import type { AccessCode } from '../access/access-code.js';

/** Everything that the file and the environment say, checked and with defaults filled in. Deeply frozen. */
export interface HeadgateConfig extends GatewayConfig {
  readonly server: ServerConfig;
  readonly audit: AuditConfig;
  readonly store: StoreConfig;
}

/** What the engine works by, and who may use it. */
export interface GatewayConfig {
  readonly source: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'demo' };
  /** Absolute path of the folder that holds all state: HEADGATE_HOME, else `.headgate` of the working directory. */
  readonly home: string;
  readonly schemas: readonly SchemaConfig[];
  /** Undefined where the file says nothing of grants: then the command line may read everything. */
  readonly grants?: readonly GrantConfig[];
  readonly limits: LimitsConfig;
  readonly aws: AwsConfig;
}

/** How Headgate gets into the accounts of others. */
export interface AwsConfig {
  /** Whom generated trust policies let in: just the identity that Headgate has, or its whole account. */
  readonly trustPrincipal: 'caller' | 'account';
  /** Whether role sessions carry the principal as their source identity. */
  readonly sourceIdentity: boolean;
}

/** One AWS account and region, or one local DynamoDB, under the name that SQL calls it. */
export interface SchemaConfig {
  readonly name: string;
  readonly endpoint: EndpointConfig;
  /** Always set for `embedded` and `url`; for AWS undefined leaves it to the AWS configuration of the machine. */
  readonly region?: string;
  readonly credentials: CredentialsConfig;
  /** Where roles are assumed, when not at AWS: a stand-in on this machine. */
  readonly stsEndpoint?: string;
  /** Names of the tables that can be read, or all of them. */
  readonly tables: '*' | readonly string[];
  /** Declared column types: table name, attribute name, type as written in the file. */
  readonly columns: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether items whose time to live has passed are left out: in all tables, or table name to answer or to TTL attribute. */
  readonly hideExpired: boolean | Readonly<Record<string, boolean | string>>;
  /** Read units per second that may be spent on a table, by its name; for the others `limits.unitsPerSecond` holds. */
  readonly unitsPerSecond: Readonly<Record<string, number>>;
}

export type EndpointConfig =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'aws' };

export type CredentialsConfig = OwnCredentialsConfig | RoleConfig;

/** Headgate's own credentials assume a role that the owner of the tables has made. */
export interface RoleConfig {
  readonly kind: 'role';
  readonly roleArn: string;
  readonly externalId: string;
  readonly own: OwnCredentialsConfig;
}

export type OwnCredentialsConfig =
  /** The default chain of the AWS SDK: environment, profiles, container, instance; or of its ways just the named profile. */
  | { readonly kind: 'default'; readonly profile?: string }
  | {
      readonly kind: 'keys';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    };

export interface GrantConfig {
  readonly grantee: Grantee;
  readonly schema: string;
  /** Undefined: the whole schema. */
  readonly table?: string;
  readonly access: AccessCode;
}

export type Grantee =
  /** The operator at the command line. */
  { readonly kind: 'local' } | { readonly kind: 'client' | 'user' | 'group'; readonly name: string };

export interface LimitsConfig {
  /** Read units that one statement may spend. */
  readonly maxUnits?: number;
  /** Read units per second that all statements together may spend on one table. */
  readonly unitsPerSecond?: number;
  readonly timeoutMs?: number;
  /** Bytes of memory for DuckDB. */
  readonly memory?: number;
  /** Bytes of temporary disk for DuckDB. */
  readonly tempDisk?: number;
}

/** How `headgate up` serves. */
export interface ServerConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly httpPort: number;
  /** Of the DynamoDB endpoint. 0: any free one. */
  readonly endpointPort: number;
  /** The address as clients know it, without a slash at its end; needed where it is not that of the listening socket. */
  readonly publicUrl?: string;
  /** Whether X-Forwarded-For is believed. */
  readonly trustProxy: boolean;
  /** Whether /metrics is for everybody, and not only for administrators. */
  readonly openMetrics: boolean;
}

export interface AuditConfig {
  /** Whether the literals of statements stay in the records or become `?`. */
  readonly literals: 'keep' | 'redact';
  /** Path of a file that gets every record as a line of JSON; `-` is standard output. */
  readonly file?: string;
  /** How long records stay in the store; undefined: for good. */
  readonly retentionDays?: number;
}

/** Where the gateway keeps its state, from the environment alone: both are secrets. */
export interface StoreConfig {
  /** HEADGATE_DATABASE_URL; without it the store is embedded, in `home`. */
  readonly databaseUrl?: string;
  /** HEADGATE_KEY; without it the key is in a file of `home`. */
  readonly sealingKey?: string;
}
