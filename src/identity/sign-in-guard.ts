import { addressGroup } from '../base/address-group.js';
import { RateLimited } from '../base/errors/rate-limited.js';
import type { FailureCount, FailureRepository, SignInAttempt } from './repositories.js';
import { hashToken } from './secrets.js';

/** With the time after which sign-in is open again. */
export class LockedOut extends RateLimited {
  constructor(retryAfterSeconds: number) {
    super(retryAfterSeconds, `Sign-in is closed for ${retryAfterSeconds} s after too many failures.`, {
      detail: 'Too many wrong secrets or passwords came for this name or from this address.',
      hint: 'Wait, then try again with the right one. Tokens that were issued already go on working.',
    });
  }
}

/**
 * How many failures within the window close sign-in: of one name from one address, so that guessing is slow; of one address
 * with any names; of one name from anywhere, which is high so that strangers do not easily lock out its owner.
 */
const FAILURES_MAX = { pair: 5, address: 50, name: 200 } as const;
type Counted = keyof typeof FAILURES_MAX;
const WINDOW_MS = 5 * 60_000;

/** Closes sign-in for a while after too many failures: those of this gateway at once, those of others as the store tells. */
export class SignInGuard {
  /** The times of recent failures, by what is counted. */
  private readonly recent = new Map<string, number[]>();

  constructor(
    private readonly failures: FailureRepository,
    private readonly now: () => number,
  ) {}

  /** Who tries, in the form that is counted. */
  attempt(name: string, address: string): SignInAttempt {
    return { nameHash: hashToken(name.toLowerCase()), address: addressGroup(address) };
  }

  /** Throws LockedOut when sign-in is closed, at this gateway or another. */
  async check(attempt: SignInAttempt): Promise<void> {
    this.checkHere(attempt);
    const counts = await this.failures.count(attempt, new Date(this.now() - WINDOW_MS));
    this.judge((what) => counts[what]);
  }

  /** The same without the store: for attempts that waited in line while others failed. */
  checkHere(attempt: SignInAttempt): void {
    this.judge((what) => {
      const times = this.timesOf(keyOf(what, attempt));
      const [first] = times;
      return { count: times.length, first: first === undefined ? undefined : new Date(first) };
    });
  }

  async failed(attempt: SignInAttempt): Promise<void> {
    for (const what of WHAT) {
      const key = keyOf(what, attempt);
      const times = [...this.timesOf(key), this.now()];
      // Put at the end again, so that the first key is the one that has been quiet the longest.
      this.recent.delete(key);
      this.recent.set(key, times);
    }
    for (const key of this.recent.keys()) {
      if (this.recent.size <= KEYS_MAX) break;
      this.recent.delete(key);
    }
    await this.failures.add(attempt, new Date(this.now()));
  }

  /** The owner is there: earlier slips from this address are forgiven. */
  async succeeded(attempt: SignInAttempt): Promise<void> {
    this.recent.delete(keyOf('pair', attempt));
    await this.failures.clear(attempt);
  }

  private judge(counted: (what: Counted) => FailureCount): void {
    for (const what of WHAT) {
      const { count, first } = counted(what);
      if (count < FAILURES_MAX[what]) continue;
      const openAt = (first?.getTime() ?? this.now()) + WINDOW_MS;
      throw new LockedOut(Math.max(1, Math.ceil((openAt - this.now()) / 1000)));
    }
  }

  private timesOf(key: string): number[] {
    const since = this.now() - WINDOW_MS;
    return (this.recent.get(key) ?? []).filter((time) => time > since);
  }
}

const WHAT: readonly Counted[] = ['pair', 'address', 'name'];
/** Some 10 MB at most; what falls out is still counted by the store. */
const KEYS_MAX = 50_000;

function keyOf(what: Counted, { nameHash, address }: SignInAttempt): string {
  if (what === 'pair') return `pair ${nameHash} ${address}`;
  return what === 'name' ? `name ${nameHash}` : `address ${address}`;
}
