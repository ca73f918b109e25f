import { HeadgateError } from '../../base/errors/headgate-error.js';
import { hasAuditRecords } from '../store/audit-rows.js';
import type { Sealer } from '../store/seal.js';
import { readSealedSettings, type SealedSetting, settingPlace, writeSealedSetting } from '../store/sealed-settings.js';
import type { Store } from '../store/store.js';
import { type ChainEnd, NO_RECORD } from './audit-record.js';

type Database = Store['db'];

/**
 * Where the chain goes on: its last record, as a gateway sealed it. Throws AUDIT_BROKEN when there are records without it,
 * SEALING_KEY_WRONG when no gateway with our key wrote it.
 */
export async function readChainHead(db: Database, sealer: Sealer): Promise<ChainEnd> {
  const sealed = await readSealedSettings(db);
  if (sealed['audit-head'] !== undefined) return openEnd(sealer, 'audit-head', sealed['audit-head']);
  if (sealed['audit-base'] === undefined && !(await hasAuditRecords(db))) return NO_RECORD;
  throw new HeadgateError('AUDIT_BROKEN', 'The end of the audit chain is missing in the store.', {
    detail: 'There are audit records, but not the setting `audit-head`, which is written with every one of them.',
    hint: 'Somebody changed the store. Find out who, and restore it from a backup; until then nothing can be recorded.',
  });
}

/** What the first record that is still there follows. Throws SEALING_KEY_WRONG. */
export async function readChainBase(db: Database, sealer: Sealer): Promise<ChainEnd> {
  const sealed = (await readSealedSettings(db))['audit-base'];
  return sealed === undefined ? NO_RECORD : openEnd(sealer, 'audit-base', sealed);
}

export async function writeChainEnd(db: Database, sealer: Sealer, { name, end }: NamedEnd): Promise<void> {
  const { sequence, hash } = end;
  await writeSealedSetting(db, name, sealer.seal(JSON.stringify({ sequence, hash }), settingPlace(name)));
}

export interface NamedEnd {
  readonly name: SealedSetting;
  readonly end: ChainEnd;
}

/** Throws SEALING_KEY_WRONG. */
export function openEnd(sealer: Sealer, name: SealedSetting, sealed: string): ChainEnd {
  // Only `writeChainEnd` seals for this place.
  return JSON.parse(sealer.open(sealed, settingPlace(name))) as ChainEnd;
}
