import { throttleOf } from '../../dynamodb/throttling.js';
import type { Clock } from './clock.js';
import { FadingSum } from './fading-sum.js';

/** A full page of 1 MB, eventually consistent (dynamodb-numbers.md 2). */
const PAGE_UNITS = 128;
/** What was not spent can be spent later, but no more than this time's worth: a limit is one at any moment. */
const BURST_SECONDS = 0.1;
/** After throttling the rate is halved, and after this time what it was before. */
const RECOVERY_SECONDS = 10;
const ONE_MORE_REQUEST_MS = 1_000;
/** Half of what one reference asks for at once. */
const FEWEST_REQUESTS = 4;
/** A third of what one partition serves (dynamodb-numbers.md 7): slower only where most requests are refused. */
const SLOW_UNITS_PER_SECOND = 1_000;

/** What was left of rate and requests when DynamoDB throttled. */
interface Cut {
  readonly at: number;
  readonly unitsPerSecond: number | undefined;
  readonly requests: number;
}

/**
 * Paces the requests to one table or index, for all statements of an engine. It spends at most `unitsPerSecond`, when
 * that is given, and slows down when DynamoDB throttles: rate and requests in flight are halved, and grow back steadily
 * (additive increase, multiplicative decrease). Whoever came first is served first.
 */
export class RateControl {
  private readonly waiting: ((setAside: number) => void)[] = [];
  private inFlight = 0;
  /** Units that may be spent now; less than none while those that were spent too soon are made up for. */
  private balance = Number.POSITIVE_INFINITY;
  private balanceAt: number;
  /** Units of a usual request, set aside for each one until its answer tells what it cost. */
  private usualUnits = PAGE_UNITS;
  private readonly spending: FadingSum;
  private readonly served: FadingSum;
  private readonly refused: FadingSum;
  private cut: Cut | undefined;
  private takeBackWake = () => {};

  constructor(
    private readonly unitsPerSecond: number | undefined,
    private readonly clock: Clock,
  ) {
    this.balanceAt = clock.now();
    this.spending = new FadingSum(clock);
    this.served = new FadingSum(clock);
    this.refused = new FadingSum(clock);
  }

  /** Sends the request when its turn has come. Throws the request's own error, or the signal's reason while it waits. */
  async send<T extends { readonly readUnits: number }>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const setAside = await this.turn(signal);
    const sentAt = this.clock.now();
    let spent = 0;
    try {
      const answer = await request();
      spent = answer.readUnits;
      this.remember(spent);
      return answer;
    } catch (error) {
      // A hot partition is no reason to read the others any slower.
      if (throttleOf(error) === 'table') this.slowDown(sentAt);
      throw error;
    } finally {
      this.inFlight -= 1;
      this.balance += setAside - spent;
      this.serve();
    }
  }

  /** Units that may be spent per second at this moment. */
  get rate(): number {
    const limit = this.unitsPerSecond ?? Number.POSITIVE_INFINITY;
    if (this.cut?.unitsPerSecond === undefined) return limit;
    const { at, unitsPerSecond } = this.cut;
    const growth = Math.max(unitsPerSecond / RECOVERY_SECONDS, PAGE_UNITS);
    return Math.min(limit, unitsPerSecond + (growth * (this.clock.now() - at)) / 1000);
  }

  /** Requests that may be in flight at this moment. */
  get requests(): number {
    if (this.cut === undefined) return Number.POSITIVE_INFINITY;
    return this.cut.requests + Math.floor((this.clock.now() - this.cut.at) / ONE_MORE_REQUEST_MS);
  }

  /** Waits for the turn; what is set aside for the request then. */
  private turn(signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const begin = (setAside: number) => {
        signal.removeEventListener('abort', leave);
        resolve(setAside);
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(begin), 1);
        reject(signal.reason);
        this.serve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(begin);
      this.serve();
    });
  }

  /** Lets those begin whose turn it is, and looks again when it may be the next one's. */
  private serve(): void {
    this.takeBackWake();
    while (this.waiting.length > 0) {
      const ms = this.inFlight < this.requests ? this.msUntilAffordable() : ONE_MORE_REQUEST_MS;
      if (ms > 0) {
        this.takeBackWake = this.clock.after(ms, () => this.serve());
        return;
      }
      this.inFlight += 1;
      this.balance -= this.usualUnits;
      this.waiting.shift()?.(this.usualUnits);
    }
  }

  private msUntilAffordable(): number {
    this.refill();
    return this.balance > 0 ? 0 : Math.max(1, Math.ceil((-this.balance / this.rate) * 1000));
  }

  private refill(): void {
    const now = this.clock.now();
    const { rate } = this;
    const earned = rate === Number.POSITIVE_INFINITY ? rate : (rate * (now - this.balanceAt)) / 1000;
    this.balance = Math.min(rate * BURST_SECONDS, this.balance + earned);
    this.balanceAt = now;
  }

  private remember(units: number): void {
    this.usualUnits += 0.3 * (units - this.usualUnits);
    this.spending.add(units);
    this.served.add(1);
  }

  private slowDown(sentAt: number): void {
    this.refused.add(1);
    // What was under way at the last cut tells nothing about the rate since: many are refused at once, that is one cut.
    if (this.cut !== undefined && sentAt <= this.cut.at) return;
    const spending = Math.min(this.rate, this.spending.value);
    const slowest = this.refused.value > this.served.value ? PAGE_UNITS : SLOW_UNITS_PER_SECOND;
    const before = Number.isFinite(this.rate) ? this.rate : undefined;
    this.refill();
    this.cut = {
      at: this.clock.now(),
      // Where little is spent others use the table up; waiting before the next attempt has to do then.
      unitsPerSecond: spending < slowest ? before : Math.max(slowest, spending / 2),
      requests: Math.max(FEWEST_REQUESTS, Math.floor(Math.min(this.inFlight, this.requests) / 2)),
    };
  }
}
