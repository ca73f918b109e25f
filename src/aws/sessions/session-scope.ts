import type { OperationClass } from '../../access/access-code.js';
import type { Grant } from '../../access/grant.js';
import type { Principal } from '../../access/principal.js';
import { grantedClasses, heldGrants } from '../../access/weigh-grants.js';
import type { TableList } from '../policy/place.js';

/** What one principal may do with a table of a schema; `*` stands for every table that is not named. */
export interface TableScope {
  readonly table: string;
  readonly classes: readonly OperationClass[];
}

/** What the grants of a principal come to in a schema, table by table. Empty: nothing. Says the same as `decide`. */
export function sessionScope(
  principal: Principal,
  schema: { readonly name: string; readonly tables: TableList },
  grants: readonly Grant[],
): readonly TableScope[] {
  const held = heldGrants(principal, schema.name, grants);
  const classesOn = (table?: string) =>
    grantedClasses(principal, { schema: schema.name, ...(table === undefined ? {} : { table }) }, held);
  const named = schema.tables === '*' ? held.flatMap(({ table }) => table ?? []) : schema.tables;
  const tables = [...new Set(named)].sort().map((table) => ({ table, classes: classesOn(table) }));
  const scope = schema.tables === '*' ? [{ table: '*', classes: classesOn() }, ...tables] : tables;
  return scope.every(({ classes }) => classes.length === 0) ? [] : scope;
}
