import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { SigningKeyRecord, SigningKeyRepository } from './repositories.js';

export interface SigningKey {
  /** The `kid` of tokens. */
  readonly id: string;
  readonly privateKey: CryptoKey;
}

interface LoadedKey extends SigningKey {
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly createdAt: number;
  readonly isRetired: boolean;
}

/** The keys that sign access tokens, shared by all gateways through the store. */
export class SigningKeys {
  private loaded: Promise<readonly LoadedKey[]> | undefined;
  private loadedAt = 0;

  constructor(
    private readonly repository: SigningKeyRepository,
    private readonly now: () => number,
  ) {}

  /** The key to sign with; made when there is none, and replaced when it is a month old. */
  async current(): Promise<SigningKey> {
    const newest = (await this.load()).find(({ isRetired }) => !isRetired);
    if (newest !== undefined && this.now() - newest.createdAt < KEY_LIFE_MS) return newest;
    return await this.replace(newest?.id);
  }

  /** The key that verifies tokens of this id; undefined when it does not exist or has expired. */
  async verifier(id: string): Promise<CryptoKey | undefined> {
    const known = find(await this.load(), id);
    if (known !== undefined) return known;
    // Another gateway may have made it a moment ago; but strangers can write any id into a token.
    if (this.now() - this.loadedAt < RELOAD_PAUSE_MS) return undefined;
    this.forget();
    return find(await this.load(), id);
  }

  /** The public keys in the form of RFC 7517. */
  async jwks(): Promise<{ keys: JWK[] }> {
    await this.current();
    return { keys: (await this.load()).map(({ publicJwk }) => publicJwk) };
  }

  /** A new key signs from now on; tokens of the ones before stay good until they expire. Returns its id. */
  async rotate(): Promise<string> {
    const newest = (await this.load()).find(({ isRetired }) => !isRetired);
    return (await this.replace(newest?.id)).id;
  }

  /** To be called when the keys in the store have changed. */
  forget(): void {
    this.loaded = undefined;
  }

  private async replace(newest: string | undefined): Promise<SigningKey> {
    const key = await makeKey(new Date(this.now()));
    await this.repository.add(key, { newest, expireOthersAt: new Date(this.now() + RETIREMENT_MS) });
    this.forget();
    const current = (await this.load()).find(({ isRetired }) => !isRetired);
    if (current === undefined) throw new Error('The store has lost the signing key that was just added.');
    return current;
  }

  private load(): Promise<readonly LoadedKey[]> {
    if (this.loaded !== undefined) return this.loaded;
    this.loadedAt = this.now();
    const loading = this.repository.list(new Date(this.now())).then((records) => Promise.all(records.map(loadKey)));
    this.loaded = loading;
    loading.catch(() => {
      if (this.loaded === loading) this.loaded = undefined;
    });
    return loading;
  }
}

const KEY_LIFE_MS = 30 * 24 * 3_600_000;
/** Twice the life of an access token. */
const RETIREMENT_MS = 2 * 3_600_000;
const RELOAD_PAUSE_MS = 1000;
const ALGORITHM = 'EdDSA';

function find(keys: readonly LoadedKey[], id: string): CryptoKey | undefined {
  return keys.find((key) => key.id === id)?.publicKey;
}

async function makeKey(createdAt: Date): Promise<SigningKeyRecord> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(publicKey);
  return {
    id: await calculateJwkThumbprint(publicJwk),
    publicKey: JSON.stringify(publicJwk),
    privateKey: JSON.stringify(await exportJWK(privateKey)),
    createdAt,
    expiresAt: undefined,
  };
}

async function loadKey(record: SigningKeyRecord): Promise<LoadedKey> {
  // Both texts were written by `makeKey`.
  const publicJwk: JWK = JSON.parse(record.publicKey);
  return {
    id: record.id,
    privateKey: await importKey(JSON.parse(record.privateKey)),
    publicKey: await importKey(publicJwk),
    publicJwk: { ...publicJwk, kid: record.id, alg: ALGORITHM, use: 'sig' },
    createdAt: record.createdAt.getTime(),
    isRetired: record.expiresAt !== undefined,
  };
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new Error('A signing key in the store is no Ed25519 key.');
  return key;
}
