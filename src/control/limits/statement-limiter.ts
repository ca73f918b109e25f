import type { Principal } from '../../access/principal.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { RateLimited } from '../../base/errors/rate-limited.js';
import { formatCount } from '../../base/format-quantity.js';
import type { LimitBook } from './limit-book.js';
import { type LimitValues, smaller } from './limit-values.js';

/** Bounds of one statement, as asked for, as configured, or as they come out. */
export interface StatementBounds {
  /** Read units that it may spend. */
  readonly maxUnits?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxRows?: number | undefined;
  readonly maxResultBytes?: number | undefined;
}

/** Leave to run one statement within bounds. */
export interface StatementPermit extends StatementBounds {
  /**
   * To be called once when the statement has ended, however it did, and after its usage was recorded, so that no unit is in
   * neither sum. Calling it again does nothing.
   */
  leave(spentUnits: number): void;
}

export interface StatementLimiterOptions {
  readonly limits: Pick<LimitBook, 'of'>;
  /** What holds for everybody. Where units per day are limited, `maxUnits` is what a statement sets aside while it runs. */
  readonly configured: StatementBounds;
  /** Statements of one principal at a time, for those without a limit of their own; undefined: no limit. */
  readonly concurrentStatements?: number | undefined;
  /** Units that all statements of the principal that have ended today (UTC) have spent, at all gateways. */
  readonly unitsToday: (principalId: string) => Promise<number>;
}

/** Limits how many statements a principal runs at once, and what it spends by day. Others' gateways are seen as they record. */
export class StatementLimiter {
  private readonly running = new Map<string, Running>();

  constructor(private readonly options: StatementLimiterOptions) {}

  /**
   * A permit with the smallest of the bounds that are asked for, the principal's own and the configured ones, and not more units
   * than are left of the day. Throws RATE_LIMITED (as RateLimited) when too many run, UNITS_EXCEEDED when the day's units are
   * used up, and the errors of the store.
   */
  async enterStatement({ id }: Pick<Principal, 'id'>, asked: StatementBounds = {}): Promise<StatementPermit> {
    const running = this.running.get(id) ?? new Running();
    this.running.set(id, running);
    running.visitors += 1;
    try {
      const own = await this.options.limits.of(id);
      const leftBefore = running.leftUnits;
      const today = own.unitsPerDay === undefined ? 0 : await this.options.unitsToday(id);
      // From here on nothing waits: no other statement can come between the checks and the entry.
      running.admit(own.concurrentStatements ?? this.options.concurrentStatements);
      // What left while the sum was read may not be in it; counted twice for a moment is better than not at all.
      const spent = today + running.leftUnits - leftBefore;
      const bounds = smallest([asked, own, this.options.configured]);
      const maxUnits = smaller(bounds.maxUnits, unitsLeft(own, spent, running));
      return { ...bounds, maxUnits, leave: this.entered(id, running, maxUnits ?? 0) };
    } finally {
      this.visitorLeaves(id, running);
    }
  }

  private entered(id: string, running: Running, setAside: number): (spentUnits: number) => void {
    running.visitors += 1;
    running.statements += 1;
    running.setAside += setAside;
    let hasLeft = false;
    return (spentUnits) => {
      if (hasLeft) return;
      hasLeft = true;
      running.statements -= 1;
      running.setAside -= setAside;
      running.leftUnits += spentUnits;
      this.visitorLeaves(id, running);
    };
  }

  private visitorLeaves(id: string, running: Running): void {
    running.visitors -= 1;
    if (running.visitors === 0) this.running.delete(id);
  }
}

/** What one principal runs at this gateway. */
class Running {
  statements = 0;
  /** Units that running statements may still spend. */
  setAside = 0;
  /** Units of statements that have left, since the first of them entered. */
  leftUnits = 0;
  /** Those who hold this object: statements that run or are about to. */
  visitors = 0;

  admit(most: number | undefined): void {
    if (most === undefined || this.statements < most) return;
    throw new RateLimited(1, `${formatCount(this.statements)} statements of yours are running, as many as you may.`, {
      hint: 'Wait until one of them has ended, or cancel one.',
    });
  }
}

/** Undefined without a limit by day. Throws when none is left, or none until other statements have ended. */
function unitsLeft({ unitsPerDay }: LimitValues, spent: number, running: Running): number | undefined {
  if (unitsPerDay === undefined) return undefined;
  if (spent >= unitsPerDay) throw usedUp(unitsPerDay, spent);
  const left = unitsPerDay - spent - running.setAside;
  if (left > 0) return left;
  throw new RateLimited(1, 'What is left of your units of the day is set aside for statements that run now.', {
    detail: `${formatCount(unitsPerDay - spent)} of ${formatCount(unitsPerDay)} units are left.`,
    hint: 'Wait until one of them has ended, or run statements with a smaller maxUnits.',
  });
}

function usedUp(unitsPerDay: number, spent: number): HeadgateError {
  return new HeadgateError('UNITS_EXCEEDED', 'Your units of the day are used up.', {
    detail: `${formatCount(spent)} of ${formatCount(unitsPerDay)} units were spent today.`,
    hint: 'The next day begins at 00:00 UTC; an administrator can raise the limit.',
  });
}

function smallest(all: readonly StatementBounds[]): StatementBounds {
  const of = (pick: (bounds: StatementBounds) => number | undefined) => all.map(pick).reduce(smaller, undefined);
  return {
    maxUnits: of(({ maxUnits }) => maxUnits),
    timeoutMs: of(({ timeoutMs }) => timeoutMs),
    maxRows: of(({ maxRows }) => maxRows),
    maxResultBytes: of(({ maxResultBytes }) => maxResultBytes),
  };
}
