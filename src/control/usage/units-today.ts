import type { Store } from '../store/store.js';
import { sumUnits } from '../store/usage-rows.js';

/** Read and write units that a principal has spent since midnight UTC, in statements that have ended. */
export async function unitsToday(store: Store, principalId: string, now: Date = new Date()): Promise<number> {
  return await sumUnits(store.db, principalId, now.toISOString().slice(0, 'YYYY-MM-DD'.length));
}
