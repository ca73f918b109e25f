/** Where records are shipped to, as lines of JSON. */
export interface AuditSink {
  /** For logs: `audit.jsonl`, `standard output`. */
  readonly name: string;
  /** Writes whole lines. When it throws, some of them may have been written; they are sent again. */
  write(lines: string): Promise<void>;
  close(): Promise<void>;
}

/** What goes wrong with a sink, for the log and for metrics. */
export interface SinkReport {
  readonly sink: string;
  /** Failures in a row; 0 when it works again. */
  readonly failures: number;
  /** Records that wait for it. */
  readonly waiting: number;
  /** Records that it will never get: too many waited, or the gateway ended. The store has them. */
  readonly lost: number;
  readonly cause?: unknown;
}
