import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../store/open-store.js';
import type { Store } from '../store/store.js';
import { STORE_KINDS, type TestStore } from '../store/testing/store-kinds.js';
import type { Job, JobProblem } from './job.js';
import { type JobsOptions, startJobs } from './start-jobs.js';

const PACE = { scheduleSeconds: 1, pollMs: 200, maintenanceSeconds: 1, retryDelaySeconds: 1 };

/** Counts, and lets a test wait for a count. */
function counter() {
  let count = 0;
  const waiting = new Set<() => void>();
  return {
    get count() {
      return count;
    },
    add() {
      count += 1;
      for (const look of waiting) look();
    },
    until: (wanted: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (count >= wanted) resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Due every minute, and so at once. */
function job(run: Job['run'], changes: Partial<Job> = {}): Job {
  return { name: 'tidy', cron: '* * * * *', timeLimitMs: 60_000, run, ...changes };
}

async function start(store: JobsOptions['store'], jobs: readonly Job[], onProblem?: (problem: JobProblem) => void) {
  const running = await startJobs({ store, jobs, onProblem: onProblem ?? (() => {}), pace: PACE });
  onTestFinished(() => running.stop(0));
  return running;
}

async function states(store: Store): Promise<Record<string, unknown>[]> {
  const { rows } = await store.execute(
    "select state::text from headgate_jobs.job where name = 'tidy' order by created_on",
  );
  return rows;
}

describe.each(STORE_KINDS.filter(({ available }) => available))('jobs on $name', ({ open }) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());
  beforeEach(() => opened.store.execute('drop schema if exists headgate_jobs cascade'));

  it('run when they are due, once among several gateways, and are recorded as done', async () => {
    const { store, databaseUrl, directory } = opened;
    const runs = counter();
    const others: Store[] = [];
    if (databaseUrl !== undefined) {
      for (let i = 0; i < 3; i++) others.push(await openStore({ databaseUrl, directory }));
    }
    onTestFinished(async () => {
      for (const other of others) await other.close();
    });
    const began = Date.now();
    const gateways = await Promise.all([store, ...others].map((each) => start(each, [job(async () => runs.add())])));
    await runs.until(1);
    await Promise.all(gateways.map((gateway) => gateway.stop(10_000)));
    const minutes = Math.floor(Date.now() / 60_000) - Math.floor(began / 60_000) + 1;
    expect(await states(store)).toEqual(Array.from({ length: runs.count }, () => ({ state: 'completed' })));
    expect(runs.count).toBeLessThanOrEqual(minutes);
  });

  it('are tried again when they fail, and each failure is told', async () => {
    const runs = counter();
    const problems: JobProblem[] = [];
    const failOnce = job(async () => {
      runs.add();
      if (runs.count === 1) throw new Error('no luck');
    });
    const gateway = await start(opened.store, [failOnce], (problem) => problems.push(problem));
    await runs.until(2);
    await gateway.stop(10_000);
    expect(problems).toEqual([{ job: 'tidy', error: new Error('no luck') }]);
    const [first] = await states(opened.store);
    expect(first).toEqual({ state: 'completed' });
  });

  it('end before stopping does, and are not begun after it', async () => {
    const began = counter();
    let finish = () => {};
    const slow = job(async () => {
      began.add();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    const gateway = await start(opened.store, [slow]);
    await began.until(1);
    const stopped = gateway.stop(600_000);
    let hasStopped = false;
    void stopped.then(() => {
      hasStopped = true;
    });
    expect(await states(opened.store)).toEqual([{ state: 'active' }]);
    expect(hasStopped).toBe(false);
    finish();
    await stopped;
    expect(await states(opened.store)).toEqual([{ state: 'completed' }]);
  });

  it('are aborted when they do not end in time, and run again after the next start', async () => {
    const began = counter();
    const untilAborted = job(async (signal) => {
      began.add();
      if (began.count > 1) return;
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const problems: JobProblem[] = [];
    const gateway = await start(opened.store, [untilAborted], (problem) => problems.push(problem));
    await began.until(1);
    await gateway.stop(0);
    expect(problems).toMatchObject([{ job: 'tidy', error: { code: 'CANCELLED' } }]);
    expect(await states(opened.store)).toEqual([{ state: 'retry' }]);
    await start(opened.store, [untilAborted]);
    await began.until(2);
  });

  it('are aborted when they take longer than their limit', async () => {
    const aborted = counter();
    const endless = job(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.add();
            reject(signal.reason);
          });
        }),
      { timeLimitMs: 50 },
    );
    const problems: JobProblem[] = [];
    await start(opened.store, [endless], (problem) => problems.push(problem));
    await aborted.until(1);
    await opened.store.execute('select 1');
    expect(problems).toMatchObject([{ job: 'tidy', error: { code: 'TIMEOUT' } }]);
  });

  it('are taken over from a gateway that has vanished in the middle of a run', async () => {
    const { store } = opened;
    const began = counter();
    let isGone = false;
    // What a killed process looks like to the others: it sends nothing any more, and never ends its run.
    const severed: JobsOptions['store'] = {
      kind: store.kind,
      inTurn: (name, work) => store.inTurn(name, work),
      execute: (text, values) => (isGone ? new Promise(() => {}) : store.execute(text, values)),
    };
    const dying = job(
      async () => {
        began.add();
        isGone = true;
        await new Promise(() => {});
      },
      { timeLimitMs: 1000 },
    );
    await startJobs({ store: severed, jobs: [dying], onProblem: () => {}, pace: PACE });
    await began.until(1);
    const survived = counter();
    await start(store, [job(async () => survived.add(), { timeLimitMs: 1000 })]);
    await survived.until(1);
  });

  it('outlive a store that fails for a while', async () => {
    const { store } = opened;
    const runs = counter();
    const problems = counter();
    let isFailing = false;
    const flaky: JobsOptions['store'] = {
      kind: store.kind,
      inTurn: (name, work) => store.inTurn(name, work),
      async execute(text, values) {
        if (isFailing) throw new Error('gone');
        return await store.execute(text, values);
      },
    };
    const often = job(
      async () => {
        runs.add();
        // Its completion cannot be recorded.
        isFailing = runs.count === 1;
      },
      { timeLimitMs: 1000 },
    );
    await start(flaky, [often], () => problems.add());
    await problems.until(3);
    expect(runs.count).toBe(1);
    isFailing = false;
    await runs.until(2);
  });
});

it('cannot start without a store', async () => {
  const execute = () => Promise.reject(new Error('connect ECONNREFUSED'));
  const store: JobsOptions['store'] = { kind: 'embedded', execute, inTurn: execute };
  const starting = startJobs({ store, jobs: [], onProblem: () => {} });
  await expect(starting).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
