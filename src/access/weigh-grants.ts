import { classesOf, OPERATION_CLASSES, type OperationClass } from './access-code.js';
import type { AccessTarget, Grant } from './grant.js';
import type { Principal } from './principal.js';

/** A grant that is about the principal and the target, and what it comes to beside the others. */
export type WeighedGrant =
  | { readonly standing: 'gives'; readonly grant: Grant }
  /** A `none`: it takes away what is granted as specifically as itself, or less. */
  | { readonly standing: 'denies'; readonly grant: Grant }
  | { readonly standing: 'overruled'; readonly grant: Grant; readonly by: Grant };

/**
 * The grants that are about the principal (its own and those of its groups) and the target, in the order in which they are
 * considered: those on the table first, among them `none`, then the principal's own, then those of its groups.
 */
export function weighGrants(
  principal: Principal,
  target: AccessTarget,
  grants: readonly Grant[],
): readonly WeighedGrant[] {
  const held = heldGrants(principal, target.schema, grants)
    .filter(({ table }) => table === undefined || table === target.table)
    .toSorted((a, b) => rank(a) - rank(b));
  return held.map((grant) => {
    if (grant.code === 'none') return { standing: 'denies', grant };
    const by = held.find((other) => overrules(other, grant));
    return by === undefined ? { standing: 'gives', grant } : { standing: 'overruled', grant, by };
  });
}

/** All classes that the principal has on the target, in the order of `OPERATION_CLASSES`. */
export function grantedClasses(
  principal: Principal,
  target: AccessTarget,
  grants: readonly Grant[],
): readonly OperationClass[] {
  const givers = weighGrants(principal, target, grants).filter(({ standing }) => standing === 'gives');
  return OPERATION_CLASSES.filter((one) => givers.some(({ grant }) => classesOf(grant.code).includes(one)));
}

/** The grants of the principal and its groups in the schema. Names of schemas are unique without regard to case, as SQL reads them. */
export function heldGrants(principal: Principal, schema: string, grants: readonly Grant[]): readonly Grant[] {
  const name = schema.toLowerCase();
  return grants.filter((grant) => isHeldBy(principal, grant) && grant.schema.toLowerCase() === name);
}

function isHeldBy(principal: Principal, { grantee }: Grant): boolean {
  return grantee.kind === 'group' ? principal.groups.includes(grantee.id) : grantee.id === principal.id;
}

/** A `none` beats what is not more specific, whoever holds it; any other grant beats the wider ones of its own grantee. */
function overrules(other: Grant, grant: Grant): boolean {
  const isMoreSpecific = other.table !== undefined && grant.table === undefined;
  if (other.code !== 'none') return isMoreSpecific && isSameGrantee(other, grant);
  return isMoreSpecific || (other.table === undefined) === (grant.table === undefined);
}

function isSameGrantee(a: Grant, b: Grant): boolean {
  return a.grantee.kind === b.grantee.kind && a.grantee.id === b.grantee.id;
}

function rank({ table, code, grantee }: Grant): number {
  return (table === undefined ? 4 : 0) + (code === 'none' ? 0 : 2) + (grantee.kind === 'group' ? 1 : 0);
}
