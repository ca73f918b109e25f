import { HeadgateError } from '../../base/errors/headgate-error.js';

export interface GroupCommitOptions<Entry> {
  /** Makes the entries durable, all or none; the next batch waits for it. */
  readonly commit: (batch: readonly Entry[]) => Promise<void>;
  /** Entries of one batch. */
  readonly maxBatch?: number;
  /** Entries that may wait. */
  readonly maxWaiting?: number;
  /** How long a batch may take before those that wait for it are told that the store does not answer. */
  readonly patienceMs?: number;
}

/**
 * Commits entries in the order in which they came, one batch at a time: those that come while a batch is under way are the
 * next one, so the longer a commit takes, the more of them it does at once.
 */
export class GroupCommit<Entry> {
  private readonly commit: (batch: readonly Entry[]) => Promise<void>;
  private readonly maxBatch: number;
  private readonly maxWaiting: number;
  private readonly patienceMs: number;
  private waiting: Waiting<Entry>[] = [];
  private running: Promise<void> | undefined;
  private silent = false;
  private closed = false;
  private giveUp = (): void => {};
  private readonly givenUp = new Promise<void>((resolve) => {
    this.giveUp = resolve;
  });

  constructor({ commit, maxBatch = 500, maxWaiting = 5000, patienceMs = 30_000 }: GroupCommitOptions<Entry>) {
    this.commit = commit;
    this.maxBatch = maxBatch;
    this.maxWaiting = maxWaiting;
    this.patienceMs = patienceMs;
  }

  /**
   * Resolves when the entry is durable. Throws what the commit throws; STORE_UNAVAILABLE when it takes too long (the entry may
   * become durable all the same) or too many wait already; UNAVAILABLE after `close`.
   */
  add(entry: Entry): Promise<void> {
    if (this.closed) return Promise.reject(closedError());
    if (this.silent) return Promise.reject(silentError());
    if (this.waiting.length >= this.maxWaiting) return Promise.reject(fullError(this.maxWaiting));
    return new Promise((resolve, reject) => {
      this.waiting.push({ entry, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Commits what waits, unless the store does not answer; nothing can be added from now on. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.race([this.running, this.givenUp]);
  }

  private async run(): Promise<void> {
    // Those that are added in the same turn of the event loop belong together.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.commitNext(this.waiting.splice(0, this.maxBatch));
    this.running = undefined;
  }

  private async commitNext(batch: readonly Waiting<Entry>[]): Promise<void> {
    const patience = setTimeout(() => {
      this.silent = true;
      this.giveUp();
      this.fail(batch, silentError());
    }, this.patienceMs);
    try {
      await this.commit(batch.map(({ entry }) => entry));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      this.fail(batch, error);
    } finally {
      clearTimeout(patience);
      this.silent = false;
    }
  }

  /** When the store is away, it is so for all that wait: none of them has to find out for itself. */
  private fail(batch: readonly Waiting<Entry>[], error: unknown): void {
    const isAway = error instanceof HeadgateError && error.code === 'STORE_UNAVAILABLE';
    const others = isAway ? this.waiting.splice(0) : [];
    for (const { reject } of [...batch, ...others]) reject(error);
  }
}

interface Waiting<Entry> {
  readonly entry: Entry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const HINT = 'Nothing is done that cannot be recorded. Try again when the store answers.';

function fullError(waiting: number): HeadgateError {
  return new HeadgateError('STORE_UNAVAILABLE', `${waiting} audit records wait for the store already.`, { hint: HINT });
}

function silentError(): HeadgateError {
  const message = 'The store does not answer, so the audit record could not be written.';
  return new HeadgateError('STORE_UNAVAILABLE', message, { hint: HINT });
}

function closedError(): HeadgateError {
  return new HeadgateError('UNAVAILABLE', 'The audit trail is closed: the gateway is shutting down.');
}
