import { createHash, randomBytes } from 'node:crypto';
import { hash, type Options, verify } from '@node-rs/argon2';

/** Hashes and checks secrets that people and programs sign in with. */
export interface Secrets {
  /** argon2id with a random salt, as a PHC string. */
  hash(secret: string): Promise<string>;
  /**
   * False when there is no hash; that costs as much as when there is one, so that the time does not tell which names exist.
   * `whenTurn` is called when the check has waited for its turn; what it throws ends the check.
   */
  matches(hash: string | undefined, secret: string, whenTurn?: () => void): Promise<boolean>;
}

/** About 10 ms and 19 MB for each check; two at a time, so that sign-ins leave the machine and its memory to others. */
export async function createSecrets(): Promise<Secrets> {
  const nobody = await hash(randomBytes(32), ARGON2ID);
  const inTurn = limitedTo(CHECKS_AT_ONCE);
  return {
    hash: (secret) => inTurn(() => hash(secret, ARGON2ID)),
    matches: (stored, secret, whenTurn) =>
      inTurn(async () => {
        whenTurn?.();
        const fits = secret.length <= SECRET_LENGTH_MAX;
        const same = await verify(stored ?? nobody, fits ? secret : '');
        return same && fits && stored !== undefined;
      }),
  };
}

/** A random secret of 256 bits. The prefix tells people and secret scanners what it is. */
export function randomSecret(prefix: 'hgc' | 'hgr' | 'hgs'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** The form in which a random token is stored: nobody can guess 256 bits, so a fast hash is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** OWASP's recommendation for argon2id, which is the library's default: 19 MiB, two passes, one lane. */
const ARGON2ID: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CHECKS_AT_ONCE = 2;
const SECRET_LENGTH_MAX = 1024;

/** Runs work of which at most `limit` is under way at once; the rest waits in order. */
function limitedTo(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = limit;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
