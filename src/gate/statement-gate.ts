import { rm } from 'node:fs/promises';
import type { JointDecision } from '../access/decide.js';
import type { Grant } from '../access/grant.js';
import type { Principal } from '../access/principal.js';
import type { OnDecision, PrincipalAccess } from '../access/statement-access.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { AuditTrail, FrontEnd } from '../control/audit/audit-event.js';
import { limitFile } from '../control/limits/limit-file.js';
import type { StatementLimiter } from '../control/limits/statement-limiter.js';
import type { StatementPlan } from '../query/plan/statement-plan.js';
import type { Engine, ParquetExport, StatementRequest, StatementResult } from '../query/statement.js';
import { type CallerReaders, Passage } from './passage.js';
import { recordedResult } from './recorded-result.js';
import type { Caller } from './statement-event.js';

export interface GateParts {
  readonly engine: Engine;
  readonly frontEnd: FrontEnd;
  /** What a principal may know and do now; told of each decision. */
  readonly accessOf: (principal: Principal, onDecision?: OnDecision) => Promise<PrincipalAccess>;
  /** How tables are read for the principal; as the engine itself reads them where this is left out. */
  readonly readersOf?: (access: PrincipalAccess) => Promise<CallerReaders>;
  readonly limits: Pick<StatementLimiter, 'enterStatement'>;
  /** Read units that a statement may spend which asks for nothing else: those count as taken while it runs. */
  readonly usualMaxUnits: number;
  readonly audit: AuditTrail;
}

/** The engine for principals: each statement is limited, decided, run and recorded, and only then answered to its end. */
export class StatementGate {
  constructor(private readonly parts: GateParts) {}

  /** Throws what the engine throws, RATE_LIMITED, UNITS_EXCEEDED, and STORE_UNAVAILABLE when it cannot be recorded. */
  async run(caller: Caller, request: StatementRequest, signal: AbortSignal): Promise<StatementResult> {
    const passage = await this.enter(caller, request, 'select');
    try {
      const result = await this.parts.engine.run(passage.request, signal);
      return recordedResult(result, passage);
    } catch (error) {
      throw await passage.end(error);
    }
  }

  /** Throws as `run` does. */
  async plan(caller: Caller, request: StatementRequest, signal: AbortSignal): Promise<StatementPlan> {
    return await this.whole(caller, request, 'plan', (passage) => this.parts.engine.plan(passage.request, signal));
  }

  /** The file is deleted by whoever asked for it. Throws as `run` does, and RESULT_TOO_LARGE. */
  async exportParquet(caller: Caller, request: StatementRequest, signal: AbortSignal): Promise<ParquetExport> {
    let exported: ParquetExport | undefined;
    try {
      return await this.whole(caller, request, 'select', async (passage) => {
        exported = await this.parts.engine.exportParquet(passage.request, signal);
        passage.bytes = await limitFile(exported, passage.permit ?? {});
        return exported;
      });
    } catch (error) {
      // Nobody will ask for it any more.
      if (exported !== undefined) await rm(exported.path, { force: true });
      throw error;
    }
  }

  /**
   * Whether further rows of a result may still be given: grants may have been revoked since it was read. Throws
   * TABLE_NOT_FOUND for a table that may not be seen any more, and ACCESS_DENIED.
   */
  async authorizeKept(caller: Caller, { plan }: { readonly plan: StatementPlan }): Promise<void> {
    const access = await this.parts.accessOf(caller.principal);
    const tables = plan.references.filter(({ path }) => path !== 'catalog').map(({ table }) => splitTable(table));
    for (const name of tables) {
      if (access.isTableVisible(name)) continue;
      throw new HeadgateError('TABLE_NOT_FOUND', `There is no table "${name.table}" in schema "${name.schema}".`);
    }
    await access.authorize(tables, 'select');
  }

  private async whole<T extends StatementPlan | ParquetExport>(
    caller: Caller,
    request: StatementRequest,
    kind: 'select' | 'plan',
    work: (passage: Passage) => Promise<T>,
  ): Promise<T> {
    const passage = await this.enter(caller, request, kind);
    let answer: T;
    try {
      answer = await work(passage);
    } catch (error) {
      throw await passage.end(error);
    }
    await passage.finish();
    return answer;
  }

  private async enter(caller: Caller, request: StatementRequest, kind: 'select' | 'plan'): Promise<Passage> {
    const { limits, usualMaxUnits, audit, frontEnd, accessOf } = this.parts;
    const passage = new Passage({ caller, request, kind, frontEnd, audit });
    const { maxUnits = usualMaxUnits, timeoutMs } = request;
    try {
      passage.enter(await limits.enterStatement(caller.principal, { maxUnits, timeoutMs }));
      const onDecision: OnDecision = (tables, decision) => passage.decided(tables, grantsOf(decision));
      const access = await accessOf(caller.principal, onDecision);
      passage.decideBy(access);
      const readers = await this.parts.readersOf?.(access);
      if (readers !== undefined) passage.readBy(readers);
    } catch (error) {
      throw await passage.end(error);
    }
    return passage;
  }
}

function grantsOf(decision: JointDecision): readonly Grant[] {
  if (decision.allowed) return decision.grants;
  return decision.refusals.flatMap(({ decision: { grant } }) => (grant === undefined ? [] : [grant]));
}

function splitTable(name: string): { schema: string; table: string } {
  const dot = name.indexOf('.');
  return { schema: name.slice(0, dot), table: name.slice(dot + 1) };
}
