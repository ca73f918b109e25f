import { HeadgateError } from '../base/errors/headgate-error.js';
import type { AuditTrail, FrontEnd } from '../control/audit/audit-event.js';
import { resultTooLarge } from '../control/limits/limit-rows.js';
import type { StatementPermit } from '../control/limits/statement-limiter.js';
import type { OperationAudit, OperationRecord } from '../operations/context.js';
import { Deadline } from '../query/deadline.js';
import { operationEvent } from './operation-event.js';
import type { Caller } from './statement-event.js';

export interface OperationPassageParts {
  readonly caller: Caller;
  readonly frontEnd: FrontEnd;
  readonly audit: AuditTrail;
  readonly permit: StatementPermit;
  readonly signal: AbortSignal;
  /** Name of the role sessions that were used until now. */
  readonly roleSession: () => string | undefined;
}

/** One operation on its way through the gate, which may come to many calls: each is recorded, and all count towards its limits. */
export class OperationPassage implements OperationAudit {
  private readonly deadline: Deadline;
  private units = 0;
  private rows = 0;
  private bytes = 0;
  private isWrite = false;

  constructor(private readonly parts: OperationPassageParts) {
    this.deadline = new Deadline(parts.signal, parts.permit.timeoutMs);
  }

  /** Aborted by the caller, and when its time is over. */
  get signal(): AbortSignal {
    return this.deadline.signal;
  }

  /** Throws the errors of the trail, and RESULT_TOO_LARGE for rows that are more than the principal may get. */
  async record(_caller: unknown, record: OperationRecord): Promise<void> {
    const { caller, frontEnd, audit, roleSession: sessionName } = this.parts;
    const tooLarge = this.counted(record);
    const why = tooLarge ?? (record.errorCode === 'CANCELLED' ? this.explain(undefined) : undefined);
    const ended =
      why instanceof HeadgateError ? { ...record, outcome: 'failed' as const, errorCode: why.code } : record;
    const event = operationEvent(caller, frontEnd, ended);
    const roleSession = sessionName();
    await audit.record(roleSession === undefined ? event : { ...event, roleSession });
    if (tooLarge !== undefined) throw tooLarge;
  }

  /** What to throw for an error: that its time was over, where that is why. */
  explain(error: unknown): unknown {
    return this.deadline.explain(error);
  }

  /** To be called once, however it ended: only now its units are in the sum of the day. */
  leave(): void {
    this.deadline.end();
    this.parts.permit.leave(this.units);
  }

  /** Counts a call. What was written has been done, so its answer is given however large it is. */
  private counted({ outcome, rows, bytes, spent }: OperationRecord) {
    const isWrite = this.isWrite;
    this.isWrite = outcome === 'begun';
    this.units += spent.reduce((sum, { readUnits, writeUnits }) => sum + readUnits + writeUnits, 0);
    if (outcome !== 'ok' || isWrite) return undefined;
    this.rows += rows;
    this.bytes += bytes;
    const { maxRows = Infinity, maxResultBytes = Infinity } = this.parts.permit;
    const given = this.rows - rows;
    if (this.rows > maxRows) return resultTooLarge({ maxRows: maxRows }, given);
    return this.bytes > maxResultBytes && rows > 0
      ? resultTooLarge({ maxResultBytes: maxResultBytes }, given)
      : undefined;
  }
}
