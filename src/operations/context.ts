/** What the operations need of the rest of Headgate; the composition root joins them. */
import type { Grant } from '../access/grant.js';
import type { Principal } from '../access/principal.js';
import type { HeadgateError } from '../base/errors/headgate-error.js';
import type { RawAnswer } from '../dynamodb/raw-call.js';
import type { TableDescription } from '../dynamodb/table-description.js';

/** Who calls, and from where. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
  readonly address: string | undefined;
  /** The schema of names that name none. */
  readonly defaultSchema: string | undefined;
}

export interface OperationContext {
  /** The schema of that name, in any case. All there are: what a principal may know of is decided here. */
  schemaNamed(name: string): OperationSchema | undefined;
  /** All grants, as they are now: what was announced before the call is in them. Throws the errors of the store. */
  grants(): Promise<readonly Grant[]>;
  readonly audit: OperationAudit;
  now(): Date;
  /** Waits before something is sent again. Throws CANCELLED. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Told of what is a bug and is hidden from the caller, for the log. */
  onUnexpected(error: unknown): void;
}

export interface OperationSchema {
  /** As it is spelled. */
  readonly name: string;
  /** Whether the table is one of those that the schema is open for; the others count as missing. */
  isOpenFor(table: string): boolean;
  /** All tables of the account and region, sorted. Throws the codes of `TableDirectory`. */
  tableNames(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Keys, indexes and ARN; undefined where there is no such table. May be kept, but not that a table is missing, and not
   * longer than a minute: a guard on the key of a table that was since made anew would guard nothing.
   */
  tableFacts(table: string, signal: AbortSignal): Promise<TableFacts | undefined>;
  /** Sends one call, with the credentials for this principal in this schema. Throws the codes of `RawCalls`. */
  send(call: SchemaCall): Promise<RawAnswer>;
  /** US dollars for units of a table. */
  dollarsOf(table: string, units: Units): number;
  /** Told when a call has made, changed or deleted a table, so that what is kept of it is dropped. */
  tableChanged(table: string): void;
}

export type TableFacts = Pick<TableDescription, 'arn' | 'partitionKey' | 'sortKey' | 'indexes'>;

export interface SchemaCall {
  readonly principal: Principal;
  readonly verb: string;
  readonly body: Uint8Array;
  /** What it touches, for credentials that are narrowed to it. */
  readonly tables: readonly string[];
  readonly signal: AbortSignal;
}

export interface Units {
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface OperationAudit {
  /**
   * Resolves when the record cannot be lost any more. It is awaited before a write is sent (`begun`) and before an answer is
   * given, so what cannot be recorded is neither sent nor answered.
   */
  record(caller: Caller, record: OperationRecord): Promise<void>;
}

/** One call, to be written down with who called: the content of an audit record that operations know of. */
export interface OperationRecord {
  readonly at: Date;
  readonly verb: string;
  /** PartiQL as it was sent, without its parameters. */
  readonly statement?: string;
  readonly tables: readonly TableName[];
  readonly decision: 'allowed' | 'refused';
  /** What decided: the grants that allow it, or those that come nearest. */
  readonly grants: readonly Grant[];
  /** `demo.orders: PutItem if attribute_not_exists`. */
  readonly accessPaths: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'begun' | 'failed';
  readonly errorCode?: HeadgateError['code'];
  readonly spent: readonly TableSpent[];
}

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

export interface TableSpent extends TableName, Units {
  readonly dollars: number;
}
