import { HeadgateError } from '../../base/errors/headgate-error.js';
import { type AuditFilter, findAuditRecords } from '../store/audit-search.js';
import type { Store } from '../store/store.js';
import type { AuditRecord } from './audit-record.js';

export interface AuditListing extends AuditFilter {
  /** Records at most; 100 unless given. */
  readonly limit?: number | undefined;
  /** From the page before. */
  readonly nextToken?: string | undefined;
}

export interface AuditPage {
  readonly items: readonly AuditRecord[];
  /** Only where there is more. */
  readonly nextToken?: string;
}

/**
 * The records that fit all of the filters, the newest first. Later pages go on where the one before ended, whatever is
 * recorded meanwhile. Throws REQUEST_INVALID for a token that is none.
 */
export async function listAudit(store: Store, listing: AuditListing = {}): Promise<AuditPage> {
  const { limit = DEFAULT_LIMIT, nextToken, ...filter } = listing;
  const before = nextToken === undefined ? undefined : readToken(nextToken);
  // One more than asked for tells whether there is another page.
  const found = await findAuditRecords(store.db, filter, { before, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last !== undefined ? { items, nextToken: String(last.sequence) } : { items };
}

const DEFAULT_LIMIT = 100;

function readToken(token: string): number {
  const sequence = Number(token);
  if (/^[1-9][0-9]*$/.test(token) && Number.isSafeInteger(sequence)) return sequence;
  throw new HeadgateError('REQUEST_INVALID', 'nextToken is not one of a listing of audit records.', {
    hint: 'Send the nextToken of the page before as it is, or none for the first page.',
  });
}
