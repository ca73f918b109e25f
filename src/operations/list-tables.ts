import type { Grant } from '../access/grant.js';
import type { Principal } from '../access/principal.js';
import { visibleTables } from '../access/visible.js';
import type { OperationSchema } from './context.js';
import { invalid } from './refuse.js';
import { asText, described, type JsonObject, member } from './request/json-value.js';

/** DynamoDB's own answer to ListTables, and the most names that one holds. */
export interface TableList {
  readonly TableNames: readonly string[];
  readonly LastEvaluatedTableName?: string;
}
const MAX_NAMES = 100;

/** Names of the tables that the principal may know of; a page of them as DynamoDB would give it if there were no others. */
export async function listTables(
  given: {
    readonly principal: Principal;
    readonly grants: readonly Grant[];
    readonly schema: OperationSchema;
    readonly body: JsonObject;
  },
  signal: AbortSignal,
): Promise<TableList> {
  const { principal, grants, schema, body } = given;
  const limit = member(body, 'Limit') ?? MAX_NAMES;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MAX_NAMES) {
    throw invalid('Limit', `expected a number from 1 to ${MAX_NAMES}, got ${described(limit)}`);
  }
  const start = member(body, 'ExclusiveStartTableName');
  const after = start === undefined ? '' : asText(start, 'ExclusiveStartTableName');
  const open = (await schema.tableNames(signal)).filter((table) => schema.isOpenFor(table));
  const seen = visibleTables(principal, { schema: schema.name, tables: open }, grants).filter((name) => name > after);
  const page = seen.slice(0, limit);
  const last = page.at(-1);
  return seen.length > limit && last !== undefined
    ? { TableNames: page, LastEvaluatedTableName: last }
    : { TableNames: page };
}
