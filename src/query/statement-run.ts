import { HeadgateError } from '../base/errors/headgate-error.js';
import { Deadline } from './deadline.js';
import type { ComputeDatabase, Workspace } from './duckdb/compute-database.js';
import { wrapDuckdbError } from './duckdb/duckdb-error.js';
import type { PlannerDatabase } from './duckdb/planner-database.js';
import type { EngineOptions } from './engine-options.js';
import { explainRows } from './explain-rows.js';
import { Meter } from './fetch/meter.js';
import type { RateControls, SteadyReaders } from './fetch/rate-controls.js';
import { throttlingWarning } from './fetch/throttling-log.js';
import { guardActual, guardEstimate, guardRemaining } from './guard.js';
import type { StatementPlan } from './plan/statement-plan.js';
import { type PlannedStatement, planStatement } from './plan-statement.js';
import type { RowBatch } from './result.js';
import { type RunContext, type RunningStatement, runStatement, runToParquet } from './run-statement.js';
import type { ParquetExport, StatementRequest, StatementResult, StatementSummary } from './statement.js';

export interface StatementContext extends Pick<EngineOptions, 'catalog' | 'readerOf' | 'unitsPerSecond'> {
  readonly planner: PlannerDatabase;
  readonly compute: ComputeDatabase;
  readonly rates: RateControls;
  readonly signal: AbortSignal;
  readonly onClose: () => void;
}

/** The life of one statement: its deadline, its workspace, what it spent, and their end. */
export class StatementRun {
  private readonly meter = new Meter();
  private readonly deadline: Deadline;
  private readonly steady: SteadyReaders;
  private readonly startedAt = performance.now();
  private readonly startedOn = Date.now();
  private sampledUnits = 0;
  private plannedAt = this.startedAt;
  private endedAt: number | undefined;
  private rowCount = 0;
  private warnings: readonly string[] = [];
  private workspace: Workspace | undefined;
  private work: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | undefined;
  private toldAt = 0;

  constructor(
    private readonly request: StatementRequest & { readonly maxUnits: number },
    private readonly context: StatementContext,
  ) {
    this.deadline = new Deadline(context.signal, request.timeoutMs);
    this.steady = context.rates.forStatement(context.readerOf, {
      timeoutMs: request.timeoutMs,
      onRefusal: () => this.tell('reading'),
    });
    // What was staged is not kept for a consumer that has stopped taking rows.
    this.deadline.signal.addEventListener('abort', () => this.close().catch(() => undefined), { once: true });
  }

  /** Plans and reads; the rows are still to be taken, and `close` is still to be called. */
  async rows(): Promise<StatementResult> {
    return this.during(() => this.startRows());
  }

  /** Does all of it. */
  async parquet(path: string): Promise<ParquetExport> {
    const plan = await this.during(() => this.writeParquet(path));
    await this.close();
    return { path, plan, summary: this.summary() };
  }

  private async startRows(): Promise<StatementResult> {
    const statement = await this.planned('rows');
    const { action } = statement.kind;
    if (action === 'explain') return this.result(explainRows(statement), statement.plan);
    const running = await this.execute(statement, (context) => runStatement(statement, context));
    if (action === 'query') return this.result(running, statement.plan);
    for await (const batch of running.batches) this.rowCount += batch.length;
    const summary = this.summary();
    this.rowCount = 0;
    return this.result(explainRows(statement, summary), statement.plan);
  }

  private async writeParquet(path: string): Promise<StatementPlan> {
    const statement = await this.planned('file');
    if (statement.kind.action !== 'query') {
      throw new HeadgateError('SQL_UNSUPPORTED', 'EXPLAIN has no rows for a Parquet file', {
        hint: 'Leave EXPLAIN away, or choose another format.',
      });
    }
    const { rows } = await this.execute(statement, (context) => runToParquet(statement, path, context));
    this.rowCount = rows;
    return statement.plan;
  }

  /** What is to be told of an error: the deadline, when that was the reason; always a HeadgateError. */
  explain(error: unknown): unknown {
    // The last word on what was spent: progress is told only a few times a second.
    this.toldAt = 0;
    this.tell('executing');
    return this.deadline.explain(wrapDuckdbError(error));
  }

  summary(): StatementSummary {
    const { readUnits, requests, dollars } = this.meter.totals();
    const throttling = this.steady.log.summary();
    const warning = throttlingWarning(throttling);
    return {
      readUnits,
      requests,
      dollars,
      rows: this.rowCount,
      planMs: this.plannedAt - this.startedAt,
      executionMs: (this.endedAt ?? performance.now()) - this.plannedAt,
      sampledUnits: this.sampledUnits,
      ...(throttling.refusals > 0 ? { throttling } : {}),
      reads: this.meter.reads,
      warnings: warning === undefined ? this.warnings : [...this.warnings, warning],
    };
  }

  /** Stops whatever still runs, and drops everything. Safe to call twice. */
  close(): Promise<void> {
    // In a later turn, because ending the deadline calls this again.
    this.closing ??= Promise.resolve().then(() => this.release());
    return this.closing;
  }

  private during<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.work = running;
    return running;
  }

  private async planned(purpose: 'rows' | 'file'): Promise<PlannedStatement> {
    this.tell('planning');
    const { planner, catalog, unitsPerSecond } = this.context;
    const statement = await planStatement(this.request, {
      planner,
      catalog,
      purpose,
      unitsPerSecond,
      signal: this.deadline.signal,
    });
    this.plannedAt = performance.now();
    this.sampledUnits = sampledSince(this.startedOn, statement);
    return statement;
  }

  private async execute<T extends Pick<RunningStatement, 'warnings' | 'widened'>>(
    statement: PlannedStatement,
    work: (context: RunContext) => Promise<T>,
  ): Promise<T> {
    guardEstimate(statement.plan, this.request.maxUnits);
    const outcome = await work({
      openWorkspace: () => this.openWorkspace(),
      readerOf: this.steady.readerOf,
      meter: this.meter,
      onPage: (table) => {
        this.tell('reading', table);
        guardActual(this.meter, this.request.maxUnits);
      },
      onEstimate: (estimate) => guardRemaining(this.meter, estimate, this.request.maxUnits),
      signal: this.deadline.signal,
    });
    this.warnings = outcome.warnings;
    await this.remember(statement, outcome.widened);
    return outcome;
  }

  private async openWorkspace(): Promise<Workspace> {
    this.workspace ??= await this.context.compute.openWorkspace(this.deadline.signal);
    return this.workspace;
  }

  private async remember(statement: PlannedStatement, widened: RunningStatement['widened']): Promise<void> {
    for (const { slot, columns } of widened) {
      const source = statement.references[slot]?.reference.source;
      if (source?.kind !== 'table') continue;
      await this.context.catalog.widen({ schema: source.table.schema, table: source.table.name }, columns);
    }
  }

  private result(
    running: Pick<StatementResult, 'columns' | 'batches' | 'isExplained'>,
    plan: StatementPlan,
  ): StatementResult {
    return {
      columns: running.columns,
      ...(running.isExplained === true ? { isExplained: true } : {}),
      batches: this.counted(running.batches),
      plan,
      summary: () => this.summary(),
      close: () => this.close(),
    };
  }

  private async *counted(batches: AsyncIterable<RowBatch>): AsyncGenerator<RowBatch> {
    try {
      for await (const batch of batches) {
        this.deadline.signal.throwIfAborted();
        this.rowCount += batch.length;
        this.tell('executing');
        yield batch;
      }
      this.deadline.signal.throwIfAborted();
    } catch (error) {
      throw this.explain(error);
    } finally {
      await this.close();
    }
  }

  private async release(): Promise<void> {
    this.endedAt = performance.now();
    this.deadline.end();
    await this.work.catch(() => undefined);
    try {
      await this.workspace?.close();
    } finally {
      this.context.onClose();
      this.request.onEnd?.(this.summary());
    }
  }

  private tell(phase: 'planning' | 'reading' | 'executing', table?: string): void {
    const now = performance.now();
    if (this.request.onProgress === undefined || now - this.toldAt < 100) return;
    this.toldAt = now;
    const { requests, items, readUnits } = this.meter.totals();
    this.request.onProgress({ phase, ...(table === undefined ? {} : { table }), requests, items, readUnits });
  }
}

/** Units of the samples that the catalog took for this statement, each table once. */
function sampledSince(startedOn: number, { references }: PlannedStatement): number {
  const tables = new Set(
    references.flatMap(({ reference: { source } }) => (source.kind === 'table' ? [source.table] : [])),
  );
  return [...tables]
    .filter(({ sample }) => sample !== undefined && Date.parse(sample.takenAt) >= startedOn)
    .reduce((sum, { sample }) => sum + (sample?.readUnits ?? 0), 0);
}
