import type { Kysely, Transaction } from 'kysely';
import type { StoreTables } from './tables.js';

/** What has changed. `everything`: changes may have been missed, so forget all that was read before. */
export type Topic = 'everything' | 'identity' | 'signing-keys' | 'grants' | 'limits' | 'schemas' | 'settings';

export interface ExecuteResult {
  readonly rows: Record<string, unknown>[];
  /** Rows inserted, updated or deleted by the last statement. */
  readonly rowCount: number;
}

/** The control-plane store. Its errors are STORE_UNAVAILABLE (try again) and STORE_FAILED, except where it says otherwise. */
export interface Store {
  /** Reads and writes. int8 comes as a safe integer, numeric and date as text, timestamptz as Date. */
  readonly db: Kysely<StoreTables>;
  readonly kind: 'embedded' | 'postgres';
  /**
   * Calls the listener for every change, here (before `change` resolves) or at another gateway (within a second). Returns
   * how to stop it.
   */
  onChange(listener: (topic: Topic) => void): () => void;
  /** A transaction; when it commits, every gateway hears the topic. */
  change<T>(topic: Topic, work: (transaction: Transaction<StoreTables>) => Promise<T>): Promise<T>;
  /** Tells every gateway of a change that is committed already. */
  announce(topic: Topic): Promise<void>;
  /**
   * A transaction that waits until every other one of the same name has ended, at all gateways: for work that must happen
   * once or in order.
   */
  inTurn<T>(name: string, work: (transaction: Transaction<StoreTables>) => Promise<T>): Promise<T>;
  /** SQL text of one statement, or of several without values; what a job queue needs. Throws the driver's own errors. */
  execute(text: string, values?: readonly unknown[]): Promise<ExecuteResult>;
  close(): Promise<void>;
}
