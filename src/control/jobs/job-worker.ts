import { setTimeout as delay } from 'node:timers/promises';
import type PgBoss from 'pg-boss';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Job, JobProblem } from './job.js';

export interface WorkerOptions {
  readonly job: Job;
  readonly pollMs: number;
  readonly onProblem: (problem: JobProblem) => void;
}

/** Takes runs of one job from the queue, one after the other, from its making until it is stopped. */
export class JobWorker {
  private readonly stopping = new AbortController();
  private readonly aborting = new AbortController();
  private readonly ended: Promise<void>;

  constructor(
    private readonly boss: Pick<PgBoss, 'fetch' | 'complete' | 'fail'>,
    private readonly options: WorkerOptions,
  ) {
    this.ended = this.work();
  }

  /** Begins no more runs, and resolves when the one that is under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  /** Aborts the run that is under way. */
  abort(): void {
    this.aborting.abort(new HeadgateError('CANCELLED', 'The gateway is shutting down.'));
  }

  private async work(): Promise<void> {
    const { job, pollMs, onProblem } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const [taken] = await this.boss.fetch(job.name);
        if (taken !== undefined) await this.runOnce(taken.id);
        else await delay(pollMs, undefined, { signal }).catch(() => {});
      } catch (error) {
        onProblem({ job: job.name, error });
        await delay(pollMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  private async runOnce(id: string): Promise<void> {
    const { job, onProblem } = this.options;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tookTooLong(job)), job.timeLimitMs);
    try {
      await job.run(AbortSignal.any([limit.signal, this.aborting.signal]));
      await this.boss.complete(job.name, id);
    } catch (error) {
      onProblem({ job: job.name, error });
      await this.boss.fail(job.name, id, { message: error instanceof Error ? error.message : String(error) });
    } finally {
      clearTimeout(timer);
    }
  }
}

function tookTooLong({ name, timeLimitMs }: Job): HeadgateError {
  return new HeadgateError('TIMEOUT', `The job ${name} took longer than its limit of ${timeLimitMs / 1000} s.`);
}
