/**
 * Counts what happened in the last minute by second, so that within no span of 60 seconds more is let through than allowed. It
 * forgets up to a second late, never early.
 */
export class SlidingMinute {
  /** Counts by second, the oldest first; by key, the one that has been quiet the longest first. */
  private readonly counts = new Map<string, Map<number, number>>();

  /** `now`: milliseconds. `keysMax`: of more keys, those that have been quiet the longest are forgotten. */
  constructor(
    private readonly now: () => number,
    private readonly keysMax = 50_000,
  ) {}

  /** Counts one and returns undefined; when the minute is full, counts nothing and returns the seconds until it is worth a try. */
  enter(key: string, most: number): number | undefined {
    const now = this.now();
    const seconds = this.recent(key, now);
    let count = 0;
    for (const each of seconds.values()) count += each;
    if (count >= most) return secondsUntil(seconds, count - most + 1, now);
    const second = Math.floor(now / 1000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
    this.counts.delete(key);
    this.counts.set(key, seconds);
    this.forgetQuiet();
    return undefined;
  }

  private recent(key: string, now: number): Map<number, number> {
    const seconds = this.counts.get(key) ?? new Map<number, number>();
    for (const second of seconds.keys()) if (isOver(second, now)) seconds.delete(second);
    return seconds;
  }

  private forgetQuiet(): void {
    for (const key of this.counts.keys()) {
      if (this.counts.size <= this.keysMax) return;
      this.counts.delete(key);
    }
  }
}

const WINDOW_MS = 60_000;

/** Whether all that was counted in the second lies more than a minute back. */
function isOver(second: number, now: number): boolean {
  return (second + 1) * 1000 + WINDOW_MS <= now;
}

/** Until so many of those counted are over. */
function secondsUntil(seconds: ReadonlyMap<number, number>, many: number, now: number): number {
  let over = 0;
  for (const [second, count] of seconds) {
    over += count;
    if (over >= many) return Math.max(1, Math.ceil(((second + 1) * 1000 + WINDOW_MS - now) / 1000));
  }
  return WINDOW_MS / 1000;
}
