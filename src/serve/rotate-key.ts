import type { HeadgateConfig } from '../config/headgate-config.js';
import { openStore } from '../control/store/open-store.js';
import { resealAll } from '../control/store/reseal.js';
import { rotateKeyFile } from '../control/store/rotate-key-file.js';
import { createSealer } from '../control/store/seal.js';
import { readSealingKeys } from '../control/store/sealing-keys.js';

export interface RotatedKey {
  /** How many secrets were sealed anew. */
  readonly secrets: number;
  /** Whether the key is in a file of the folder of all state, and was replaced there. */
  readonly isFile: boolean;
}

/**
 * Seals every secret of the store with a new key: one that is made, where the key is in a file; else the first of HEADGATE_KEY.
 * No gateway may run with the old key alone meanwhile. Throws STORE_IN_USE, STORE_UNAVAILABLE, SEALING_KEY_WRONG, FILE_ERROR.
 */
export async function rotateKey({ home, store: { databaseUrl, sealingKey } }: HeadgateConfig): Promise<RotatedKey> {
  const store = await openStore({ directory: home, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  try {
    if (sealingKey === undefined) return { secrets: await rotateKeyFile(store, home), isFile: true };
    const sealer = createSealer(await readSealingKeys({ key: sealingKey, directory: home }));
    return { secrets: await resealAll(store, sealer), isFile: false };
  } finally {
    await store.close();
  }
}
