import { HeadgateError } from '../../base/errors/headgate-error.js';
import { deleteAuditRecordsThrough, readAuditRecordsAfter } from '../store/audit-rows.js';
import type { Sealer } from '../store/seal.js';
import type { Store } from '../store/store.js';
import type { AuditRecord } from './audit-record.js';
import { ChainCheck } from './chain-check.js';
import { readChainBase, readChainHead, writeChainEnd } from './chain-ends.js';

export interface RemovalOptions {
  /** Records from the beginning of the chain up to the first that is not older. */
  readonly before: Date;
  readonly signal?: AbortSignal;
}

/**
 * Removes old records and says how many; the chain then begins after them. In batches, between which statements can be
 * recorded. Throws AUDIT_BROKEN at records that were tampered with: removing them would remove the evidence.
 */
export async function removeOldAudit(
  store: Store,
  sealer: Sealer,
  { before, signal }: RemovalOptions,
): Promise<number> {
  let removed = 0;
  for (;;) {
    signal?.throwIfAborted();
    const count = await store.inTurn('audit', (transaction) => removeBatch(transaction, sealer, before));
    removed += count;
    if (count < BATCH) return removed;
  }
}

const BATCH = 1000;

async function removeBatch(db: Store['db'], sealer: Sealer, before: Date): Promise<number> {
  const base = await readChainBase(db, sealer);
  const head = await readChainHead(db, sealer);
  const page = await readAuditRecordsAfter(db, Number.MIN_SAFE_INTEGER, BATCH);
  const old = takeWhile(page, (record) => Date.parse(record.at) < before.getTime());
  if (old.length === 0) return 0;
  const check = new ChainCheck(base);
  for (const record of old) check.add(record);
  const { end } = check;
  if (end.sequence > head.sequence) check.note('added', end.sequence, 'it is beyond the end of the chain');
  if (end.sequence === head.sequence && end.hash !== head.hash)
    check.note('rewritten', end.sequence, 'it was replaced');
  const [problem] = check.report().problems;
  if (problem !== undefined) throw broken(problem.message);
  await deleteAuditRecordsThrough(db, end.sequence);
  await writeChainEnd(db, sealer, { name: 'audit-base', end });
  return old.length;
}

function takeWhile(records: readonly AuditRecord[], test: (record: AuditRecord) => boolean): readonly AuditRecord[] {
  const end = records.findIndex((record) => !test(record));
  return end < 0 ? records : records.slice(0, end);
}

function broken(what: string): HeadgateError {
  return new HeadgateError(
    'AUDIT_BROKEN',
    'Old audit records were not removed, because they are not as they were recorded.',
    {
      detail: what,
      hint: 'Verify the audit records and find out who changed them; to keep the evidence, copy the store before anything else.',
    },
  );
}
