import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../clock.js';

/** A clock that stands still until it is told to go on. For tests only. */
export class FakeClock implements Clock {
  private time = 1_000_000;
  private readonly calls = new Set<{ readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, call: () => void): () => void {
    const entry = { at: this.time + ms, call };
    this.calls.add(entry);
    return () => this.calls.delete(entry);
  }

  /** Calls that are still to come. */
  get pending(): number {
    return this.calls.size;
  }

  /** Lets time pass, with everything that happens in it, in its order. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await turn();
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      this.calls.delete(next);
      this.time = next.at;
      next.call();
      await turn();
    }
    this.time = end;
  }

  private next(end: number) {
    return [...this.calls].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
