import { resealAll } from './reseal.js';
import { createSealer } from './seal.js';
import { newSealingKey, readSealingKeys, writeSealingKeys } from './sealing-keys.js';
import type { Store } from './store.js';

/**
 * Replaces the key in the key file of the directory and seals every secret anew; returns how many. The file holds both keys
 * until the store has changed, so a process that dies in between loses nothing; run it again. Throws SEALING_KEY_WRONG and
 * FILE_ERROR.
 */
export async function rotateKeyFile(store: Store, directory: string): Promise<number> {
  const old = await readSealingKeys({ directory });
  const key = newSealingKey();
  await writeSealingKeys(directory, [key, ...old]);
  const changed = await resealAll(store, createSealer([key, ...old]));
  await writeSealingKeys(directory, [key]);
  return changed;
}
