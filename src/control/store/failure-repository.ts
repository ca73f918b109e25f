import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { FailureCounts, FailureRepository } from '../../identity/repositories.js';
import type { Store } from './store.js';

export function failureRepository(store: Store): FailureRepository {
  return {
    async add({ nameHash, address }, at) {
      await store.db.insertInto('signInFailures').values({ id: randomUUID(), nameHash, address, at }).execute();
    },

    async count({ nameHash, address }, since) {
      const ofName = sql<boolean>`name_hash = ${nameHash}`;
      const ofAddress = sql<boolean>`address = ${address}`;
      const row = await store.db
        .selectFrom('signInFailures')
        .select((select) => [
          select.fn.countAll<number>().filterWhere(ofName).filterWhere(ofAddress).as('pairCount'),
          select.fn.min('at').filterWhere(ofName).filterWhere(ofAddress).as('pairFirst'),
          select.fn.countAll<number>().filterWhere(ofName).as('nameCount'),
          select.fn.min('at').filterWhere(ofName).as('nameFirst'),
          select.fn.countAll<number>().filterWhere(ofAddress).as('addressCount'),
          select.fn.min('at').filterWhere(ofAddress).as('addressFirst'),
        ])
        .where('at', '>', since)
        .where((where) => where.or([ofName, ofAddress]))
        .executeTakeFirstOrThrow();
      const count = (what: keyof FailureCounts) => ({
        count: row[`${what}Count`],
        first: row[`${what}First`] ?? undefined,
      });
      return { pair: count('pair'), name: count('name'), address: count('address') };
    },

    async clear({ nameHash, address }) {
      await store.db
        .deleteFrom('signInFailures')
        .where('nameHash', '=', nameHash)
        .where('address', '=', address)
        .execute();
    },
  };
}
