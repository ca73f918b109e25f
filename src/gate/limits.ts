import type { Principal } from '../access/principal.js';

/** What a statement asks for; the smaller of this, of the principal's own limits and of those for all holds. */
export interface AskedLimits {
  readonly maxUnits?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

/** A statement that may run now. */
export interface EnteredStatement {
  readonly maxUnits?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxRows?: number | undefined;
  readonly maxResultBytes?: number | undefined;
  /** To be called once, when it has ended, with the units that it spent. */
  leave(spentUnits: number): void;
}

export interface StatementLimits {
  /** Throws RATE_LIMITED, and UNITS_EXCEEDED when the units of the day are used up. */
  enterStatement(principal: Principal, asked: AskedLimits): Promise<EnteredStatement>;
}

/** Limits of nothing, for the operator at the command line: what the configuration says holds in the engine. */
export const NO_LIMITS: StatementLimits = {
  enterStatement: async (_principal, { maxUnits, timeoutMs }) => ({ maxUnits, timeoutMs, leave: () => undefined }),
};
