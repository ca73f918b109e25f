/**
 * A value that changes, and is seen to change only later: IAM answers at once that it has stored something, and takes seconds
 * until every part of it knows.
 */
export class Timeline<T> {
  private entries: readonly { readonly fromMs: number; readonly value: T }[] = [];

  /** The value holds from then on. */
  set(value: T, fromMs: number): void {
    this.entries = [...this.entries.filter((entry) => entry.fromMs < fromMs), { fromMs, value }];
  }

  /** What is seen now; undefined before the first value is. */
  at(nowMs: number): T | undefined {
    const seen = this.entries.findLastIndex((entry) => entry.fromMs <= nowMs);
    // What nobody can see any more goes.
    if (seen > 0) this.entries = this.entries.slice(seen);
    return this.entries.find((entry) => entry.fromMs <= nowMs)?.value;
  }
}
