import { HeadgateError } from '../base/errors/headgate-error.js';

interface Run<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/** Work that callers with the same key share while it runs. It stops when the last of them has gone. */
export class SharedWork<T> {
  private readonly running = new Map<string, Run<T>>();

  /**
   * The result of the work of this key, which begins unless it runs already. `signal` ends only this caller's waiting, at
   * once, with the HeadgateError it was aborted with or with CANCELLED.
   */
  async run(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal.aborted) throw abortError(signal);
    const run = this.running.get(key) ?? this.start(key, work);
    run.waiting += 1;
    return await new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        reject(abortError(signal));
        run.waiting -= 1;
        if (run.waiting > 0) return;
        // Forgotten first: who comes now must not wait for work that is being stopped.
        this.forget(key, run);
        run.stop.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      void run.result.then(resolve, reject).then(() => signal.removeEventListener('abort', leave));
    });
  }

  private start(key: string, work: (signal: AbortSignal) => Promise<T>): Run<T> {
    const stop = new AbortController();
    const run: Run<T> = { result: work(stop.signal), stop, waiting: 0 };
    this.running.set(key, run);
    const done = (): void => this.forget(key, run);
    run.result.then(done, done);
    return run;
  }

  private forget(key: string, run: Run<T>): void {
    if (this.running.get(key) === run) this.running.delete(key);
  }
}

function abortError(signal: AbortSignal): HeadgateError {
  if (signal.reason instanceof HeadgateError) return signal.reason;
  return new HeadgateError('CANCELLED', 'The catalog was no longer waited for.', { cause: signal.reason });
}
