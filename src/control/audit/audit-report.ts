import type { AuditRecord, ChainEnd } from './audit-record.js';

/** What is wrong at one place of a chain. */
export interface AuditProblem {
  /**
   * `changed`: its fields are not those that were hashed. `moved`: it was written at another place. `unlinked`: it does not
   * follow the record before, of which one was replaced. `missing`: one or more records. `added`: no gateway wrote it.
   * `cut`: the last records. `rewritten`: the chain is whole but not the one that was written. `base`, `head`: the sealed end
   * itself is missing or changed.
   */
  readonly kind: 'changed' | 'moved' | 'unlinked' | 'missing' | 'added' | 'cut' | 'rewritten' | 'base' | 'head';
  /** The (first) record that it is about. */
  readonly sequence: number;
  /** A sentence. */
  readonly message: string;
}

export interface AuditReport {
  readonly ok: boolean;
  /** Records that were looked at. */
  readonly count: number;
  readonly first?: Pick<AuditRecord, 'sequence' | 'at'>;
  readonly last?: Pick<AuditRecord, 'sequence' | 'at'>;
  /** To be kept elsewhere, if one likes: a later chain must have this record. */
  readonly head?: ChainEnd;
  /** The first hundred; `problemCount` is how many there are. */
  readonly problems: readonly AuditProblem[];
  readonly problemCount: number;
}

export interface VerifyOptions {
  /** Stops with CANCELLED. */
  readonly signal?: AbortSignal;
  /** Records looked at so far. */
  readonly onProgress?: (count: number) => void;
}
