/**
 * Runs the sources with at most `concurrency` at once and yields their pages as they come, at most `ahead` of them
 * waiting to be taken. The first error ends everything; so does a consumer that stops early: `stop` is then aborted.
 * When it ends, however it does, no source runs any more.
 */
export async function* parallelPages<Page>(
  sources: readonly ((stop: AbortSignal) => AsyncIterable<Page>)[],
  options: { readonly concurrency: number; readonly ahead: number; readonly signal: AbortSignal },
): AsyncGenerator<Page> {
  const end = new AbortController();
  const stop = AbortSignal.any([options.signal, end.signal]);
  const queue = new PageQueue<Page>(options.ahead);
  const waiting = [...sources];
  const worker = async () => {
    for (let source = waiting.shift(); source !== undefined && !stop.aborted; source = waiting.shift()) {
      for await (const page of source(stop)) {
        if (!(await queue.put(page))) return;
      }
    }
  };
  const failed = (error: unknown) => {
    queue.fail(error);
    end.abort();
  };
  const workers = Array.from({ length: Math.min(options.concurrency, sources.length) }, () => worker().catch(failed));
  const work = Promise.all(workers).then(() => queue.finish());
  try {
    yield* queue.pages();
    // A signal that is aborted between two sources ends the workers without an error.
    options.signal.throwIfAborted();
  } finally {
    end.abort();
    queue.finish();
    await work;
  }
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
