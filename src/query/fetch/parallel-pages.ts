import { setMaxListeners } from 'node:events';

/** Gives the pages of one place, one after another, until it ends or `stop` is aborted. */
export type PageSource<Page> = (stop: AbortSignal) => AsyncIterable<Page>;

/**
 * Runs the sources with at most `concurrency` at once and yields their pages as they come, at most `ahead` of them
 * waiting to be taken. Sources that are found on the way are asked for one by one, when there is room to run them. The
 * first error ends everything; so does a consumer that stops early: `stop` is then aborted. When it ends, however it
 * does, no source runs any more.
 */
export async function* parallelPages<Page>(
  sources: readonly PageSource<Page>[] | ((stop: AbortSignal) => AsyncIterable<PageSource<Page>>),
  options: { readonly concurrency: number; readonly ahead: number; readonly signal: AbortSignal },
): AsyncGenerator<Page> {
  const end = new AbortController();
  const stop = AbortSignal.any([options.signal, end.signal]);
  // Each request that is under way listens to it.
  setMaxListeners(0, stop);
  const queue = new PageQueue<Page>(options.ahead);
  const waiting = each(typeof sources === 'function' ? sources(stop) : sources);
  const worker = async () => {
    for (let next = await waiting.next(); !next.done && !stop.aborted; next = await waiting.next()) {
      for await (const page of next.value(stop)) {
        if (!(await queue.put(page))) return;
      }
    }
  };
  const failed = (error: unknown) => {
    queue.fail(error);
    end.abort();
  };
  const workers = typeof sources === 'function' ? options.concurrency : Math.min(options.concurrency, sources.length);
  const work = Promise.all(Array.from({ length: workers }, () => worker().catch(failed))).then(() => queue.finish());
  try {
    yield* queue.pages();
    // A signal that is aborted between two sources ends the workers without an error.
    options.signal.throwIfAborted();
  } finally {
    end.abort();
    queue.finish();
    await work;
    // Whoever finds the sources may still hold something open; why it ended is known already.
    await waiting.return(undefined).catch(() => undefined);
  }
}

async function* each<T>(values: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T, undefined> {
  yield* values;
  return undefined;
}

/** A bounded queue between page readers and one consumer. */
class PageQueue<Page> {
  private readonly waiting: Page[] = [];
  private ended = false;
  private failure: { readonly error: unknown } | undefined;
  private wakeConsumer = () => {};
  private wakeProducers: (() => void)[] = [];

  constructor(private readonly capacity: number) {}

  /** Waits until there is room; false when nobody takes pages any more. */
  async put(page: Page): Promise<boolean> {
    while (this.waiting.length >= this.capacity && !this.ended) {
      await new Promise<void>((resolve) => this.wakeProducers.push(resolve));
    }
    if (this.ended) return false;
    this.waiting.push(page);
    this.wakeConsumer();
    return true;
  }

  finish(): void {
    this.ended = true;
    this.wake();
  }

  fail(error: unknown): void {
    this.failure ??= { error };
    this.finish();
  }

  async *pages(): AsyncGenerator<Page> {
    while (true) {
      if (this.failure !== undefined) throw this.failure.error;
      const page = this.waiting.shift();
      if (page !== undefined) {
        this.wake();
        yield page;
      } else if (this.ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.wakeConsumer = resolve;
        });
      }
    }
  }

  private wake(): void {
    const producers = this.wakeProducers;
    this.wakeProducers = [];
    for (const wake of producers) wake();
    this.wakeConsumer();
  }
}
