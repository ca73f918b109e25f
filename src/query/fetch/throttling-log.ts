import type { Clock } from './clock.js';

/** What one statement saw of throttling. */
export interface ThrottlingSummary {
  /** Requests that DynamoDB refused for throughput; they cost nothing. */
  readonly refusals: number;
  /** Time in which at least one request waited: for its next attempt, or for its turn at the rate of the table. */
  readonly waitedMs: number;
}

/** Counts the refusals of one statement and measures its waiting; requests that wait side by side count once. */
export class ThrottlingLog {
  private refusals = 0;
  private waitedMs = 0;
  private waiting = 0;
  private waitingSince = 0;

  constructor(
    private readonly clock: Clock,
    /** Told of every refusal, when the waiting for the next attempt begins. */
    private readonly onRefusal: () => void = () => {},
  ) {}

  /** Whether a request waits at this moment. */
  get isWaiting(): boolean {
    return this.waiting > 0;
  }

  summary(): ThrottlingSummary {
    const now = this.waiting > 0 ? this.clock.now() - this.waitingSince : 0;
    return { refusals: this.refusals, waitedMs: this.waitedMs + now };
  }

  refused(): void {
    this.refusals += 1;
    this.onRefusal();
  }

  /** A request begins to wait; it calls what it gets when it waits no more, and may call it again. */
  waits(): () => void {
    if (this.waiting === 0) this.waitingSince = this.clock.now();
    this.waiting += 1;
    let isWaiting = true;
    return () => {
      if (!isWaiting) return;
      isWaiting = false;
      this.waiting -= 1;
      if (this.waiting === 0) this.waitedMs += this.clock.now() - this.waitingSince;
    };
  }
}

/** The warning of a result; undefined where nothing was refused. Waiting for a rate that was set is no reason for one. */
export function throttlingWarning({ refusals, waitedMs }: ThrottlingSummary): string | undefined {
  if (refusals === 0) return undefined;
  const requests = refusals === 1 ? 'a request' : `${refusals} requests`;
  return `DynamoDB refused ${requests} for want of throughput; reading waited ${(waitedMs / 1000).toFixed(1)} s and went on`;
}
