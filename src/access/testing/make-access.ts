import type { AccessCode } from '../access-code.js';
import type { Grant } from '../grant.js';
import type { Principal } from '../principal.js';

/** A client `ann` in the groups `staff` and `guests`, unless told otherwise. */
export function makePrincipal(changes: Partial<Principal> = {}): Principal {
  return {
    kind: 'client',
    id: 'ann',
    name: 'ann',
    groups: ['staff', 'guests'],
    scopes: new Set(),
    isAdmin: false,
    ...changes,
  };
}

/** A grant as text, `who code object`: `ann R demo.flights`, `@staff none demo`; `@` marks a group. The text is its id. */
export function makeGrant(text: string): Grant {
  const [who = '', code = '', object = ''] = text.split(' ');
  const [schema = '', ...table] = object.split('.');
  return {
    id: text,
    grantee: who.startsWith('@') ? { kind: 'group', id: who.slice(1) } : { kind: 'principal', id: who },
    schema,
    ...(table.length === 0 ? {} : { table: table.join('.') }),
    // A cast, because the text of a test is its own proof.
    code: code as AccessCode,
    source: 'store',
  };
}

export function makeGrants(...texts: readonly string[]): readonly Grant[] {
  return texts.map(makeGrant);
}
