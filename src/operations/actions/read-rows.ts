import type { Item } from '../../dynamodb/attribute-value.js';
import { itemOfPlain, plainOfItem } from '../../dynamodb/plain-value.js';
import { isObject, type JsonObject, member } from '../request/json-value.js';
import { checkedItem } from '../values/check-value.js';
import type { ActionTools } from './action.js';
import type { Path, Rows } from './action-words.js';
import type { ExpressionBuilder } from './expression-builder.js';

export interface Reading {
  readonly limit?: number | undefined;
  readonly fetchAll: boolean;
  readonly maxUnits?: number | undefined;
  readonly startKey?: unknown;
  readonly consistent?: boolean | undefined;
}

/** Rows that one answer holds at most; more are read from its nextKey on. */
const MAX_ROWS = 100_000;

/** Reads one page or all of a Query or Scan, in the one form of the answer. */
export async function readRows(
  verb: 'Query' | 'Scan',
  request: { readonly body: JsonObject; readonly reading: Reading },
  tools: ActionTools,
): Promise<Rows> {
  const { fetchAll, limit, maxUnits, startKey, consistent } = request.reading;
  const body = {
    ...request.body,
    ...(startKey === undefined
      ? {}
      : { ExclusiveStartKey: checkedItem(itemOfPlain(startKey, 'startKey', TYPED), 'startKey') }),
    ...(consistent === undefined ? {} : { ConsistentRead: consistent }),
    // With fetchAll the limit is one of rows, which DynamoDB's is not where there is a filter.
    ...(limit === undefined || fetchAll ? {} : { Limit: limit }),
  };
  const items: unknown[] = [];
  let [count, scannedCount] = [0, 0];
  const limits = { maxItems: fetchAll ? (limit ?? MAX_ROWS) : undefined, maxUnits };
  for await (const { rows, content, stoppedBy } of tools.pages(verb, body, limits)) {
    items.push(...rows.map(plainRow));
    count += rows.length;
    scannedCount += Number(member(content, 'ScannedCount') ?? 0);
    const last = member(content, 'LastEvaluatedKey');
    if (fetchAll && stoppedBy === undefined) continue;
    return {
      items,
      count,
      scannedCount,
      ...(isObject(last) ? { nextKey: plainRow(last) } : {}),
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
    };
  }
  return { items, count, scannedCount };
}

const TYPED = { typed: true };

/** An item of an answer. */
export function plainRow(item: unknown): unknown {
  return plainOfItem(item as Item, TYPED); // It is DynamoDB that sent it.
}

/** The member of a request for a projection; empty for all attributes. */
export function projected(projection: readonly Path[] | undefined, expressions: ExpressionBuilder): JsonObject {
  if (projection === undefined) return {};
  return { ProjectionExpression: projection.map((path) => expressions.path(path)).join(', ') };
}
