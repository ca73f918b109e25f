import { KeptValues } from '../../base/kept-values.js';
import type { LimitRepository, LimitValues } from './limit-values.js';

/** The limits of all principals that have some, in memory. */
export interface LimitBook {
  /** By the id of the principal. Throws STORE_UNAVAILABLE and STORE_FAILED. */
  all(): Promise<ReadonlyMap<string, LimitValues>>;
  /** None where nothing was set. Throws STORE_UNAVAILABLE and STORE_FAILED. */
  of(principalId: string): Promise<LimitValues>;
  close(): void;
}

/** Reads limits when they are asked for, and anew after they have changed. Whoever opens it closes it, before the store. */
export function openLimitBook(repository: LimitRepository): LimitBook {
  const kept = new KeptValues<ReadonlyMap<string, LimitValues>>(1);
  const close = repository.onChange(() => kept.clear());
  const all = () =>
    kept.get('all', async () => {
      const list = await repository.list();
      return new Map(list.map(({ principalId, limits }) => [principalId, limits]));
    });
  return { all, of: async (principalId) => (await all()).get(principalId) ?? {}, close };
}
