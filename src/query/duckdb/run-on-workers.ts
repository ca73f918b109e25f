import { setTimeout as wait } from 'node:timers/promises';
import { bindings, type DuckDBPendingResult, type DuckDBPreparedStatement, type DuckDBResult } from './node-api.js';

/** Other statements may keep all of DuckDB's threads busy for long: then the thread that asks does the work after all. */
const PATIENCE_MS = 200;

/**
 * Runs a statement of some milliseconds on DuckDB's own threads alone. `run` would have a thread of Node's pool take part:
 * when one of DuckDB's has taken the only task there is, that one asks for another without a pause until it is done, which
 * costs as much of the processor as the work itself.
 */
export async function runOnWorkers(statement: DuckDBPreparedStatement): Promise<DuckDBResult> {
  const pending = statement.start();
  const until = performance.now() + PATIENCE_MS;
  while (isUnderWay(pending) && performance.now() < until) await wait(1);
  // The result or the error, whichever it has come to.
  return pending.getResult();
}

/** What the library itself offers to look at the state, would do a part of the work here, on the event loop. */
function isUnderWay(pending: DuckDBPendingResult): boolean {
  // Private to the library, for no reason that its pinned version would give.
  const { pending_result } = pending as unknown as { readonly pending_result: unknown };
  const state = bindings.pending_execute_check_state(pending_result);
  return state === bindings.PendingState.NO_TASKS_AVAILABLE || state === bindings.PendingState.RESULT_NOT_READY;
}
