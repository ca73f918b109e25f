import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { RowRange } from '../../../results/kept-rows.js';
import type { ResultPage } from '../../../results/open-result-store.js';
import type { Caller } from '../contract/http-services.js';
import type { RouteContext } from './route-context.js';
import type { Statement } from './statement-of.js';

type Pages = Pick<RouteContext, 'services' | 'results'>;

interface Order {
  readonly caller: Caller;
  readonly range: RowRange;
  readonly signal: AbortSignal;
}

/** Rows of a kept result, if they may still be seen. Throws NOT_FOUND, TABLE_NOT_FOUND, and what the statement fails of. */
export async function keptPage(
  { services, results }: Pages,
  { caller, queryId, range, signal }: Order & { readonly queryId: string },
): Promise<ResultPage> {
  const owner = caller.principal.id;
  const plan = results.planOf(owner, queryId);
  // Without a plan it is just being decided whether the statement may run at all.
  if (plan !== undefined) await services.statements.authorizeKept(caller, { queryId, plan });
  return await results.page(owner, queryId, { range, signal });
}

/**
 * Rows of a statement: of its execution that is kept, where the range begins later than at the first row and there is one, and
 * otherwise of a new execution.
 */
export async function firstPage(
  pages: Pages,
  { statement, queryId, ...order }: Order & { readonly statement: Statement; readonly queryId: string | undefined },
): Promise<ResultPage> {
  const { caller, range, signal } = order;
  const owner = caller.principal.id;
  const { request, key } = statement;
  const kept = range.firstRow > 0 ? await likePage(pages, order, key) : undefined;
  if (kept !== undefined) return kept;
  return await pages.results.run(
    { owner, key, ...(queryId === undefined ? {} : { queryId }) },
    { range, signal },
    ({ onProgress, signal: stopped }) => pages.services.statements.run(caller, { ...request, onProgress }, stopped),
  );
}

/** The page of a kept result with this key; undefined when there is none, or none any more. */
async function likePage(pages: Pages, order: Order, key: string): Promise<ResultPage | undefined> {
  const owner = order.caller.principal.id;
  const queryId = pages.results.findLike(owner, key);
  if (queryId === undefined || pages.results.status(owner, queryId).state === 'failed') return undefined;
  try {
    return await keptPage(pages, { ...order, queryId });
  } catch (error) {
    if (error instanceof HeadgateError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
