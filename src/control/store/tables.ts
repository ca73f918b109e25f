import type { ColumnType, Generated } from 'kysely';

/** The tables as TypeScript sees them: names in camel case. Migrations say the same in SQL, with the reasons. */
export interface StoreTables {
  principals: PrincipalTable;
  groups: GroupTable;
  memberships: MembershipTable;
  credentials: CredentialTable;
  accessKeys: AccessKeyTable;
  grants: GrantTable;
  limits: LimitTable;
  refreshFamilies: RefreshFamilyTable;
  refreshTokens: RefreshTokenTable;
  signingKeys: SigningKeyTable;
  signInFailures: SignInFailureTable;
  auditRecords: AuditRecordTable;
  usageSums: UsageSumTable;
  schemas: SchemaTable;
  schemaValidations: SchemaValidationTable;
  settings: SettingTable;
}

export interface PrincipalTable {
  id: string;
  kind: 'user' | 'client';
  name: string;
  scopes: string[];
  tokenVersion: Generated<number>;
  createdAt: Date;
  disabledAt: Generated<Date | null>;
  lastUsedAt: Generated<Date | null>;
  revokedAt: Generated<Date | null>;
}

export interface GroupTable {
  id: string;
  name: string;
  createdAt: Date;
}

export interface MembershipTable {
  principalId: string;
  groupId: string;
}

export interface CredentialTable {
  principalId: string;
  kind: 'client-secret' | 'password' | 'setup-link';
  hash: string;
  createdAt: Date;
  expiresAt: Date | null;
}

export interface AccessKeyTable {
  id: string;
  principalId: string;
  sealedSecret: string;
  createdAt: Date;
  revokedAt: Date | null;
}

export interface GrantTable {
  id: string;
  principalId: string | null;
  groupId: string | null;
  schemaName: string;
  tableName: string | null;
  code: 'R' | 'W' | 'RW' | 'RA' | 'RWA' | 'A' | 'none';
  createdAt: Date;
  createdBy: string;
}

export interface LimitTable {
  principalId: string;
  maxUnits: number | null;
  unitsPerDay: number | null;
  requestsPerMinute: number | null;
  concurrentStatements: number | null;
  maxRows: number | null;
  maxResultBytes: number | null;
  timeoutMs: number | null;
  changedAt: Date;
}

export interface RefreshFamilyTable {
  id: string;
  principalId: string;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

export interface RefreshTokenTable {
  hash: string;
  familyId: string;
  expiresAt: Date;
  spentAt: Date | null;
}

export interface SigningKeyTable {
  id: string;
  publicKey: string;
  sealedPrivateKey: string;
  createdAt: Date;
  expiresAt: Date | null;
}

export interface SignInFailureTable {
  id: string;
  nameHash: string;
  address: string;
  at: Date;
}

/** Written as JSON text, read as what it says. */
type JsonColumn = ColumnType<unknown, string, string>;

export interface AuditRecordTable {
  sequence: number;
  at: Date;
  requestId: string;
  principalId: string;
  principalKind: string;
  principalName: string;
  frontEnd: string;
  kind: string;
  statement: string | null;
  subject: string | null;
  tables: string[];
  verbs: string[];
  decision: 'allowed' | 'refused';
  decidedBy: JsonColumn;
  accessPaths: JsonColumn;
  spent: JsonColumn;
  readUnits: number;
  writeUnits: number;
  rows: number;
  bytes: number;
  durationMs: number;
  outcome: string;
  errorCode: string | null;
  roleSession: string | null;
  previousHash: string;
  hash: string;
}

export interface UsageSumTable {
  /** `YYYY-MM-DD` in UTC. */
  day: string;
  principalId: string;
  schemaName: string;
  /** Empty for what belongs to no table. */
  tableName: string;
  requests: number;
  rows: number;
  bytes: number;
  readUnits: number;
  writeUnits: number;
  /** A decimal number as text. */
  dollars: string;
}

export interface SchemaTable {
  id: string;
  name: string;
  state: 'pending' | 'active' | 'failed' | 'disabled';
  definition: JsonColumn;
  sealedSecrets: string;
  revision: number;
  createdAt: Date;
  createdBy: string;
  changedAt: Date;
}

export interface SchemaValidationTable {
  id: string;
  schemaId: string;
  at: Date;
  ok: boolean;
  message: string;
  steps: JsonColumn;
}

export interface SettingTable {
  name: string;
  value: string;
  changedAt: Date;
}
