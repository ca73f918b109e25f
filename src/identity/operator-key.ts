import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The bearer token of the operator: whoever can read the gateway's own folder may administer it, as long as it runs. */
export interface OperatorKey {
  readonly text: string;
  /** Whether the bearer token is this key; in the same time for all that are not. */
  matches(bearer: string): boolean;
}

/** A new random key of 256 bits. */
export function createOperatorKey(): OperatorKey {
  const text = `hgo_${randomBytes(32).toString('base64url')}`;
  const expected = digest(text);
  return { text, matches: (bearer) => timingSafeEqual(digest(bearer), expected) };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
