import type { Selectable } from 'kysely';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { LimitRepository, LimitValues } from '../limits/limit-values.js';
import { isUuid } from './is-uuid.js';
import { lockPrincipal, NOBODY } from './principal-locks.js';
import type { Store } from './store.js';
import type { LimitTable } from './tables.js';

export function limitRepository(store: Store): LimitRepository {
  return {
    async list() {
      const rows = await store.db.selectFrom('limits').selectAll().orderBy('principalId').execute();
      return rows.map((row) => ({ principalId: row.principalId, limits: toLimits(row) }));
    },

    set: (principalId, limits, at) =>
      store.change('limits', async (transaction) => {
        await lockPrincipal(transaction, principalId);
        const values = { ...toColumns(limits), changedAt: at };
        await transaction
          .insertInto('limits')
          .values({ principalId, ...values })
          .onConflict((conflict) => conflict.column('principalId').doUpdateSet(values))
          .execute();
      }),

    remove: (principalId) =>
      store.change('limits', async (transaction) => {
        const query = transaction
          .deleteFrom('limits')
          .where('principalId', '=', isUuid(principalId) ? principalId : NOBODY);
        if ((await query.executeTakeFirst()).numDeletedRows > 0n) return;
        throw new HeadgateError('NOT_FOUND', `No limits are set for ${principalId}.`);
      }),

    onChange: (listener) =>
      store.onChange((topic) => {
        // With a principal its limits go.
        if (topic === 'limits' || topic === 'identity' || topic === 'everything') listener();
      }),
  };
}

type Columns = Omit<LimitTable, 'principalId' | 'changedAt'>;

function toColumns(limits: LimitValues): Columns {
  return {
    maxUnits: limits.maxUnits ?? null,
    unitsPerDay: limits.unitsPerDay ?? null,
    requestsPerMinute: limits.requestsPerMinute ?? null,
    concurrentStatements: limits.concurrentStatements ?? null,
    maxRows: limits.maxRows ?? null,
    maxResultBytes: limits.maxResultBytes ?? null,
    timeoutMs: limits.timeoutMs ?? null,
  };
}

/** Only those that are set. */
function toLimits({ principalId: _, changedAt: __, ...columns }: Selectable<LimitTable>): LimitValues {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null));
}
