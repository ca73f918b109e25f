import type { AccessTarget, Grant } from './grant.js';
import type { Principal } from './principal.js';
import { grantedClasses, heldGrants } from './weigh-grants.js';

/**
 * Whether the principal may know of the target: of a table with any class on it, of a schema with any class on it or on one of
 * its tables. What is not visible is reported exactly like what does not exist.
 */
export function isVisible(principal: Principal, target: AccessTarget, grants: readonly Grant[]): boolean {
  if (grantedClasses(principal, target, grants).length > 0) return true;
  if (target.table !== undefined) return false;
  const { schema } = target;
  const held = heldGrants(principal, schema, grants);
  return held.some(({ table }) => table !== undefined && isVisible(principal, { schema, table }, held));
}

/** Those of `tables` that the principal may know of, in their order. */
export function visibleTables(
  principal: Principal,
  { schema, tables }: { readonly schema: string; readonly tables: readonly string[] },
  grants: readonly Grant[],
): readonly string[] {
  const held = heldGrants(principal, schema, grants);
  return tables.filter((table) => isVisible(principal, { schema, table }, held));
}
