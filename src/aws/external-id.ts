import { randomBytes } from 'node:crypto';

/**
 * A new external ID: 160 random bits in 32 letters and digits, which every shell and template takes without quotes. It need not
 * be a secret, only one that no other customer of the same gateway can name.
 */
export function newExternalId(): string {
  return `headgate-${base32(randomBytes(20))}`;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Five bits a letter: 20 bytes are 32 letters. */
function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join('');
}
