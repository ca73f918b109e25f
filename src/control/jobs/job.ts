/** Work that recurs: once per schedule among all gateways of a store. */
export interface Job {
  /** Letters, digits and `-`; the name under which it is known to the store. */
  readonly name: string;
  /** Minute, hour, day of month, month, day of week, in UTC. */
  readonly cron: string;
  /** A run that takes longer is aborted; one whose gateway was killed is begun again elsewhere after so long. */
  readonly timeLimitMs: number;
  /**
   * Does the work, and ends soon when the signal is aborted. It may be done again from the beginning, also when it had ended
   * just before its gateway was killed, so it must not matter how often it is done.
   */
  run(signal: AbortSignal): Promise<void>;
}

export interface JobProblem {
  /** Undefined where the queue itself failed. */
  readonly job?: string;
  readonly error: unknown;
}
