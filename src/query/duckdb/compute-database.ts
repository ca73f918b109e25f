import type { ResultColumn, RowBatch } from '../result.js';
import { inBackground } from './background-threads.js';
import type { DuckDBConnection, DuckDBInstance, DuckDBResult } from './node-api.js';
import { type DuckdbSettings, openDuckdb } from './open-duckdb.js';
import { resultTypeOf } from './result-types.js';
import { readRows } from './result-values.js';
import { SerialConnection } from './serial-connection.js';
import { Slots } from './slots.js';

/** The DuckDB that holds staged rows and runs statements; each statement has a workspace of its own. */
export class ComputeDatabase {
  private nextWorkspace = 1;
  private readonly lanes: Lanes;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly first: DuckDBConnection,
    threads: number,
  ) {
    // Two for each thread: while the end of one page is noticed and the next one begun, there is another to work on.
    const atOnce = Math.min(2 * threads, MOST_LANES);
    this.lanes = { atOnce, slots: new Slots(atOnce), connect: () => this.instance.connect() };
  }

  static async open(settings: DuckdbSettings): Promise<ComputeDatabase> {
    // DuckDB counts the thread that asks as one of them, which only waits while rows are staged.
    const { instance, connection } = await inBackground(() =>
      openDuckdb({
        ...settings,
        threads: settings.threads + 1,
        settings: [`SET disabled_optimizers='${UNSOUND_OPTIMIZERS.join(',')}'`],
      }),
    );
    return new ComputeDatabase(instance, connection, settings.threads);
  }

  /**
   * A connection for one statement, and a database of its own once it stages something. Once the signal is aborted, what
   * runs is interrupted and nothing more begins; the workspace is still to be closed.
   */
  async openWorkspace(signal: AbortSignal): Promise<Workspace> {
    const name = `stmt_${this.nextWorkspace++}`;
    return new Workspace(name, new SerialConnection(await this.instance.connect(), signal), {
      ...this.lanes,
      signal,
    });
  }

  close(): void {
    this.first.closeSync();
    this.instance.closeSync();
  }
}

/**
 * DuckDB 1.5.6 lets the keys of a join's build side filter the rows below a LIMIT of its other side, when threads meet in
 * that order: other rows are then the first ones (duckdb/duckdb#22924, mended by #22963 in later versions).
 */
const UNSOUND_OPTIMIZERS = ['join_filter_pushdown'];

/** Each lane may come to hold one of the threads that Node has for everything that is not JavaScript: 16 of them, or 4. */
const MOST_LANES = 8;

interface Lanes {
  /** How many of them work at once, of all statements together. */
  readonly atOnce: number;
  readonly slots: Slots;
  readonly connect: () => Promise<DuckDBConnection>;
}

/** One of several connections that fill tables side by side, each in its own database. */
export interface Lane {
  /** Name of the database: tables are `<database>.main.<table>`, and seen by all once they are committed. */
  readonly database: string;
  readonly connection: SerialConnection;
}

/** The rows that a stream gave are not all; the reason is lost, and `runForErrors` finds it. */
export class BrokenStreamError extends Error {}

/** Staged tables of one statement, and the connections that fill and read them. Calls may be made side by side. */
export class Workspace {
  private closed: Promise<void> | undefined;
  private attached: Promise<void> | undefined;
  private readonly opened: Promise<Lane>[] = [];
  private readonly databases: string[] = [];

  constructor(
    /** Name of the attached database: tables are `<name>.main.<table>`. */
    readonly name: string,
    private readonly main: SerialConnection,
    private readonly lanes: Lanes & { readonly signal: AbortSignal },
  ) {}

  /** How many lanes are of use to one table. */
  get laneCount(): number {
    return this.lanes.atOnce;
  }

  /** Makes the database for tables that are not filled by lanes, before the first of them. Safe to call again. */
  async attach(): Promise<void> {
    this.attached ??= this.main.call((connection) => this.attachAs(this.name, connection));
    await this.attached;
  }

  /** A further connection with a database of its own, to be filled beside the others. The workspace closes both. */
  async openLane(): Promise<Lane> {
    const { connect, signal, slots } = this.lanes;
    const database = `${this.name}_lane_${this.opened.length}`;
    // The main connection says whether the workspace is still open.
    const lane = this.main.call(async (connection) => {
      await this.attachAs(database, connection);
      return { database, connection: new SerialConnection(await connect(), signal, slots) };
    });
    this.opened.push(lane);
    return lane;
  }

  run(sql: string): Promise<void> {
    return this.main.run(sql);
  }

  /** All rows of a small internal query. */
  rows(sql: string): Promise<RowBatch> {
    return this.main.rows(sql);
  }

  /** A statement with one BLOB parameter, to be run many times. */
  prepare(sql: string): Promise<(bytes: Uint8Array) => Promise<number>> {
    return this.main.prepare(sql);
  }

  /** The columns that a query gives, without running it. */
  columns(sql: string): Promise<readonly ResultColumn[]> {
    return this.main.call(async (connection) => {
      const statement = await connection.prepare(sql);
      try {
        return Array.from({ length: statement.columnCount }, (_, i) => ({
          name: statement.columnName(i),
          type: resultTypeOf(statement.columnType(i)),
        }));
      } finally {
        statement.destroySync();
      }
    });
  }

  /**
   * Runs the statement and streams its rows; nothing else may run until they are taken. At an error in the middle DuckDB's
   * client ends the stream as if it were whole; here a `BrokenStreamError` follows the rows then.
   */
  async stream(sql: string): Promise<{ columns: readonly ResultColumn[]; batches: AsyncGenerator<RowBatch> }> {
    await this.main.begin();
    const result = await this.main.call((connection) => connection.stream(sql));
    const columns = result.columnNames().map((name, i) => ({ name, type: resultTypeOf(result.columnType(i)) }));
    return { columns, batches: this.wholeStream(result) };
  }

  /** Runs the statement without giving its rows; throws DuckDB's error with offsets in `EXPLAIN ANALYZE <sql>`. */
  async runForErrors(sql: string): Promise<void> {
    await this.run(`EXPLAIN ANALYZE ${sql}`);
  }

  /** Waits for the calls that run, then drops everything. Safe to call twice. */
  close(): Promise<void> {
    this.closed ??= this.release();
    return this.closed;
  }

  private async *wholeStream(result: DuckDBResult): AsyncGenerator<RowBatch> {
    while (true) {
      const chunk = await this.main.call(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) break;
      yield await readRows(chunk);
    }
    try {
      // Every error of a statement that runs makes its transaction refuse further ones.
      await this.run('SELECT 1');
    } catch (cause) {
      if (this.main.isOver) throw cause;
      await this.main.rollBack();
      throw new BrokenStreamError('the statement failed while its rows were read', { cause });
    }
  }

  private async release(): Promise<void> {
    const lanes = Promise.allSettled(this.opened.map(async (lane) => (await lane).connection.close()));
    await this.main.close(async (connection) => {
      await lanes;
      for (const database of this.databases) await connection.run(`DETACH DATABASE IF EXISTS ${database}`);
    });
  }

  private async attachAs(name: string, connection: DuckDBConnection): Promise<void> {
    this.databases.push(name);
    await connection.run(`ATTACH ':memory:' AS ${name}`);
  }
}
