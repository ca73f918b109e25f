import type { Principal } from '../access/principal.js';
import { isVisible } from '../access/visible.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { AuditTrail, FrontEnd } from '../control/audit/audit-event.js';
import { smaller } from '../control/limits/limit-values.js';
import type { StatementLimiter } from '../control/limits/statement-limiter.js';
import type { RawAnswer } from '../dynamodb/raw-call.js';
import type { ActionResult } from '../operations/actions/run-action.js';
import type { OperationContext } from '../operations/context.js';
import { type OperationService, operationService } from '../operations/operation-service.js';
import type { Operation } from '../operations/run/operation.js';
import type { Page } from '../operations/run/pages.js';
import type { OperationResult } from '../operations/run/run-operation.js';
import { operationEvent } from './operation-event.js';
import { OperationPassage } from './operation-passage.js';
import type { Caller } from './statement-event.js';

export interface OperationCaller extends Caller {
  readonly address: string;
}

/** What operations need, but for who records. */
export interface OperationContexts extends Pick<OperationContext, 'grants' | 'now'> {
  /** Names of all schemas. */
  schemas(): readonly string[];
  /** For one operation of the principal. */
  of(principal: Principal): Promise<
    Omit<OperationContext, 'audit'> & {
      /** Name of the role sessions that were used, for audit; undefined where none was. */
      roleSession(): string | undefined;
    }
  >;
}

export interface OperationGateParts {
  readonly contexts: OperationContexts;
  readonly frontEnd: FrontEnd;
  readonly limits: Pick<StatementLimiter, 'enterStatement'>;
  readonly audit: AuditTrail;
}

/**
 * DynamoDB's own calls for principals: each is limited as a statement is, decided, sent and recorded. A name without schema is
 * of the schema that the call names, else of the only one that the principal may know of; where there are several, it names none.
 */
export class OperationGate {
  constructor(private readonly parts: OperationGateParts) {}

  /** Throws what the operation throws, RATE_LIMITED, UNITS_EXCEEDED, RESULT_TOO_LARGE, TIMEOUT, and STORE_UNAVAILABLE. */
  async run(caller: OperationCaller, operation: Operation, signal: AbortSignal): Promise<OperationResult> {
    const maxUnits = operation.fetchAll ? operation.limits.maxUnits : UNITS_OF_A_CALL;
    return await this.pass({ caller, kind: operation.verb, maxUnits, signal }, async (entered) => {
      const asked = { ...operation, limits: boundedBy(entered, operation) };
      return await entered.service.run({ caller: entered.caller, operation: asked, signal: entered.signal });
    });
  }

  /** The pages of an operation that reads to its end, as they are asked for. Throws as `run` does. */
  async *stream(caller: OperationCaller, operation: Operation, signal: AbortSignal): AsyncGenerator<Page> {
    const { maxUnits } = operation.limits;
    const entered = await this.enter({ caller, kind: operation.verb, maxUnits, signal });
    try {
      const asked = { ...operation, limits: boundedBy(entered, operation) };
      yield* entered.service.stream({ caller: entered.caller, operation: asked, signal: entered.signal });
    } catch (error) {
      throw entered.passage.explain(error);
    } finally {
      entered.passage.leave();
    }
  }

  /** One typed action. Throws as `run` does, and NOT_FOUND. */
  async act(
    caller: OperationCaller,
    { action, input }: { readonly action: string; readonly input: unknown },
    signal: AbortSignal,
  ): Promise<ActionResult> {
    return await this.pass({ caller, kind: action, maxUnits: undefined, signal }, (entered) =>
      entered.service.act({
        caller: entered.caller,
        action,
        input,
        maxUnits: entered.maxUnits,
        signal: entered.signal,
      }),
    );
  }

  /** One call of DynamoDB's protocol, answered in its form. Throws CANCELLED, TIMEOUT, and what keeps a call from entering. */
  async forward(
    caller: OperationCaller,
    { verb, body }: { readonly verb: string; readonly body: Uint8Array },
    signal: AbortSignal,
  ): Promise<RawAnswer> {
    return await this.pass({ caller, kind: verb, maxUnits: UNITS_OF_A_CALL, signal }, (entered) =>
      entered.service.forward({ caller: entered.caller, verb, body, signal: entered.signal }),
    );
  }

  private async pass<T>(arrival: Arrival, work: (entered: Entered) => Promise<T>): Promise<T> {
    const entered = await this.enter(arrival);
    try {
      return await work(entered);
    } catch (error) {
      throw entered.passage.explain(error);
    } finally {
      entered.passage.leave();
    }
  }

  private async enter({ caller, kind, maxUnits, signal }: Arrival): Promise<Entered> {
    const { contexts, limits, frontEnd, audit } = this.parts;
    const at = contexts.now();
    try {
      const defaultSchema = await this.defaultSchemaOf(caller);
      const context = await contexts.of(caller.principal);
      const permit = await limits.enterStatement(caller.principal, { maxUnits });
      const roleSession = () => context.roleSession();
      const passage = new OperationPassage({ caller, frontEnd, audit, permit, signal, roleSession });
      return {
        passage,
        service: operationService({ ...context, audit: passage }),
        caller: { ...caller, defaultSchema },
        maxUnits: permit.maxUnits,
        signal: passage.signal,
      };
    } catch (error) {
      const errorCode = error instanceof HeadgateError ? error.code : 'INTERNAL';
      const durationMs = contexts.now().getTime() - at.getTime();
      const verb = kind.slice(0, LONGEST_KIND);
      await audit.record(operationEvent(caller, frontEnd, { ...REFUSED, at, verb, durationMs, errorCode }));
      throw error;
    }
  }

  private async defaultSchemaOf({ principal }: Caller): Promise<string | undefined> {
    const { contexts } = this.parts;
    const grants = await contexts.grants();
    const [only, ...others] = contexts.schemas().filter((schema) => isVisible(principal, { schema }, grants));
    return others.length === 0 ? only : undefined;
  }
}

interface Arrival {
  readonly caller: OperationCaller;
  /** The verb, or the name of the action. */
  readonly kind: string;
  /** Read units that it may spend; undefined: what holds for all. */
  readonly maxUnits: number | undefined;
  readonly signal: AbortSignal;
}

interface Entered {
  readonly passage: OperationPassage;
  readonly service: OperationService;
  readonly caller: OperationCaller & { readonly defaultSchema: string | undefined };
  readonly maxUnits: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Units that one call sets aside while it runs, where units per day are limited: what a page of 1 MB takes, read consistently.
 * Batches and writes to many indexes may take more, which counts when they have ended.
 */
const UNITS_OF_A_CALL = 256;
const LONGEST_KIND = 100;

const REFUSED = {
  tables: [],
  decision: 'refused',
  grants: [],
  accessPaths: [],
  rows: 0,
  bytes: 0,
  outcome: 'failed',
  spent: [],
} as const;

function boundedBy({ maxUnits }: Entered, { limits }: Operation): Operation['limits'] {
  return { ...limits, maxUnits: smaller(limits.maxUnits, maxUnits) };
}
