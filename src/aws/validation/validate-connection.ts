import { HeadgateError } from '../../base/errors/headgate-error.js';
import { inParallel } from '../../base/in-parallel.js';
import { connectDynamodb, type DynamodbConnection, type DynamodbConnectionHandle } from '../../dynamodb/connect.js';
import type { TableList } from '../policy/place.js';
import { type WayIn, wayInError } from '../way-in-error.js';
import { TABLES_AT_ONCE } from './tables-step.js';
import type { ValidationOptions } from './validate-role.js';
import { type Finding, fail, ok, STEP_TITLES, type ValidationReport, warn } from './validated-role.js';

/** A schema without a role. */
export interface ValidatedConnection {
  readonly connection: DynamodbConnection;
  readonly tables: TableList;
}

/** Tries whether the tables are there. Nothing is billed. Throws CANCELLED, and nothing else: what goes wrong is a step that fails. */
export async function validateConnection(
  target: ValidatedConnection,
  { signal, onEvent = () => {} }: ValidationOptions,
): Promise<ValidationReport> {
  const step = 'tables';
  const title = STEP_TITLES[step];
  const startedMs = performance.now();
  onEvent({ kind: 'started', step, title });
  const handle = connectDynamodb(target.connection);
  try {
    const finding = await findTables(target, handle, signal);
    const result = { step, title, ...finding, durationMs: performance.now() - startedMs } as const;
    onEvent({ kind: 'finished', result });
    return { ok: finding.outcome !== 'fail', message: finding.message, steps: [result] };
  } catch (error) {
    if (signal.aborted) throw new HeadgateError('CANCELLED', 'The validation was cancelled.', { cause: error });
    throw error;
  } finally {
    handle.close();
  }
}

async function findTables(
  { connection, tables }: ValidatedConnection,
  { directory }: Pick<DynamodbConnectionHandle, 'directory'>,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    if (tables === '*') {
      const { length } = await directory.listTables(signal);
      return length === 0
        ? warn('There are no tables.', ['If there should be some, correct the region.'])
        : ok(`${length} tables are listed.`);
    }
    await inParallel(tables, TABLES_AT_ONCE, (table) => directory.describeTable(table, signal));
    return ok(`All ${tables.length} tables are there.`);
  } catch (error) {
    if (!(error instanceof HeadgateError) || signal.aborted) throw error;
    const { message, detail, hint } = wayInError(error, wayInOf(connection), connection.region);
    return fail(detail === undefined ? message : `${message} ${detail}`, hint === undefined ? [] : [hint]);
  }
}

function wayInOf({ endpoint, credentials }: DynamodbConnection): WayIn {
  if (endpoint !== undefined) return { kind: 'endpoint', url: endpoint };
  return credentials.kind === 'default' ? credentials : { kind: 'keys' };
}
