import type { AdminService } from '../../wire/http/contract/http-services.js';
import type { LimitBook } from '../limits/limit-book.js';
import type { LimitRepository, LimitValues } from '../limits/limit-values.js';
import { pageOf } from './page-of.js';
import { type Recording, recordChange } from './record-act.js';

type LimitActs = Pick<AdminService, 'listLimits' | 'setLimit' | 'removeLimit'>;

export interface LimitParts {
  readonly book: Pick<LimitBook, 'all'>;
  readonly repository: Pick<LimitRepository, 'set' | 'remove'>;
}

export function limitActs({ book, repository }: LimitParts, recording: Recording): LimitActs {
  return {
    async listLimits(_caller, paging) {
      const page = pageOf([...(await book.all())], ([principal]) => [principal], paging);
      return { ...page, items: page.items.map(([principal, limits]) => ({ principal, limits: { ...limits } })) };
    },

    async setLimit(caller, principal, limits) {
      await recordChange(recording, caller, {
        kind: 'limit.set',
        subject: `principal ${principal}: ${limitsInWords(limits)}`,
        work: () => repository.set(principal, limits, new Date(recording.now())),
      });
      return { principal, limits };
    },

    removeLimit: (caller, principal) =>
      recordChange(recording, caller, {
        kind: 'limit.remove',
        subject: `principal ${principal}`,
        work: () => repository.remove(principal),
      }),
  };
}

function limitsInWords(limits: LimitValues): string {
  return (
    Object.entries(limits)
      .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
      .join(', ') || 'none'
  );
}
