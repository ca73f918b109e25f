import type { ExecutionStatus } from '../../../results/execution.js';
import type { QueryState } from '../contract/query.js';
import { errorBodyOf } from '../server/errors.js';
import { capacityOf } from './capacity.js';

/** How a statement stands; `requestId` is that of the question. */
export function queryStateOf(status: ExecutionStatus, requestId: string): QueryState {
  const { queryId, state, error, progress, columns, rowsKept, summary } = status;
  return {
    queryId,
    state,
    ...(progress === undefined ? {} : { progress }),
    ...(columns === undefined
      ? {}
      : { columns: columns.map(({ name }) => name), columnTypes: columns.map(({ type }) => type.sql) }),
    rowsKept,
    ...(summary === undefined ? {} : { capacity: capacityOf(summary) }),
    warnings: [...(summary?.warnings ?? [])],
    ...(error === undefined ? {} : { error: errorBodyOf(error, requestId) }),
  };
}
