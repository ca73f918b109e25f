/** What a principal is limited to; what is not there is not limited beyond what holds for all. */
export interface LimitValues {
  /** Read units of one statement. */
  readonly maxUnits?: number | undefined;
  /** Read units of all statements of one day, in UTC. */
  readonly unitsPerDay?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
  readonly concurrentStatements?: number | undefined;
  readonly maxRows?: number | undefined;
  readonly maxResultBytes?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface PrincipalLimits {
  readonly principalId: string;
  readonly limits: LimitValues;
}

/** The limits of the store. Every change is announced to all gateways before it resolves. */
export interface LimitRepository {
  list(): Promise<PrincipalLimits[]>;
  /** Puts these limits in the place of all before. Throws NOT_FOUND when there is no such principal. */
  set(principalId: string, limits: LimitValues, at: Date): Promise<void>;
  /** Throws NOT_FOUND when it has none. */
  remove(principalId: string): Promise<void>;
  /** Calls the listener when limits have changed, here or at another gateway. Returns how to stop it. */
  onChange(listener: () => void): () => void;
}

/** The smaller one; undefined only where both are. */
export function smaller(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
