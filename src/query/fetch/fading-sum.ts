import type { Clock } from './clock.js';

const MEMORY_MS = 1_000;

/** A sum in which each amount fades, to a third within a second: so what comes steadily adds up to its rate per second. */
export class FadingSum {
  private sum = 0;
  private at: number;

  constructor(private readonly clock: Clock) {
    this.at = clock.now();
  }

  get value(): number {
    return this.sum * Math.exp((this.at - this.clock.now()) / MEMORY_MS);
  }

  add(amount: number): void {
    this.sum = this.value + amount;
    this.at = this.clock.now();
  }
}
