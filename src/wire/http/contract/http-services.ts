import type { Principal, Scope } from '../../../access/principal.js';
import type { ValidationEvent } from '../../../aws/validation/validated-role.js';
import type { CatalogTable, SchemaTable } from '../../../catalog/model.js';
import type { ActionDescription } from '../../../operations/actions/actions.js';
import type { ActionResult } from '../../../operations/actions/run-action.js';
import type { Operation } from '../../../operations/run/operation.js';
import type { Page } from '../../../operations/run/pages.js';
import type { OperationResult } from '../../../operations/run/run-operation.js';
import type { StatementPlan } from '../../../query/plan/statement-plan.js';
import type { ParquetExport, StatementRequest, StatementResult } from '../../../query/statement.js';
import type { AccessKeyRecord, AccessKeyWithSecret } from './access-keys.js';
import type {
  ClientChange,
  ClientRecord,
  ClientWithSecret,
  GroupChange,
  GroupRecord,
  InvitedUser,
  NewClient,
  NewGroup,
  NewUser,
  UserChange,
  UserRecord,
} from './accounts.js';
import type { SchemaRecord, TableEntry } from './catalog.js';
import type { GrantQuery, GrantRecord, LimitRecord, LimitValues, NewGrant, Why, WhyQuery } from './grants.js';
import type { NewSchema, RoleFormat, RoleText, SchemaChange, SchemaValidation } from './schemas.js';
import type { AuditQuery, AuditRecord, AuditVerification, UsageQuery, UsageSummary } from './usage.js';

/** Everything behind the HTTP server. Its routes check the form of requests and the scope; the services decide the rest. */
export interface HttpServices {
  /** Who sends these credentials. Throws UNAUTHENTICATED, in the same way for whatever is wrong with them. */
  authenticate(credentials: Credentials): Promise<Principal>;
  /**
   * Whether the call may go on now, asked before anything else is done for it; without a principal for calls that need none.
   * Counts it.
   */
  admit(call: Call): Promise<Admission>;
  /** Whether the gateway can serve, one entry for each thing that it needs, for /readyz. Throws nothing. */
  readiness(): Promise<readonly Readiness[]>;
  readonly tokens: TokenService;
  readonly statements: StatementService;
  readonly operations: OperationService;
  readonly catalog: CatalogService;
  readonly schemas: SchemaService;
  readonly usage: { summary(caller: Caller, query: UsageQuery): Promise<UsageSummary> };
  readonly audit: AuditService;
  readonly admin: AdminService;
}

export interface Credentials {
  /** What stands after `Bearer`; undefined where there is no such header. */
  readonly bearer: string | undefined;
  /** The address that the request comes from. */
  readonly address: string;
}

/** A request of somebody who may or may not be known. */
export interface Call {
  readonly requestId: string;
  readonly address: string;
  readonly principal?: Principal;
  /** As in the OpenAPI document: `POST /v1/query`. */
  readonly endpoint: string;
}

export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly retryAfterSeconds: number };

export interface Readiness {
  readonly name: string;
  readonly isReady: boolean;
}

/** Who asks, and by which request: for decisions and for audit. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
  readonly address: string;
}

export interface List<Item> {
  readonly items: Item[];
  /** Only where there is more. */
  readonly nextToken?: string | undefined;
}

export interface Paging {
  readonly limit?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  readonly scopes: readonly Scope[];
}

export interface TokenService {
  /** `iss` of the tokens: the base URL of the gateway, without a slash at its end. */
  readonly issuer: string;
  /**
   * Tokens for a client, with all of its scopes unless some are named. Throws UNAUTHENTICATED, SCOPE_MISSING, and RATE_LIMITED,
   * which may have `retryAfterSeconds`.
   */
  issue(client: ClientCredentials, call: Call, scopes?: readonly Scope[]): Promise<IssuedTokens>;
  /** New tokens; the refresh token is spent. With `client`, only for that one. Throws UNAUTHENTICATED. */
  refresh(refreshToken: string, call: Call, client?: ClientCredentials): Promise<IssuedTokens>;
  /** Tokens for a user. Throws UNAUTHENTICATED, and RATE_LIMITED, which may have `retryAfterSeconds`. */
  signIn(user: { readonly name: string; readonly password: string }, call: Call): Promise<IssuedTokens>;
  /** Sets the password of the user that a set-up token was made for. Throws UNAUTHENTICATED and REQUEST_INVALID. */
  setUp(
    setUp: { readonly setupToken: string; readonly password: string },
    call: Call,
  ): Promise<{ readonly id: string }>;
  /** Ends the session of the refresh token, if there is one. */
  signOut(refreshToken: string, call: Call): Promise<void>;
  /** The public keys that tokens are signed with, as JSON Web Keys. */
  keys(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
}

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The engine for one principal: decides, audits and limits. Refused and missing tables are the same TABLE_NOT_FOUND. */
export interface StatementService {
  run(caller: Caller, request: StatementRequest, signal: AbortSignal): Promise<StatementResult>;
  plan(caller: Caller, request: StatementRequest, signal: AbortSignal): Promise<StatementPlan>;
  /** The file is deleted by whoever asked for it. */
  exportParquet(caller: Caller, request: StatementRequest, signal: AbortSignal): Promise<ParquetExport>;
  /** Asked before further rows of a kept result are given: grants may have been revoked. Throws TABLE_NOT_FOUND then. */
  authorizeKept(caller: Caller, kept: { readonly queryId: string; readonly plan: StatementPlan }): Promise<void>;
}

/** DynamoDB's own calls for one principal: decides, audits and limits. Throws the codes of `operations`. */
export interface OperationService {
  run(caller: Caller, operation: Operation, signal: AbortSignal): Promise<OperationResult>;
  /** All pages, each when it is asked for. */
  stream(caller: Caller, operation: Operation, signal: AbortSignal): AsyncIterable<Page>;
  actions(): readonly ActionDescription[];
  act(
    caller: Caller,
    request: { readonly action: string; readonly input: unknown },
    signal: AbortSignal,
  ): Promise<ActionResult>;
}

/** Shows a principal only what it may see. Throws SCHEMA_NOT_FOUND and TABLE_NOT_FOUND for what it may not, too. */
export interface CatalogService {
  schemas(caller: Caller, paging: Paging): Promise<List<SchemaRecord>>;
  schema(caller: Caller, schema: string): Promise<SchemaRecord>;
  tables(caller: Caller, schema: string, paging: Paging, signal: AbortSignal): Promise<List<TableEntry>>;
  table(caller: Caller, name: SchemaTable, signal: AbortSignal): Promise<CatalogTable>;
}

/**
 * Defines schemas, and lets them in by a role. Throws SCHEMA_NOT_FOUND, CONFLICT, ROLE_INVALID, REQUEST_INVALID for what the file
 * defines, and the errors of Headgate's own credentials.
 */
export interface SchemaService {
  create(caller: Caller, schema: NewSchema): Promise<SchemaRecord>;
  change(caller: Caller, schema: string, change: SchemaChange, signal: AbortSignal): Promise<SchemaRecord>;
  remove(caller: Caller, schema: string): Promise<void>;
  rotateExternalId(caller: Caller, schema: string): Promise<SchemaRecord>;
  role(caller: Caller, schema: string, format: RoleFormat, signal: AbortSignal): Promise<RoleText>;
  validate(
    caller: Caller,
    schema: string,
    options: { readonly signal: AbortSignal; readonly onEvent?: (event: ValidationEvent) => void },
  ): Promise<SchemaValidation>;
}

export interface AuditService {
  list(caller: Caller, query: AuditQuery): Promise<List<AuditRecord>>;
  /** Looks at every record: throws only when it cannot. */
  verify(caller: Caller, signal: AbortSignal): Promise<AuditVerification>;
}

/** What administrators do. Throws NOT_FOUND, CONFLICT, and REQUEST_INVALID for what the file defines. */
export interface AdminService {
  listClients(caller: Caller, paging: Paging): Promise<List<ClientRecord>>;
  createClient(caller: Caller, client: NewClient): Promise<ClientWithSecret>;
  changeClient(caller: Caller, id: string, change: ClientChange): Promise<ClientRecord>;
  rotateSecret(caller: Caller, id: string): Promise<ClientWithSecret>;
  removeClient(caller: Caller, id: string): Promise<void>;
  listKeys(caller: Caller, clientId: string): Promise<List<AccessKeyRecord>>;
  createKey(caller: Caller, clientId: string): Promise<AccessKeyWithSecret>;
  revokeKey(caller: Caller, clientId: string, keyId: string): Promise<void>;
  listUsers(caller: Caller, paging: Paging): Promise<List<UserRecord>>;
  createUser(caller: Caller, user: NewUser): Promise<InvitedUser>;
  changeUser(caller: Caller, id: string, change: UserChange): Promise<UserRecord>;
  removeUser(caller: Caller, id: string): Promise<void>;
  listGroups(caller: Caller, paging: Paging): Promise<List<GroupRecord>>;
  createGroup(caller: Caller, group: NewGroup): Promise<GroupRecord>;
  changeGroup(caller: Caller, id: string, change: GroupChange): Promise<GroupRecord>;
  removeGroup(caller: Caller, id: string): Promise<void>;
  listGrants(caller: Caller, query: GrantQuery): Promise<List<GrantRecord>>;
  createGrant(caller: Caller, grant: NewGrant): Promise<GrantRecord>;
  removeGrant(caller: Caller, id: string): Promise<void>;
  listLimits(caller: Caller, paging: Paging): Promise<List<LimitRecord>>;
  setLimit(caller: Caller, principal: string, limits: LimitValues): Promise<LimitRecord>;
  removeLimit(caller: Caller, principal: string): Promise<void>;
  why(caller: Caller, query: WhyQuery): Promise<Why>;
}
