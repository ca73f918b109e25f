import type { Random } from 'fast-check';

/** Decisions of a generator, all drawn from one seeded source so that a seed tells the whole case. */
export class Choices {
  constructor(private readonly random: Random) {}

  /** A whole number from 0 to `max`, both included. */
  upTo(max: number): number {
    return this.random.nextInt(0, max);
  }

  /** True in about `percent` of 100 calls. */
  chance(percent: number): boolean {
    return this.upTo(99) < percent;
  }

  /** One of the values; the list must not be empty. */
  pick<T>(values: readonly T[]): T {
    // The index is inside the list, which the compiler cannot see; T itself may include undefined.
    return values[this.upTo(values.length - 1)] as T;
  }

  /** At most `count` of the values, each once, in random order. */
  some<T>(values: readonly T[], count: number): T[] {
    const left = [...values];
    return Array.from({ length: Math.min(count, left.length) }, () =>
      left.splice(this.upTo(left.length - 1), 1),
    ).flat();
  }

  /** The result of one of the branches, each as likely as its weight says. */
  branch<T>(branches: readonly (readonly [weight: number, make: () => T])[]): T {
    let left = this.upTo(branches.reduce((sum, [weight]) => sum + weight, 0) - 1);
    for (const [weight, make] of branches) {
      if (left < weight) return make();
      left -= weight;
    }
    throw new Error('a choice needs a branch');
  }
}
