import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ColumnType } from '../../catalog/column-type.js';
import { ShapeCache } from '../parse/shape-cache.js';
import { duckdbTypeOf } from './column-types.js';
import { interruptible } from './interruptible.js';
import {
  type DuckDBConnection,
  type DuckDBInstance,
  type DuckDBPreparedStatement,
  DuckDBTableFunction,
  VARCHAR,
} from './node-api.js';
import { openDuckdb } from './open-duckdb.js';

/** References of one statement at most; one table function is registered for each slot. */
export const MAX_REFERENCES = 64;

/** What stands before a statement that is explained. */
export const EXPLAIN_PREFIX = 'EXPLAIN (FORMAT JSON) ';

/**
 * `in_clause` would turn an IN list into a join, where the list can no longer be seen; with `unused_columns`, DuckDB 1.5.6
 * cannot serialize plans that have common table expressions. The others only cost time here.
 */
const DISABLED_OPTIMIZERS = [
  'in_clause',
  'unused_columns',
  'statistics_propagation',
  'compressed_materialization',
  'join_filter_pushdown',
  'build_side_probe_side',
  'late_materialization',
  'top_n_window_elimination',
  'join_order',
];

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
    private readonly signal: AbortSignal = new AbortController().signal,
  ) {}

  static async open(tempDirectory: string): Promise<PlannerDatabase> {
    const { instance, connection } = await openDuckdb({
      memoryBytes: 256 * 2 ** 20,
      tempDirectory,
      tempDiskBytes: 0,
      threads: 1,
      settings: [`SET disabled_optimizers='${DISABLED_OPTIMIZERS.join(',')}'`],
    });
    const serializer = await connection.prepare(
      'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)',
    );
    const optimizer = await connection.prepare(
      'SELECT json_serialize_plan($1::VARCHAR, skip_null := true, skip_empty := false, skip_default := true, optimize := true)',
    );
    const shared: SharedPlanner = {
      instance,
      connection,
      serializer,
      optimizer,
      stubs: new Map(),
      shapes: new ShapeCache(),
      queue: Promise.resolve(),
      closed: false,
    };
    for (let slot = 0; slot < MAX_REFERENCES; slot++)
      connection.registerTableFunction(stubFunction(slot, shared.stubs));
    return new PlannerDatabase(shared);
  }

  /** The same planner, for a statement that ends when the signal is aborted: folding constants can take long. */
  within(signal: AbortSignal): PlannerDatabase {
    return new PlannerDatabase(this.shared, signal);
  }

  /** What statements on this planner have parsed to. */
  get shapes(): ShapeCache {
    return this.shared.shapes;
  }

  /** The AST of a text as JSON, or the parser's error in the same form (`{"error":true,...}`). */
  async serialize(sql: string): Promise<string> {
    return this.serially(({ serializer }) => jsonOf(serializer, sql));
  }

  /**
   * The optimized logical plan of a statement whose tables are `headgate_ref_N('<key>')`, as `json_serialize_plan` writes
   * it; or, in the same form, an error (`{"error":true,...}`), of which `explain` throws the details.
   */
  async logicalPlan(sql: string, stubs: ReadonlyMap<string, Stub>): Promise<string> {
    return this.withStubs(stubs, ({ optimizer }) => jsonOf(optimizer, sql));
  }

  /** The names of the columns of a statement over stubs. */
  async columnNames(sql: string, stubs: ReadonlyMap<string, Stub>): Promise<string[]> {
    return this.withStubs(stubs, async ({ connection }) => {
      const statement = await connection.prepare(sql);
      try {
        return Array.from({ length: statement.columnCount }, (_, i) => statement.columnName(i));
      } finally {
        statement.destroySync();
      }
    });
  }

  /** Throws DuckDB's error of a statement over stubs, if it has one; positions in it count EXPLAIN_PREFIX too. */
  async explain(sql: string, stubs: ReadonlyMap<string, Stub>): Promise<void> {
    await this.withStubs(stubs, ({ connection }) => connection.run(`${EXPLAIN_PREFIX}${sql}`));
  }

  private withStubs<T>(stubs: ReadonlyMap<string, Stub>, work: (shared: SharedPlanner) => Promise<T>): Promise<T> {
    return this.serially(async (shared) => {
      for (const [key, stub] of stubs) shared.stubs.set(key, stub);
      try {
        return await work(shared);
      } finally {
        for (const key of stubs.keys()) shared.stubs.delete(key);
      }
    });
  }

  /** Waits for the calls that were made before; later ones fail. Safe to call twice. */
  async close(): Promise<void> {
    const { shared } = this;
    if (shared.closed) return;
    shared.closed = true;
    await shared.queue.catch(() => undefined);
    shared.serializer.destroySync();
    shared.optimizer.destroySync();
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
  /** Both prepared once, because that takes longer than what they do for most statements. */
  readonly serializer: DuckDBPreparedStatement;
  readonly optimizer: DuckDBPreparedStatement;
  readonly stubs: Map<string, Stub>;
  readonly shapes: ShapeCache;
  queue: Promise<unknown>;
  closed: boolean;
}

/** The JSON that a statement of one parameter makes of a text. */
async function jsonOf(statement: DuckDBPreparedStatement, sql: string): Promise<string> {
  statement.bindVarchar(1, sql);
  const chunk = await (await statement.run()).fetchChunk();
  return String(chunk?.getColumnVector(0).getItem(0));
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
