import { type DuckDBConnection, type DuckDBInstance, DuckDBTableFunction, VARCHAR } from '@duckdb/node-api';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ColumnType } from '../../catalog/column-type.js';
import { duckdbTypeOf } from './column-types.js';
import { interruptible } from './interruptible.js';
import { openDuckdb } from './open-duckdb.js';

/** References of one statement at most; one table function is registered for each slot. */
export const MAX_REFERENCES = 64;

/** What stands before a statement that is explained. */
export const EXPLAIN_PREFIX = 'EXPLAIN (FORMAT JSON) ';

/** A table as the optimizer sees it: columns and a size, no rows. */
export interface Stub {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rowCount: number;
}

/**
 * A DuckDB without data, which parses statements and optimizes them over table stubs. Statements on it only ever
 * parse and explain, so one connection serves all, one call after the other.
 */
export class PlannerDatabase {
  private constructor(
    private readonly shared: SharedPlanner,
    /** Words that cannot be column names without quotes. */
    readonly reservedWords: ReadonlySet<string>,
    private readonly signal: AbortSignal = new AbortController().signal,
  ) {}

  static async open(tempDirectory: string): Promise<PlannerDatabase> {
    const { instance, connection } = await openDuckdb({
      memoryBytes: 256 * 2 ** 20,
      tempDirectory,
      tempDiskBytes: 0,
      threads: 1,
      // `in_clause` would turn an IN list into a join, where the list can no longer be seen. The others only cost time here.
      settings: [
        "SET explain_output='all'",
        "SET disabled_optimizers='in_clause,statistics_propagation,compressed_materialization,join_filter_pushdown,build_side_probe_side,late_materialization,top_n_window_elimination,join_order'",
      ],
    });
    const words = await connection.runAndReadAll(
      "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'",
    );
    const shared: SharedPlanner = { instance, connection, stubs: new Map(), queue: Promise.resolve(), closed: false };
    for (let slot = 0; slot < MAX_REFERENCES; slot++)
      connection.registerTableFunction(stubFunction(slot, shared.stubs));
    return new PlannerDatabase(shared, new Set(words.getRows().map(([word]) => String(word))));
  }

  /** The same planner, for a statement that ends when the signal is aborted: folding constants can take long. */
  within(signal: AbortSignal): PlannerDatabase {
    return new PlannerDatabase(this.shared, this.reservedWords, signal);
  }

  /** The AST of a text as JSON, or the parser's error in the same form (`{"error":true,...}`). */
  async serialize(sql: string): Promise<string> {
    return this.serially(async ({ connection }) => {
      const reader = await connection.runAndReadAll(
        'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)',
        [sql],
      );
      return String(reader.getRows()[0]?.[0]);
    });
  }

  /**
   * `logical_opt` and `physical_plan` of a statement whose tables are `headgate_ref_N('<key>')`. Throws DuckDB's errors,
   * whose positions count EXPLAIN_PREFIX too.
   */
  async explain(sql: string, stubs: ReadonlyMap<string, Stub>): Promise<{ logical: string; physical: string }> {
    return this.serially(async ({ connection, stubs: known }) => {
      for (const [key, stub] of stubs) known.set(key, stub);
      try {
        const reader = await connection.runAndReadAll(`${EXPLAIN_PREFIX}${sql}`);
        const plans = new Map(reader.getRows().map(([name, plan]) => [String(name), String(plan)]));
        return { logical: plans.get('logical_opt') ?? '[]', physical: plans.get('physical_plan') ?? '[]' };
      } finally {
        for (const key of stubs.keys()) known.delete(key);
      }
    });
  }

  /** Waits for the calls that were made before; later ones fail. Safe to call twice. */
  async close(): Promise<void> {
    const { shared } = this;
    if (shared.closed) return;
    shared.closed = true;
    await shared.queue.catch(() => undefined);
    shared.connection.closeSync();
    shared.instance.closeSync();
  }

  private serially<T>(work: (shared: SharedPlanner) => Promise<T>): Promise<T> {
    const { shared, signal } = this;
    if (shared.closed) throw new HeadgateError('CANCELLED', 'the engine is closed');
    const inTurn = () => interruptible(shared.connection, signal, () => work(shared));
    const result = shared.queue.then(inTurn, inTurn);
    shared.queue = result.catch(() => undefined);
    return result;
  }
}

/** What every user of one planner shares. */
interface SharedPlanner {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  readonly stubs: Map<string, Stub>;
  queue: Promise<unknown>;
  closed: boolean;
}

function stubFunction(slot: number, stubs: ReadonlyMap<string, Stub>): DuckDBTableFunction {
  return DuckDBTableFunction.create({
    name: `headgate_ref_${slot}`,
    parameterTypes: [VARCHAR],
    supportsProjectionPushdown: true,
    bindFunction: (info) => {
      const stub = stubs.get(String(info.getParameter(0)));
      if (stub === undefined) throw new Error('unknown table stub');
      for (const column of stub.columns) info.addResultColumn(column.name, duckdbTypeOf(column.type));
      info.setCardinality(stub.rowCount, false);
    },
    initFunction: () => undefined,
    mainFunction: (_info, chunk) => {
      chunk.rowCount = 0;
    },
  });
}
