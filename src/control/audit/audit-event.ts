import type { ErrorCode } from '../../base/errors/registry.js';

export type FrontEnd = 'cli' | 'http' | 'dynamodb' | 'portal';

/** What one statement, one verb or one act of administration was, and how it ended: the content of an audit record. */
export interface AuditEvent {
  /** When it began. */
  readonly at: Date;
  readonly requestId: string;
  readonly principal: AuditedPrincipal;
  readonly frontEnd: FrontEnd;
  /** `select` or `plan` for SQL, the name of a verb (`PutItem`), or an act such as `grant.create` and `token.issue`. */
  readonly kind: string;
  /** SQL or PartiQL as it was sent; parameters and values of verbs are never part of it. */
  readonly statement?: string;
  /** What an act of administration was about, in words with ids: `R on demo.orders for principal 5f2c...`. Never a secret. */
  readonly subject?: string;
  /** As `schema.table`, each once. */
  readonly tables: readonly string[];
  /** Operations of DynamoDB that it comes to. */
  readonly verbs: readonly string[];
  readonly decision: 'allowed' | 'refused';
  /** The grants that decided, in words with their ids: `R on demo (file:1)`. */
  readonly decidedBy: readonly string[];
  /** How each table was read: `demo.orders: query by_status`. */
  readonly accessPaths: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  readonly durationMs: number;
  /**
   * `begun`: a write that is about to be sent; the record of its end follows, with the same request id. Only what has ended
   * counts as usage.
   */
  readonly outcome: 'ok' | 'begun' | 'failed';
  /** With `failed`, and with a refusal. */
  readonly errorCode?: ErrorCode;
  /** Name of the role session in the AWS account, where there was one. */
  readonly roleSession?: string;
  /** What was spent, by table; what belongs to no table is not here. */
  readonly spent: readonly SpentOnTable[];
}

export interface AuditedPrincipal {
  readonly kind: 'user' | 'client' | 'local';
  readonly id: string;
  readonly name: string;
}

export interface SpentOnTable {
  readonly schema: string;
  readonly table: string;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly dollars: number;
}

/** Where events go. */
export interface AuditTrail {
  /**
   * Resolves when the record cannot be lost any more. Throws STORE_UNAVAILABLE and STORE_FAILED, or FILE_ERROR where the trail
   * is a file: what could not be recorded must not be answered, and a write must not be sent.
   */
  record(event: AuditEvent): Promise<void>;
}

/** A trail for whoever opened it. */
export interface OpenTrail extends AuditTrail {
  /** Records what waits; later events are refused with UNAVAILABLE. */
  close(): Promise<void>;
}
