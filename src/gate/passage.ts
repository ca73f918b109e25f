import type { Grant } from '../access/grant.js';
import type { PrincipalAccess } from '../access/statement-access.js';
import type { AuditEvent, AuditTrail, FrontEnd } from '../control/audit/audit-event.js';
import type { StatementPermit } from '../control/limits/statement-limiter.js';
import type { StatementPlan } from '../query/plan/statement-plan.js';
import type { StatementRequest, StatementSummary } from '../query/statement.js';
import { type Caller, statementEvent } from './statement-event.js';

/** How tables are read for one statement of a principal. */
export interface CallerReaders {
  readonly readerOf: NonNullable<StatementRequest['readerOf']>;
  /** For audit, once the tables were read: the role sessions they were read by. */
  roleSession(): string | undefined;
}

export interface PassageParts {
  readonly caller: Caller;
  readonly request: StatementRequest;
  readonly kind: 'select' | 'plan';
  readonly frontEnd: FrontEnd;
  readonly audit: AuditTrail;
}

/** One statement on its way through the gate: what becomes known of it, and its one record. */
export class Passage {
  /** What the engine is asked: the request within its limits, under the access of the caller. */
  request: StatementRequest;
  permit: StatementPermit | undefined;
  bytes = 0;
  private decision: { readonly tables: readonly string[]; readonly grants: readonly Grant[] } | undefined;
  private readers: CallerReaders | undefined;
  private summary: StatementSummary | undefined;
  private plan: StatementPlan | undefined;
  private readonly at = new Date();
  private readonly startedAt = performance.now();
  private beginning: Promise<void> | undefined;
  private recording: Promise<void> | undefined;

  constructor(private readonly parts: PassageParts) {
    this.request = parts.request;
  }

  enter(permit: StatementPermit): void {
    this.permit = permit;
    const { maxUnits, timeoutMs } = permit;
    const { maxUnits: _units, timeoutMs: _timeout, ...request } = this.request;
    this.request = {
      ...request,
      ...(maxUnits === undefined ? {} : { maxUnits }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      onEnd: (summary) => {
        this.summary = summary;
        request.onEnd?.(summary);
      },
    };
  }

  decideBy(access: PrincipalAccess): void {
    this.request = { ...this.request, access };
  }

  readBy(readers: CallerReaders): void {
    this.readers = readers;
    this.request = { ...this.request, readerOf: readers.readerOf };
  }

  decided(tables: readonly { readonly schema: string; readonly table: string }[], grants: readonly Grant[]): void {
    const names = tables.map(({ schema, table }) => `${schema}.${table}`);
    this.decision = { tables: [...new Set(names)], grants };
  }

  planned(plan: StatementPlan): void {
    this.plan = plan;
  }

  /** Records once that its first rows are about to be given. Throws what the audit trail throws. */
  async begun(): Promise<void> {
    this.beginning ??= this.parts.audit.record({ ...this.event(undefined), outcome: 'begun', spent: [] });
    await this.beginning;
  }

  /** Records that it ended with this error, and returns what to throw: the error, or why it could not be recorded. */
  async end(error: unknown): Promise<unknown> {
    try {
      await this.record(error);
      return error;
    } catch (failure) {
      return failure;
    }
  }

  /** Records that it ended well. Throws what the audit trail throws. */
  async finish(): Promise<void> {
    await this.record(undefined);
  }

  private record(error: unknown): Promise<void> {
    this.recording ??= this.recordOnce(error);
    return this.recording;
  }

  private async recordOnce(error: unknown): Promise<void> {
    try {
      await this.parts.audit.record(this.event(error));
    } finally {
      // Only now are its units in the sum of the day.
      this.permit?.leave(this.summary?.readUnits ?? 0);
    }
  }

  private event(error: unknown): AuditEvent {
    const { caller, request, kind, frontEnd } = this.parts;
    const { at, decision, summary, plan, bytes } = this;
    const durationMs = performance.now() - this.startedAt;
    return statementEvent({
      caller,
      frontEnd,
      kind,
      sql: request.sql,
      at,
      durationMs,
      decision,
      summary,
      plan,
      bytes,
      error,
      roleSession: this.readers?.roleSession(),
    });
  }
}
