import type { OperationContext, TableSpent } from '../context.js';
import { invalid } from '../refuse.js';
import { type JsonObject, member } from '../request/json-value.js';
import { type Exchange, exchange } from './exchange.js';
import type { ReadLimits } from './operation.js';

/** One page of a read that goes on to its end, in DynamoDB JSON. */
export interface Page {
  /** Items, or names of tables, or tags: no more than the row limit has left. */
  readonly rows: readonly unknown[];
  /** What the answer said besides, for example `Count`, which is that of the page as it came. */
  readonly content: JsonObject;
  readonly spent: readonly TableSpent[];
  /** Set on the last page where a limit ended the reading and not the end of the data. */
  readonly stoppedBy?: 'maxItems' | 'maxUnits';
}

interface PagedVerb {
  readonly rows: string;
  /** Where an answer tells from where it goes on, and where a request says so. */
  readonly token: string;
  readonly start: string;
}

const PAGED: ReadonlyMap<string, PagedVerb> = new Map([
  ['Query', { rows: 'Items', token: 'LastEvaluatedKey', start: 'ExclusiveStartKey' }],
  ['Scan', { rows: 'Items', token: 'LastEvaluatedKey', start: 'ExclusiveStartKey' }],
  ['ExecuteStatement', { rows: 'Items', token: 'NextToken', start: 'NextToken' }],
  ['ListTables', { rows: 'TableNames', token: 'LastEvaluatedTableName', start: 'ExclusiveStartTableName' }],
  ['ListTagsOfResource', { rows: 'Tags', token: 'NextToken', start: 'NextToken' }],
]);

/** The members of a paged verb. Throws REQUEST_INVALID for a verb that has no pages. */
export function pagedVerb(verb: string): PagedVerb {
  const paged = PAGED.get(verb);
  if (paged === undefined) throw invalid('fetchAll', `${verb} has no pages: only ${[...PAGED.keys()].join(', ')} have`);
  return paged;
}

/**
 * All pages, one after the other, empty ones too, until there are no more or a limit is reached. The token of the last page
 * stays in its content where the reading can go on from there: not where the row limit cut the page.
 */
export async function* readPages(call: Exchange, context: OperationContext, limits: ReadLimits): AsyncGenerator<Page> {
  const paged = pagedVerb(call.verb);
  let body = call.body;
  let items = 0;
  let units = 0;
  for (;;) {
    const { content, spent } = await exchange({ ...call, body }, context);
    const rows = rowsOf(content, paged.rows);
    const token = member(content, paged.token);
    units += spent.reduce((total, each) => total + each.readUnits, 0);
    const left = (limits.maxItems ?? Number.POSITIVE_INFINITY) - items;
    const isCut = rows.length > left;
    items += Math.min(rows.length, left);
    const stoppedBy = stopOf({ isCut, isFull: rows.length >= left, units, hasMore: token !== undefined }, limits);
    yield {
      rows: isCut ? rows.slice(0, left) : rows,
      content: isCut ? without(content, paged.token) : content,
      spent,
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
    };
    if (token === undefined || stoppedBy !== undefined) return;
    body = { ...body, [paged.start]: token };
  }
}

function stopOf(
  state: { readonly isCut: boolean; readonly isFull: boolean; readonly units: number; readonly hasMore: boolean },
  limits: ReadLimits,
): Page['stoppedBy'] {
  if (state.isCut || (state.isFull && state.hasMore)) return 'maxItems';
  return state.hasMore && state.units >= (limits.maxUnits ?? Number.POSITIVE_INFINITY) ? 'maxUnits' : undefined;
}

function rowsOf(content: JsonObject, name: string): readonly unknown[] {
  const rows = member(content, name);
  return Array.isArray(rows) ? rows : [];
}

function without(content: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(content).filter(([each]) => each !== name));
}
