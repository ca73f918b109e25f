import type { Clock } from '../clock.js';

/** A clock that stands still until it is told otherwise, and on which sleeping takes no time but its own. */
export class FakeClock implements Clock {
  readonly slept: number[] = [];
  private nowMs = Date.UTC(2026, 0, 1);

  now(): number {
    return this.nowMs;
  }

  advance(durationMs: number): void {
    this.nowMs += durationMs;
  }

  async sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.slept.push(durationMs);
    this.advance(durationMs);
  }
}
