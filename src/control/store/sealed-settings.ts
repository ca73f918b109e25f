import type { Kysely } from 'kysely';
import type { StoreTables } from './tables.js';

/**
 * Settings whose values are sealed, so that only a gateway can have written them: the ends of the audit chain. `audit-head`
 * is its last record, `audit-base` the last one that was removed at its beginning.
 */
export const SEALED_SETTINGS = ['audit-head', 'audit-base'] as const;

export type SealedSetting = (typeof SEALED_SETTINGS)[number];

/** The place of a sealed setting, for `Sealer.seal` and `open`. */
export function settingPlace(name: SealedSetting): string {
  return `settings.value:${name}`;
}

/** The sealed texts of the settings that are there. */
export async function readSealedSettings(db: Kysely<StoreTables>): Promise<Partial<Record<SealedSetting, string>>> {
  const rows = await db.selectFrom('settings').select(['name', 'value']).where('name', 'in', SEALED_SETTINGS).execute();
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

export async function writeSealedSetting(db: Kysely<StoreTables>, name: SealedSetting, sealed: string): Promise<void> {
  const changed = { value: sealed, changedAt: new Date() };
  await db
    .insertInto('settings')
    .values({ name, ...changed })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changed))
    .execute();
}
