import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { HeadgateError } from '../../base/errors/headgate-error.js';

/** Encrypts the secrets that must be read again. */
export interface Sealer {
  /** What this sealer seals with; a sealed text names the key it needs. */
  readonly keyId: string;
  /**
   * The text, encrypted and authenticated. `place` says where it will be stored (`table.column:row id`); it opens there only,
   * so that sealed texts cannot be swapped.
   */
  seal(text: string, place: string): string;
  /** The text that was sealed for this place. Throws SEALING_KEY_WRONG when no key fits or it was changed. */
  open(sealed: string, place: string): string;
  /** Whether it was sealed with an older key than the first. */
  isOutdated(sealed: string): boolean;
}

/**
 * A sealer with 256-bit keys: the first seals, all of them open. AES-256-GCM with a key for each place, derived from the
 * gateway's: random nonces of 96 bits are safe for 2^32 texts of one key, and the head of the audit chain, which is sealed
 * many times a second, may not use up those of the secrets.
 */
export function createSealer(keys: readonly [Buffer, ...Buffer[]]): Sealer {
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  const [current] = keys;
  const keyId = idOf(current);
  return {
    keyId,
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, keyOf(current, place), nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return [VERSION, keyId, body.toString('base64url')].join('.');
    },
    open(sealed, place) {
      const [version, id = '', text = ''] = sealed.split('.');
      const key = byId.get(id);
      if (version !== VERSION || key === undefined) throw keyMissing(id, [...byId.keys()]);
      return decrypt(key, Buffer.from(text, 'base64url'), place);
    },
    isOutdated: (sealed) => sealed.split('.')[1] !== keyId,
  };
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'hg1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function decrypt(key: Buffer, body: Buffer, place: string): string {
  try {
    const decipher = createDecipheriv(ALGORITHM, keyOf(key, place), body.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(place))
      .setAuthTag(body.subarray(-TAG_BYTES));
    const text = decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new HeadgateError('SEALING_KEY_WRONG', `The sealed secret at ${place} cannot be opened.`, {
      detail: 'It was changed or moved since it was sealed.',
      hint: 'Restore the store from a backup, or make the secret anew.',
      cause,
    });
  }
}

function keyOf(key: Buffer, place: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `headgate seal\0${place}`, key.length));
}

/** Names a key without telling anything of it. */
function idOf(key: Buffer): string {
  return createHash('sha256').update('headgate sealing key\0').update(key).digest('hex').slice(0, 12);
}

function keyMissing(id: string, known: readonly string[]): HeadgateError {
  return new HeadgateError('SEALING_KEY_WRONG', 'The secrets in the store were sealed with another key.', {
    detail: `They need the key ${id}; this Headgate has ${known.join(', ')}.`,
    hint: 'Set HEADGATE_KEY to the key that the other gateways use, or add the old key behind a comma to rotate.',
  });
}
