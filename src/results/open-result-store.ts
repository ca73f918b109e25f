import { randomUUID } from 'node:crypto';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { type Clock, systemClock } from '../query/fetch/clock.js';
import type { StatementPlan } from '../query/plan/statement-plan.js';
import type { ResultColumn, RowBatch } from '../query/result.js';
import type { StatementResult, StatementSummary } from '../query/statement.js';
import { chooseForgotten } from './choose-forgotten.js';
import { Execution, type ExecutionControl, type ExecutionStatus } from './execution.js';
import { KeptRows, type RowRange } from './kept-rows.js';
import { ResultSpace, type SpaceLimits } from './result-space.js';

export interface ResultStoreOptions extends Partial<SpaceLimits> {
  /** Where files are made; a folder of this process is made in it, and those of ended processes are removed. */
  readonly directory: string;
  /** How long a result is kept after its last use. */
  readonly keepMs?: number;
  /** Rows of a page end early at about so many bytes of them; the page still tells where the next one begins. */
  readonly pageBytes?: number;
  /** Statements that are kept in all. */
  readonly maxResults?: number;
  readonly clock?: Clock;
}

/** Who runs what, for a statement that is not yet known. */
export interface ExecutionOrder {
  /** The id of the principal. */
  readonly owner: string;
  /** The same for statements that have the same rows: statement, parameters and what else changes them. */
  readonly key: string;
  /** An id that its owner has chosen, to ask about it while it runs; by default a new UUID. */
  readonly queryId?: string;
}

/** Some rows of one execution. */
export interface ResultPage {
  readonly queryId: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: RowBatch;
  readonly firstRow: number;
  /** Where the next page begins; only where there is at least one row more. */
  readonly nextRow?: number;
  /** Rows in all; only once that is known. */
  readonly rowCount?: number;
  readonly plan: StatementPlan;
  /** Of the execution, however many pages are read of it. */
  readonly summary: StatementSummary;
}

const MEGABYTE = 1024 * 1024;
const DEFAULTS = {
  memoryBytes: 64 * MEGABYTE,
  totalBytes: 4096 * MEGABYTE,
  resultBytes: 1024 * MEGABYTE,
  resultMemoryBytes: 4 * MEGABYTE,
  keepMs: 600_000,
  pageBytes: 16 * MEGABYTE,
  maxResults: 10_000,
  clock: systemClock,
};

/** Opens the store with an empty folder of its own. Throws FILE_ERROR. */
export async function openResultStore(options: ResultStoreOptions): Promise<ResultStore> {
  const settings = { ...DEFAULTS, ...options };
  return new ResultStore(settings, await ResultSpace.open(options.directory, settings));
}

/**
 * The statements at work and the results that are kept, by owner and id. Whatever is asked of a statement of another owner
 * is answered with NOT_FOUND, as for one that never was.
 */
export class ResultStore {
  private readonly executions = new Map<string, Execution>();
  private stopSweeping: () => void = () => undefined;
  private isClosed = false;

  constructor(
    private readonly settings: typeof DEFAULTS,
    private readonly space: ResultSpace,
  ) {
    this.sweepLater();
  }

  /**
   * Runs a statement, keeps its rows, and gives the first of them as soon as they are there; the rest is taken meanwhile. A
   * result that fits in its first page is not kept. When `signal` is aborted before that page is given, the statement is
   * stopped. Throws what the statement throws, CONFLICT when the id is taken, UNAVAILABLE.
   */
  async run(
    order: ExecutionOrder,
    { range, signal }: { readonly range: RowRange; readonly signal: AbortSignal },
    open: (control: ExecutionControl) => Promise<StatementResult>,
  ): Promise<ResultPage> {
    const execution = this.add(order);
    execution.start(() => this.keep(execution, open));
    try {
      const page = await this.pageOf(execution, range, signal);
      if (page.nextRow === undefined && range.firstRow === 0) await this.remove(execution);
      return page;
    } catch (error) {
      await execution.stop(signal.aborted ? reasonOf(signal) : abandoned());
      await this.remove(execution);
      throw error;
    }
  }

  /**
   * Follows a statement whose rows its caller takes itself, so that it can be watched and stopped as others can, and for a
   * while tells how it ended. `work` is stopped when `signal` is aborted. Throws what `work` throws, and as `run` does.
   */
  async follow(
    order: ExecutionOrder,
    signal: AbortSignal,
    work: (control: ExecutionControl) => Promise<void>,
  ): Promise<void> {
    const execution = this.add(order);
    const stop = () => void execution.stop(reasonOf(signal));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    execution.start(work);
    await execution.ended();
    signal.removeEventListener('abort', stop);
    this.touch(execution);
    if (execution.error !== undefined) throw execution.error;
  }

  /** Rows of a kept result, once they are there; none when the range begins after the last row. Throws NOT_FOUND. */
  async page(owner: string, queryId: string, order: { range: RowRange; signal: AbortSignal }): Promise<ResultPage> {
    return this.pageOf(this.get(owner, queryId), order.range, order.signal);
  }

  /** Throws NOT_FOUND. */
  status(owner: string, queryId: string): ExecutionStatus {
    const execution = this.get(owner, queryId);
    this.touch(execution);
    return execution.status;
  }

  /** The plan of a kept result, which says what tables it was read from; undefined before it is known. Throws NOT_FOUND. */
  planOf(owner: string, queryId: string): StatementPlan | undefined {
    return this.get(owner, queryId).plan;
  }

  /** The id of the newest result of this owner and key whose rows are kept. */
  findLike(owner: string, key: string): string | undefined {
    return [...this.executions.values()].findLast(
      (execution) =>
        execution.owner === owner && execution.key === key && execution.rows !== undefined && !this.isOld(execution),
    )?.queryId;
  }

  /** Stops the statement when it runs, and forgets it and its rows. Throws NOT_FOUND. */
  async cancel(owner: string, queryId: string): Promise<void> {
    const execution = this.get(owner, queryId);
    await execution.stop(new HeadgateError('CANCELLED', 'the statement was cancelled'));
    await this.remove(execution);
  }

  /** How much is kept, for metrics. */
  get size(): { readonly results: number; readonly memoryBytes: number; readonly totalBytes: number } {
    const { memoryBytes, totalBytes } = this.space;
    return { results: this.executions.size, memoryBytes, totalBytes };
  }

  /** Stops what runs, and removes every file. Safe to call twice. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.stopSweeping();
    const reason = new HeadgateError('UNAVAILABLE', 'the gateway is shutting down; the statement was cancelled');
    await Promise.all([...this.executions.values()].map((execution) => execution.stop(reason)));
    await Promise.all([...this.executions.values()].map((execution) => this.remove(execution)));
    await this.space.close();
  }

  private add({ owner, key, queryId = randomUUID() }: ExecutionOrder): Execution {
    if (this.isClosed) throw new HeadgateError('UNAVAILABLE', 'the gateway is shutting down');
    if (this.executions.has(queryId)) {
      throw new HeadgateError('CONFLICT', `there is already a statement with the id ${queryId}`, {
        hint: 'Choose a new UUID for each statement, or leave the id to the gateway.',
      });
    }
    const execution = new Execution(queryId, owner, key);
    this.executions.set(queryId, execution);
    this.touch(execution);
    if (this.executions.size > this.settings.maxResults) void this.evict();
    return execution;
  }

  /** Takes all rows of the result, at the pace of the disk. */
  private async keep(
    execution: Execution,
    open: (control: ExecutionControl) => Promise<StatementResult>,
  ): Promise<void> {
    const result = await open(execution.control);
    try {
      const rows = new KeptRows(this.space, execution.queryId, (bytes) => this.makeRoom(bytes));
      execution.rows = rows;
      execution.columns = result.columns;
      execution.control.onResult(result);
      for await (const batch of result.batches) {
        execution.control.signal.throwIfAborted();
        await rows.append(batch);
        execution.changed();
      }
    } finally {
      await execution.rows?.finish();
      await result.close();
      this.touch(execution);
    }
  }

  private async pageOf(execution: Execution, range: RowRange, signal: AbortSignal): Promise<ResultPage> {
    const end = range.firstRow + range.maxRows;
    const hasEnough = () => (execution.rows?.count ?? 0) > end;
    execution.readers++;
    try {
      await execution.until(hasEnough, signal);
      if (execution.error !== undefined && !hasEnough()) throw execution.error;
      return await this.readPage(execution, range);
    } finally {
      execution.readers--;
      this.touch(execution);
    }
  }

  private async readPage(execution: Execution, range: RowRange): Promise<ResultPage> {
    const { queryId, columns, plan, summary, rows: kept, state } = execution;
    if (kept === undefined || columns === undefined || plan === undefined || summary === undefined) {
      throw new HeadgateError('CONFLICT', 'the rows of this statement were not kept', {
        detail: 'They went to whoever sent the statement, as a stream.',
      });
    }
    const rows = await kept.read(range, this.settings.pageBytes);
    const nextRow = range.firstRow + rows.length;
    return {
      queryId,
      columns,
      rows,
      firstRow: range.firstRow,
      ...(rows.length > 0 && nextRow < kept.count ? { nextRow } : {}),
      ...(state === 'finished' ? { rowCount: kept.count } : {}),
      plan,
      summary,
    };
  }

  private get(owner: string, queryId: string): Execution {
    const execution = this.executions.get(queryId);
    if (execution === undefined || execution.owner !== owner || this.isOld(execution)) {
      throw new HeadgateError('NOT_FOUND', `there is no statement or kept result with the id ${queryId}`, {
        detail: 'Results that fit in one page are not kept, others for some minutes after their last use.',
        hint: 'Send the statement again.',
      });
    }
    return execution;
  }

  private touch(execution: Execution): void {
    execution.lastUsedAt = this.settings.clock.now();
  }

  private isOld(execution: Execution): boolean {
    return isIdle(execution) && this.settings.clock.now() - execution.lastUsedAt > this.settings.keepMs;
  }

  private sweepLater(): void {
    this.stopSweeping = this.settings.clock.after(this.settings.keepMs / 10, () => {
      for (const execution of [...this.executions.values()]) if (this.isOld(execution)) void this.remove(execution);
      this.sweepLater();
    });
  }

  private async remove(execution: Execution): Promise<void> {
    this.executions.delete(execution.queryId);
    await execution.rows?.close();
  }

  private async makeRoom(bytes: number): Promise<boolean> {
    while (this.space.totalBytes + bytes > this.space.limits.totalBytes) if (!(await this.evict())) return false;
    return true;
  }

  private async evict(): Promise<boolean> {
    const chosen = chooseForgotten([...this.executions.values()].filter(isIdle));
    if (chosen === undefined) return false;
    await this.remove(chosen);
    return true;
  }
}

function isIdle(execution: Execution): boolean {
  return execution.state !== 'running' && execution.readers === 0;
}

function reasonOf(signal: AbortSignal): HeadgateError {
  return signal.reason instanceof HeadgateError
    ? signal.reason
    : new HeadgateError('CANCELLED', 'the statement was cancelled', { cause: signal.reason });
}

function abandoned(): HeadgateError {
  return new HeadgateError('CANCELLED', 'nobody waits for the statement any more');
}
