/** What a statement gave back. */
export interface Answer {
  readonly rows: Record<string, unknown>[];
  /** Rows inserted, updated or deleted. */
  readonly affectedRows: number;
}

/** One database connection. Its errors are the driver's own. */
export interface Session {
  /** Without values the text may hold several statements; their rows come one after the other. */
  query(text: string, values: readonly unknown[]): Promise<Answer>;
}

/** The connections of one store: a single one of PGlite, or a pool of PostgreSQL. */
export interface Sessions {
  acquire(): Promise<Session>;
  /** `broken`: the state of the session is not known, so it must not be used again. */
  release(session: Session, broken?: boolean): Promise<void>;
  close(): Promise<void>;
}
