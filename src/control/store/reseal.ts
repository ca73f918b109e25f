import type { Transaction } from 'kysely';
import type { Sealer } from './seal.js';
import { readSealedSettings, SEALED_SETTINGS, settingPlace, writeSealedSetting } from './sealed-settings.js';
import type { Store } from './store.js';
import type { StoreTables } from './tables.js';

/** Where a secret is stored, for `Sealer.seal` and `open`. */
export const SEALED_PLACE = {
  accessKey: (id: string) => `access_keys.sealed_secret:${id}`,
  signingKey: (id: string) => `signing_keys.sealed_private_key:${id}`,
  schema: (id: string) => `schemas.sealed_secrets:${id}`,
  check: 'settings.value:seal-check',
} as const;

/**
 * Makes sure that the sealer's keys are those of this store, so that a wrong one is found at the start and not at the first
 * secret. The first sealer that a store sees decides. Throws SEALING_KEY_WRONG.
 */
export async function checkSealer(store: Store, sealer: Sealer): Promise<void> {
  await store.inTurn('sealing', async (transaction) => {
    const check = await readCheck(transaction);
    if (check === undefined) await writeCheck(transaction, sealer);
    else sealer.open(check, SEALED_PLACE.check);
  });
}

/**
 * Seals every secret of the store with the first key of the sealer, in one transaction, and returns how many it changed.
 * Afterwards the older keys are not needed. Throws SEALING_KEY_WRONG when a secret was sealed with a key the sealer lacks;
 * then nothing has changed.
 */
export async function resealAll(store: Store, sealer: Sealer): Promise<number> {
  return await store.inTurn('sealing', async (transaction) => {
    let changed = 0;
    /** The text sealed anew; undefined when it has the first key already. */
    const anew = (sealed: string, place: string): string | undefined => {
      if (!sealer.isOutdated(sealed)) return undefined;
      changed += 1;
      return sealer.seal(sealer.open(sealed, place), place);
    };
    for (const { id, sealedSecret } of await transaction.selectFrom('accessKeys').selectAll().forUpdate().execute()) {
      const sealed = anew(sealedSecret, SEALED_PLACE.accessKey(id));
      if (sealed === undefined) continue;
      await transaction.updateTable('accessKeys').set({ sealedSecret: sealed }).where('id', '=', id).execute();
    }
    for (const { id, sealedPrivateKey } of await transaction
      .selectFrom('signingKeys')
      .selectAll()
      .forUpdate()
      .execute()) {
      const sealed = anew(sealedPrivateKey, SEALED_PLACE.signingKey(id));
      if (sealed === undefined) continue;
      await transaction.updateTable('signingKeys').set({ sealedPrivateKey: sealed }).where('id', '=', id).execute();
    }
    for (const { id, sealedSecrets } of await transaction.selectFrom('schemas').selectAll().forUpdate().execute()) {
      const sealed = anew(sealedSecrets, SEALED_PLACE.schema(id));
      if (sealed === undefined) continue;
      await transaction.updateTable('schemas').set({ sealedSecrets: sealed }).where('id', '=', id).execute();
    }
    changed += await resealSettings(transaction, sealer);
    const check = await readCheck(transaction);
    if (check !== undefined) sealer.open(check, SEALED_PLACE.check);
    await writeCheck(transaction, sealer);
    return changed;
  });
}

/** The audit trail writes them with every batch, so nobody may do so in between. */
async function resealSettings(transaction: Transaction<StoreTables>, sealer: Sealer): Promise<number> {
  await transaction.selectFrom('settings').select('name').where('name', 'in', SEALED_SETTINGS).forUpdate().execute();
  const settings = await readSealedSettings(transaction);
  let changed = 0;
  for (const name of SEALED_SETTINGS) {
    const sealed = settings[name];
    if (sealed === undefined || !sealer.isOutdated(sealed)) continue;
    changed += 1;
    await writeSealedSetting(
      transaction,
      name,
      sealer.seal(sealer.open(sealed, settingPlace(name)), settingPlace(name)),
    );
  }
  return changed;
}

async function readCheck(transaction: Transaction<StoreTables>): Promise<string | undefined> {
  const row = await transaction
    .selectFrom('settings')
    .select('value')
    .where('name', '=', 'seal-check')
    .executeTakeFirst();
  return row?.value;
}

async function writeCheck(transaction: Transaction<StoreTables>, sealer: Sealer): Promise<void> {
  const value = sealer.seal('This store can be opened.', SEALED_PLACE.check);
  const changedAt = new Date();
  await transaction
    .insertInto('settings')
    .values({ name: 'seal-check', value, changedAt })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, changedAt }))
    .execute();
}
