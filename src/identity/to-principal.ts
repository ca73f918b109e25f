import type { Principal, Scope } from '../access/principal.js';
import type { PrincipalRecord } from './repositories.js';

/** The principal with those of its scopes that are among `scopes`. */
export function toPrincipal(record: PrincipalRecord, scopes: readonly Scope[]): Principal {
  const { kind, id, name, groups } = record;
  const held = new Set(record.scopes.filter((scope) => scopes.includes(scope)));
  return { kind, id, name, groups, scopes: held, isAdmin: held.has('admin') };
}
