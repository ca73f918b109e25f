import type { Store } from './store.js';

/**
 * Removes what has ended by itself before the given moment: sessions, signing keys, set-up links, and failures to sign in of
 * an earlier day. Returns how many rows. Audit and usage have a retention of their own.
 */
export async function removeExpired(store: Store, at: Date): Promise<number> {
  const yesterday = new Date(at.getTime() - 24 * 3_600_000);
  const { db } = store;
  const queries = [
    db.deleteFrom('refreshFamilies').where('expiresAt', '<', at),
    // A spent token is kept as long as it could be tried again, to notice that somebody else has it.
    db.deleteFrom('refreshTokens').where('expiresAt', '<', at),
    db.deleteFrom('signingKeys').where('expiresAt', '<', at),
    db.deleteFrom('credentials').where('expiresAt', '<', at),
    db.deleteFrom('signInFailures').where('at', '<', yesterday),
  ];
  let removed = 0n;
  for (const query of queries) removed += (await query.executeTakeFirst()).numDeletedRows;
  return Number(removed);
}
