/** So many at once and no more; the others wait for their turn, in the order in which they came. */
export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Does the work when a slot is free. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The slot is handed on, so that nobody who comes now gets it first.
      if (next === undefined) this.free++;
      else next();
    }
  }
}
