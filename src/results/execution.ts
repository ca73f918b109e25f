import { HeadgateError } from '../base/errors/headgate-error.js';
import type { StatementPlan } from '../query/plan/statement-plan.js';
import type { ResultColumn } from '../query/result.js';
import type { StatementProgress, StatementResult, StatementSummary } from '../query/statement.js';
import type { KeptRows } from './kept-rows.js';

/** What is known of a statement while it runs and after. */
export interface ExecutionStatus {
  readonly queryId: string;
  readonly state: 'running' | 'finished' | 'failed';
  /** Why it failed; CANCELLED where it was stopped. */
  readonly error?: HeadgateError;
  readonly progress?: StatementProgress;
  /** Of the rows that are kept; absent while it is planned and read, and for statements whose rows went to their reader. */
  readonly columns?: readonly ResultColumn[];
  /** Rows that are kept so far. */
  readonly rowsKept: number;
  /** What it spent; final once it has ended. Absent until reading has begun. */
  readonly summary?: StatementSummary;
}

/** What the work of an execution may use. */
export interface ExecutionControl {
  readonly queryId: string;
  /** Aborted when nobody wants the statement any more; the reason is a HeadgateError. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: StatementProgress) => void;
  /** Told as soon as there is something to tell of what the statement spends. */
  readonly onResult: (result: Pick<StatementResult, 'summary' | 'plan'>) => void;
}

/** One statement at work, or done: its state, its rows, and the way to stop it. */
export class Execution {
  state: ExecutionStatus['state'] = 'running';
  error: HeadgateError | undefined;
  columns: readonly ResultColumn[] | undefined;
  plan: StatementPlan | undefined;
  rows: KeptRows | undefined;
  /** Readers of pages at this moment: as long as there are any, the rows stay. */
  readers = 0;
  lastUsedAt = 0;
  readonly control: ExecutionControl;
  private progress: StatementProgress | undefined;
  private summarize: (() => StatementSummary) | undefined;
  private readonly controller = new AbortController();
  private work: Promise<void> = Promise.resolve();
  private readonly watchers = new Set<() => void>();

  constructor(
    readonly queryId: string,
    readonly owner: string,
    /** The same for statements that have the same rows. */
    readonly key: string,
  ) {
    this.control = {
      queryId,
      signal: this.controller.signal,
      onProgress: (progress) => {
        this.progress = progress;
      },
      onResult: ({ summary, plan }) => {
        this.summarize = summary;
        this.plan = plan;
      },
    };
  }

  get summary(): StatementSummary | undefined {
    return this.summarize?.();
  }

  get status(): ExecutionStatus {
    const { summary } = this;
    return {
      queryId: this.queryId,
      state: this.state,
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.progress === undefined ? {} : { progress: this.progress }),
      ...(this.columns === undefined ? {} : { columns: this.columns }),
      rowsKept: this.rows?.count ?? 0,
      ...(summary === undefined ? {} : { summary }),
    };
  }

  /** Starts its work; how that ends is seen in its state, and told to whoever waits. */
  start(work: (control: ExecutionControl) => Promise<void>): void {
    this.work = Promise.resolve(this.control)
      .then(work)
      .then(() => {
        this.state = 'finished';
      })
      .catch((error: unknown) => {
        this.error = headgateErrorOf(error);
        this.state = 'failed';
      })
      .finally(() => this.changed());
  }

  /** Stops the work with this reason, and resolves when it has ended; without effect when it has already. */
  async stop(reason: HeadgateError): Promise<void> {
    this.controller.abort(reason);
    await this.work;
  }

  /** Its end, without its error. */
  ended(): Promise<void> {
    return this.work;
  }

  /** Wakes up those who wait until something has changed. */
  changed(): void {
    for (const wake of this.watchers) wake();
  }

  /** Resolves when `isTrue` is so, or the work has ended; rejects with the reason of the signal when that is first. */
  async until(isTrue: () => boolean, signal: AbortSignal): Promise<void> {
    while (!isTrue() && this.state === 'running') {
      signal.throwIfAborted();
      await this.nextChange(signal);
    }
    signal.throwIfAborted();
  }

  private nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.watchers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.watchers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

function headgateErrorOf(error: unknown): HeadgateError {
  if (error instanceof HeadgateError) return error;
  return new HeadgateError('INTERNAL', 'the statement ended in an unexpected way', { cause: error });
}
