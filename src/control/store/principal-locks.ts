import type { Expression, ExpressionBuilder, Selectable, SqlBool, Transaction } from 'kysely';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { isUuid } from './is-uuid.js';
import type { PrincipalTable, StoreTables } from './tables.js';

/*
 * Transactions that lock each other out for ever are ended by PostgreSQL with an error. So that it never comes to that, all of
 * them lock principals first, in the order of their ids and in one statement, and groups after them.
 */

/** No principal and no group has this id: a text that is no uuid is looked for as this one. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The principal, for as long as the transaction nobody else's to change. Throws NOT_FOUND. */
export async function lockPrincipal(
  transaction: Transaction<StoreTables>,
  id: string,
): Promise<Selectable<PrincipalTable>> {
  const [row] = await lockPrincipals(transaction, (where) => where('id', '=', isUuid(id) ? id : NOBODY));
  if (row === undefined) throw noPrincipal(id);
  return row;
}

type Where = ExpressionBuilder<StoreTables, 'principals'>;

/** Those that have not been revoked and meet the condition, for as long as the transaction nobody else's to change. */
export async function lockPrincipals(
  transaction: Transaction<StoreTables>,
  condition: (where: Where) => Expression<SqlBool>,
): Promise<Selectable<PrincipalTable>[]> {
  return await transaction
    .selectFrom('principals')
    .selectAll()
    .where('revokedAt', 'is', null)
    .where(condition)
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Keeps the group from being removed until the transaction ends. Throws NOT_FOUND. */
export async function lockGroup(transaction: Transaction<StoreTables>, id: string): Promise<void> {
  const query = transaction
    .selectFrom('groups')
    .select('id')
    .where('id', '=', isUuid(id) ? id : NOBODY);
  if ((await query.forUpdate().executeTakeFirst()) === undefined) throw noGroup(id);
}

/** Locks principals and groups, and makes each of these a member of each of those. Throws NOT_FOUND. */
export async function insertMemberships(
  transaction: Transaction<StoreTables>,
  { principals, groups }: { readonly principals: readonly string[]; readonly groups: readonly string[] },
): Promise<void> {
  if (principals.length === 0 || groups.length === 0) return;
  const foundPrincipals = await transaction
    .selectFrom('principals')
    .select('id')
    .where('id', 'in', principals.filter(isUuid).concat(NOBODY))
    .where('revokedAt', 'is', null)
    .orderBy('id')
    .forShare()
    .execute();
  const foundGroups = await transaction
    .selectFrom('groups')
    .select('id')
    .where('id', 'in', groups.filter(isUuid).concat(NOBODY))
    .orderBy('id')
    .forUpdate()
    .execute();
  const missing = firstMissing(principals, foundPrincipals);
  if (missing !== undefined) throw noPrincipal(missing);
  const missingGroup = firstMissing(groups, foundGroups);
  if (missingGroup !== undefined) throw noGroup(missingGroup);
  await transaction
    .insertInto('memberships')
    .values(foundPrincipals.flatMap(({ id }) => foundGroups.map((group) => ({ principalId: id, groupId: group.id }))))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function firstMissing(wanted: readonly string[], found: readonly { readonly id: string }[]): string | undefined {
  const ids = new Set(found.map(({ id }) => id));
  return wanted.find((id) => !ids.has(id.toLowerCase()));
}

function noPrincipal(id: string): HeadgateError {
  return new HeadgateError('NOT_FOUND', `No user or client has the id ${id}.`);
}

export function noGroup(id: string): HeadgateError {
  return new HeadgateError('NOT_FOUND', `No group has the id ${id}.`);
}
