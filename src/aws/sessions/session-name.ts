import { createHash } from 'node:crypto';
import type { Principal } from '../../access/principal.js';

/**
 * The name of a principal's role session and its source identity: `user-alice`, `client-reports`, `local`. AWS takes 2 to 64
 * letters, digits and +=,.@_-; a name that does not fit ends in a hash of the principal's id, so that no two become one.
 */
export function sessionName({ kind, id, name }: Pick<Principal, 'kind' | 'id' | 'name'>): string {
  const whole = kind === 'local' ? 'local' : `${kind}-${name}`;
  const plain = whole.replaceAll(/[^\w+=,.@-]/g, '-');
  if (plain === whole && whole.length <= LENGTH_MAX) return whole;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, HASH_LENGTH);
  return `${plain.slice(0, LENGTH_MAX - HASH_LENGTH - 1)}-${hash}`;
}

const LENGTH_MAX = 64;
const HASH_LENGTH = 12;
