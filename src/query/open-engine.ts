import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { Deadline } from './deadline.js';
import { ComputeDatabase } from './duckdb/compute-database.js';
import { wrapDuckdbError } from './duckdb/duckdb-error.js';
import { PlannerDatabase } from './duckdb/planner-database.js';
import type { EngineOptions } from './engine-options.js';
import { RateControls } from './fetch/rate-controls.js';
import { DEFAULT_MAX_UNITS } from './guard.js';
import type { StatementPlan } from './plan/statement-plan.js';
import { planStatement } from './plan-statement.js';
import type { Engine, ParquetExport, StatementRequest, StatementResult } from './statement.js';
import { StatementRun } from './statement-run.js';
import { makeTemporaryFolder } from './temporary-folder.js';

/** Opens the two DuckDBs of an engine: one that plans, one that computes. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { directory, exportDirectory } = await makeFolders(options.tempDirectory);
  const opening = [
    PlannerDatabase.open(join(directory, 'plan')),
    ComputeDatabase.open({ ...options, tempDirectory: join(directory, 'spill'), exportDirectory }),
  ] as const;
  try {
    const [planner, compute] = await Promise.all(opening);
    return new LocalEngine(options, planner, compute, { directory, exportDirectory });
  } catch (error) {
    // The other one may be open.
    for (const opened of await Promise.allSettled(opening))
      if (opened.status === 'fulfilled') await opened.value.close();
    await rm(directory, { recursive: true, force: true });
    throw wrapDuckdbError(error);
  }
}

async function makeFolders(parent: string): Promise<{ directory: string; exportDirectory: string }> {
  try {
    const directory = await makeTemporaryFolder(parent);
    const exportDirectory = join(directory, 'export');
    await mkdir(exportDirectory);
    return { directory, exportDirectory };
  } catch (error) {
    throw new HeadgateError('FILE_ERROR', `cannot make a folder in ${parent}`, { cause: error });
  }
}

class LocalEngine implements Engine {
  private readonly running = new Set<StatementRun>();
  private readonly rates: RateControls;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly options: EngineOptions,
    private readonly planner: PlannerDatabase,
    private readonly compute: ComputeDatabase,
    private readonly folders: { readonly directory: string; readonly exportDirectory: string },
  ) {
    this.rates = new RateControls({ unitsPerSecond: options.unitsPerSecond });
  }

  async run(request: StatementRequest, signal: AbortSignal): Promise<StatementResult> {
    return this.start(request, signal, (run) => run.rows());
  }

  async exportParquet(request: StatementRequest, signal: AbortSignal): Promise<ParquetExport> {
    const path = join(this.folders.exportDirectory, `${randomUUID()}.parquet`);
    try {
      return await this.start(request, signal, (run) => run.parquet(path));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async plan(request: StatementRequest, signal: AbortSignal): Promise<StatementPlan> {
    const deadline = new Deadline(signal, request.timeoutMs ?? this.options.timeoutMs);
    try {
      const { plan } = await planStatement(request, {
        planner: this.planner,
        catalog: this.options.catalog,
        purpose: 'show',
        unitsPerSecond: this.options.unitsPerSecond,
        signal: deadline.signal,
      });
      return plan;
    } catch (error) {
      throw deadline.explain(wrapDuckdbError(error));
    } finally {
      deadline.end();
    }
  }

  close(): Promise<void> {
    this.closing ??= this.release();
    return this.closing;
  }

  private async release(): Promise<void> {
    await Promise.allSettled([...this.running].map((run) => run.close()));
    await this.planner.close();
    this.compute.close();
    await rm(this.folders.directory, { recursive: true, force: true });
  }

  private async start<T>(
    request: StatementRequest,
    signal: AbortSignal,
    work: (run: StatementRun) => Promise<T>,
  ): Promise<T> {
    if (this.closing !== undefined) throw new HeadgateError('CANCELLED', 'the engine is closed');
    const run = new StatementRun(
      {
        ...request,
        maxUnits: request.maxUnits ?? this.options.maxUnits ?? DEFAULT_MAX_UNITS,
        ...withTimeout(request.timeoutMs ?? this.options.timeoutMs),
      },
      {
        ...this.options,
        readerOf: request.readerOf ?? this.options.readerOf,
        planner: this.planner,
        compute: this.compute,
        rates: this.rates,
        signal,
        onClose: () => this.running.delete(run),
      },
    );
    this.running.add(run);
    try {
      return await work(run);
    } catch (error) {
      const reason = run.explain(error);
      await run.close();
      throw reason;
    }
  }
}

function withTimeout(timeoutMs: number | undefined): { timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs };
}
