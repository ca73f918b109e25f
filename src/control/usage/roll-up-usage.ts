import type { Store } from '../store/store.js';
import { moveUsageToMonth } from '../store/usage-rows.js';

/**
 * Sums the usage of days before the given moment (UTC) into the first day of their month; how many sums it moved. Totals of
 * months stay as they are. In batches, between which statements can be recorded.
 */
export async function rollUpUsage(
  store: Store,
  { before, signal }: { readonly before: Date; readonly signal?: AbortSignal },
): Promise<number> {
  const day = before.toISOString().slice(0, 'YYYY-MM-DD'.length);
  let moved = 0;
  for (;;) {
    signal?.throwIfAborted();
    // In turn with the audit trail, which adds to sums too: two that each wait for a row of the other would not end.
    const batch = await store.inTurn('audit', (transaction) => moveUsageToMonth(transaction, day, BATCH));
    moved += batch;
    if (batch < BATCH) return moved;
  }
}

const BATCH = 1000;
