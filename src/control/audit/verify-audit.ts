import { HeadgateError } from '../../base/errors/headgate-error.js';
import { readAuditRecordsAfter, readChainState } from '../store/audit-rows.js';
import type { Sealer } from '../store/seal.js';
import type { SealedSetting } from '../store/sealed-settings.js';
import type { Store } from '../store/store.js';
import { type ChainEnd, NO_RECORD } from './audit-record.js';
import type { AuditReport, VerifyOptions } from './audit-report.js';
import { ChainCheck } from './chain-check.js';
import { openEnd, readChainBase } from './chain-ends.js';

/**
 * Looks at every record that was there at the start: whether it is what was recorded, whether all are there in their order,
 * and whether the chain begins and ends where a gateway with our key left it. Records may be added and old ones removed
 * meanwhile. An older copy of the whole store, put back with its keys, is not recognized; its `head` is then an older one.
 */
export async function verifyAudit(store: Store, sealer: Sealer, options: VerifyOptions = {}): Promise<AuditReport> {
  const { signal, onProgress } = options;
  const state = await readChainState(store.db);
  const base = tryOpen(sealer, 'audit-base', state.base);
  const check = new ChainCheck(base.end ?? NO_RECORD);
  if (base.problem !== undefined) check.note('base', 0, base.problem);

  let after = 0;
  while (after < state.last) {
    if (signal?.aborted) throw cancelled(signal);
    const page = await readAuditRecordsAfter(store.db, after, PAGE);
    for (const record of page) {
      if (record.sequence > state.last) break;
      if (record.sequence > check.end.sequence + 1) await skipRemoved(store, sealer, check);
      // Old records may go while they are looked at.
      if (record.sequence > check.end.sequence || record.sequence <= (base.end ?? NO_RECORD).sequence)
        check.add(record);
    }
    // A number that is beyond what JavaScript knows exactly may not be greater than the one before.
    const next = page.at(-1)?.sequence ?? state.last;
    after = next > after ? next : state.last;
    onProgress?.(check.looked);
  }
  const head = tryOpen(sealer, 'audit-head', state.head);
  if (head.end !== undefined && check.end.sequence < head.end.sequence) await skipRemoved(store, sealer, check);
  checkHead(check, head, state.last);
  return check.report();
}

/** As many as are read at once; others have their turn in between. */
const PAGE = 2000;

interface Opened {
  readonly end?: ChainEnd;
  readonly problem?: string;
}

function tryOpen(sealer: Sealer, name: SealedSetting, sealed: string | undefined): Opened {
  if (sealed === undefined) return {};
  try {
    return { end: openEnd(sealer, name, sealed) };
  } catch (error) {
    if (!(error instanceof HeadgateError)) throw error;
    return { problem: `${name} is not sealed with the key of this gateway: ${error.message}` };
  }
}

/** Records that are missing may have been removed since the start, because they are old: then the base says so. */
async function skipRemoved(store: Store, sealer: Sealer, check: ChainCheck): Promise<void> {
  const base = await readChainBase(store.db, sealer).catch(() => undefined);
  if (base !== undefined && base.sequence > check.end.sequence) check.end = base;
}

function checkHead(check: ChainCheck, head: Opened, last: number): void {
  const { end } = check;
  const { sequence, hash } = head.end ?? NO_RECORD;
  if (head.problem !== undefined) check.note('head', end.sequence, head.problem);
  else if (head.end === undefined) {
    if (end.sequence > 0) check.note('head', end.sequence, 'the sealed end of the chain is missing');
  } else if (last > sequence) check.note('added', sequence + 1, 'no gateway wrote it nor what follows');
  else if (end.sequence < sequence) {
    check.note('cut', end.sequence + 1, `it and all up to ${sequence}, the last, are missing`);
  } else if (end.sequence === sequence && end.hash !== hash) {
    check.note('rewritten', sequence, 'it is the last one, but not the one that was recorded');
  }
}

function cancelled(signal: AbortSignal): HeadgateError {
  return new HeadgateError('CANCELLED', 'Verifying the audit records was cancelled.', { cause: signal.reason });
}
