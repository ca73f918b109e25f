import type { HeadgateConfig } from '../config/headgate-config.js';
import { RequestLimiter } from '../control/limits/request-limiter.js';
import { StatementLimiter } from '../control/limits/statement-limiter.js';
import { unitsToday } from '../control/usage/units-today.js';
import type { Control } from './open-control.js';

/** Calls a minute from one address by nobody in particular: enough for programs that sign in often, and slow for guessing. */
const UNKNOWN_PER_MINUTE = 300;

/** What a principal may use, counted over all front ends together. */
export interface Limiters {
  readonly requests: RequestLimiter;
  /** Of statements and operations. */
  readonly statements: StatementLimiter;
}

export function openLimiters({ limits: configured }: HeadgateConfig, { store, limits }: Control): Limiters {
  const { maxUnits, timeoutMs } = configured;
  return {
    requests: new RequestLimiter({ limits: limits.book, unknownPerMinute: UNKNOWN_PER_MINUTE }),
    statements: new StatementLimiter({
      limits: limits.book,
      configured: { maxUnits, timeoutMs },
      unitsToday: (principalId) => unitsToday(store, principalId),
    }),
  };
}
