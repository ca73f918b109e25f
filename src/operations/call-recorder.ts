import { HeadgateError } from '../base/errors/headgate-error.js';
import type { ErrorCode } from '../base/errors/registry.js';
import type { Caller, OperationContext, TableSpent } from './context.js';
import type { CallTrace } from './prepare-call.js';

/** How a call ended. */
export interface CallEnd {
  readonly outcome: 'ok' | 'failed';
  readonly errorCode?: ErrorCode;
  readonly bytes: number;
  readonly rows: number;
  readonly spent: readonly TableSpent[];
}

/** Writes down one call: that it is about to be sent, and how it ended. */
export class CallRecorder {
  readonly trace: CallTrace = { tables: [], statements: [], grants: [], accessPaths: [] };
  private readonly at: Date;
  private isAllowed = false;

  constructor(
    private readonly context: OperationContext,
    private readonly caller: Caller,
    private readonly verb: string,
  ) {
    this.at = context.now();
  }

  /** It is allowed; a write must not be sent before this resolves. */
  async begun({ isWrite }: { readonly isWrite: boolean }): Promise<void> {
    this.isAllowed = true;
    if (isWrite) await this.record('begun', NOTHING);
  }

  /** It must not be answered before this resolves. */
  async ended(end: CallEnd): Promise<void> {
    await this.record(end.outcome, end);
  }

  /** It ended with an error, before it was sent or while it was. */
  async failed(error: unknown): Promise<void> {
    const errorCode = error instanceof HeadgateError ? error.code : 'INTERNAL';
    await this.record('failed', { ...NOTHING, errorCode });
  }

  private record(outcome: 'ok' | 'begun' | 'failed', end: Omit<CallEnd, 'outcome'>): Promise<void> {
    const { tables, statements, grants, accessPaths } = this.trace;
    return this.context.audit.record(this.caller, {
      at: this.at,
      verb: this.verb.slice(0, 100),
      ...(statements.length === 0 ? {} : { statement: statements.join(';\n') }),
      tables,
      grants,
      accessPaths,
      decision: this.isAllowed ? 'allowed' : 'refused',
      rows: end.rows,
      bytes: end.bytes,
      durationMs: this.context.now().getTime() - this.at.getTime(),
      outcome,
      ...(end.errorCode === undefined ? {} : { errorCode: end.errorCode }),
      spent: end.spent,
    });
  }
}

const NOTHING = { rows: 0, bytes: 0, spent: [] };
