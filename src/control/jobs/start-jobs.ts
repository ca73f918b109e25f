import { setTimeout as delay } from 'node:timers/promises';
import PgBoss from 'pg-boss';
import type { Store } from '../store/store.js';
import { storeError } from '../store/store-error.js';
import type { Job, JobProblem } from './job.js';
import { JobWorker } from './job-worker.js';
import { QueueDatabase } from './queue-database.js';

export interface JobsOptions {
  readonly store: Pick<Store, 'kind' | 'execute' | 'inTurn'>;
  readonly jobs: readonly Job[];
  /** Told of runs that failed, and will be tried again, and of a queue that could not be reached. */
  readonly onProblem: (problem: JobProblem) => void;
  readonly pace?: Partial<JobPace>;
}

/** How often the store is asked. */
export interface JobPace {
  /** Which schedules are due; 45 at most, as they count by the minute. */
  readonly scheduleSeconds: number;
  /** For runs that are due. */
  readonly pollMs: number;
  /** For runs of gateways that were killed. */
  readonly maintenanceSeconds: number;
  /** Before the first retry of a run that failed; it doubles with each. */
  readonly retryDelaySeconds: number;
}

export interface RunningJobs {
  /**
   * Begins no more runs, and waits for those that are under way; after `graceMs` their signals are aborted. Resolves when the
   * store is not needed any more. What was aborted is run again, here after the next start or at another gateway.
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * Works on the jobs together with all other gateways of the store, until it is stopped; resolves when it works. Throws
 * STORE_UNAVAILABLE and STORE_FAILED when the queue cannot be made.
 */
export async function startJobs(options: JobsOptions): Promise<RunningJobs> {
  const { store, jobs, onProblem } = options;
  const pace = { ...DEFAULT_PACE, ...options.pace };
  const open = () => openQueue(options, pace);
  // Gateways that make the schema at the same moment get into each other's way. An embedded store has no other gateway, and one
  // connection, which the turn would keep from the work itself.
  const { boss, database } = await (store.kind === 'embedded' ? open() : store.inTurn('jobs', open));
  const { pollMs } = pace;
  const workers = jobs.map((job) => new JobWorker(boss, { job, pollMs, onProblem }));
  return {
    async stop(graceMs) {
      const ended = Promise.all(workers.map((worker) => worker.stop()));
      if (!(await endsWithin(ended, graceMs))) {
        for (const worker of workers) worker.abort();
        await endsWithin(ended, ABORT_PATIENCE_MS);
      }
      await endQueue({ boss, database });
    },
  };
}

/** A PostgreSQL schema of its own, which pg-boss makes and migrates. */
const SCHEMA = 'headgate_jobs';
const DEFAULT_PACE: JobPace = {
  scheduleSeconds: 30,
  pollMs: 15_000,
  maintenanceSeconds: 30,
  retryDelaySeconds: 30,
};
const RETRIES = 5;
/** For a run that is slow to notice that it was aborted. */
const ABORT_PATIENCE_MS = 5000;

interface Queue {
  readonly boss: PgBoss;
  readonly database: QueueDatabase;
}

async function openQueue({ store, jobs, onProblem }: JobsOptions, pace: JobPace): Promise<Queue> {
  const database = new QueueDatabase(store, (error) => onProblem({ error }));
  const boss = new PgBoss({
    db: database,
    schema: SCHEMA,
    maintenanceIntervalSeconds: pace.maintenanceSeconds,
    cronMonitorIntervalSeconds: pace.scheduleSeconds,
    cronWorkerIntervalSeconds: Math.min(45, Math.max(1, pace.pollMs / 1000)),
  });
  boss.on('error', (error) => onProblem({ error }));
  try {
    await boss.start();
    for (const job of jobs) await announce(boss, job, pace.retryDelaySeconds);
  } catch (cause) {
    database.guard();
    await endQueue({ boss, database });
    throw storeError(cause);
  }
  database.guard();
  return { boss, database };
}

async function announce(boss: PgBoss, { name, cron, timeLimitMs }: Job, retryDelaySeconds: number): Promise<void> {
  const queue: PgBoss.Queue = {
    name,
    // At most one run waits and one is active, so a run longer than its schedule neither overlaps nor piles up.
    policy: 'stately',
    expireInSeconds: Math.ceil(timeLimitMs / 1000) + 1,
    retryLimit: RETRIES,
    retryDelay: retryDelaySeconds,
    retryBackoff: true,
  };
  await boss.createQueue(name, queue);
  await boss.updateQueue(name, queue);
  await boss.schedule(name, cron);
}

async function endQueue({ boss, database }: Queue): Promise<void> {
  await boss.stop();
  await database.close();
}

async function endsWithin(ended: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([ended.then(() => true), late]);
  } finally {
    timer.abort();
  }
}
