import { type DuckDBConnection, DuckDBTableFunction, VARCHAR } from '@duckdb/node-api';
import type { ColumnType } from '../../catalog/column-type.js';
import { duckdbTypeOf } from './column-types.js';
import { openDuckdb } from './open-duckdb.js';

/** References of one statement at most; one table function is registered for each slot. */
export const MAX_REFERENCES = 64;

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
  private readonly stubs = new Map<string, Stub>();
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly release: () => void,
    /** Words that cannot be column names without quotes. */
    readonly reservedWords: ReadonlySet<string>,
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
        "SET disabled_optimizers='in_clause,statistics_propagation,compressed_materialization,join_filter_pushdown,build_side_probe_side,late_materialization,top_n_window_elimination'",
      ],
    });
    const words = await connection.runAndReadAll(
      "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'",
    );
    const planner = new PlannerDatabase(
      connection,
      () => {
        connection.closeSync();
        instance.closeSync();
      },
      new Set(words.getRows().map(([word]) => String(word))),
    );
    for (let slot = 0; slot < MAX_REFERENCES; slot++) connection.registerTableFunction(planner.stubFunction(slot));
    return planner;
  }

  /** The AST of a text as JSON, or the parser's error in the same form (`{"error":true,...}`). */
  async serialize(sql: string): Promise<string> {
    return this.serially(async () => {
      const reader = await this.connection.runAndReadAll(
        'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)',
        [sql],
      );
      return String(reader.getRows()[0]?.[0]);
    });
  }

  /** `logical_opt` and `physical_plan` of a statement whose tables are `headgate_ref_N('<key>')`. Throws DuckDB's errors. */
  async explain(sql: string, stubs: ReadonlyMap<string, Stub>): Promise<{ logical: string; physical: string }> {
    return this.serially(async () => {
      for (const [key, stub] of stubs) this.stubs.set(key, stub);
      try {
        const reader = await this.connection.runAndReadAll(`EXPLAIN (FORMAT JSON) ${sql}`);
        const plans = new Map(reader.getRows().map(([name, plan]) => [String(name), String(plan)]));
        return { logical: plans.get('logical_opt') ?? '[]', physical: plans.get('physical_plan') ?? '[]' };
      } finally {
        for (const key of stubs.keys()) this.stubs.delete(key);
      }
    });
  }

  async close(): Promise<void> {
    await this.queue.catch(() => undefined);
    this.release();
  }

  private stubFunction(slot: number): DuckDBTableFunction {
    return DuckDBTableFunction.create({
      name: `headgate_ref_${slot}`,
      parameterTypes: [VARCHAR],
      supportsProjectionPushdown: true,
      bindFunction: (info) => {
        const stub = this.stubs.get(String(info.getParameter(0)));
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

  private serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work, work);
    this.queue = result.catch(() => undefined);
    return result;
  }
}
