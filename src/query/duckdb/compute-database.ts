import { HeadgateError } from '../../base/errors/headgate-error.js';
import { plainJsonOfItem, plainJsonOfValue } from '../../dynamodb/plain-json.js';
import type { ResultColumn, RowBatch } from '../result.js';
import { interruptible } from './interruptible.js';
import type { DuckDBConnection, DuckDBInstance, DuckDBPreparedStatement, DuckDBResult } from './node-api.js';
import { DuckDBScalarFunction, VARCHAR } from './node-api.js';
import { type DuckdbSettings, openDuckdb } from './open-duckdb.js';
import { resultTypeOf } from './result-types.js';
import { readRows } from './result-values.js';

/** Names of the functions that turn DynamoDB JSON text into plain JSON text, for `_item` and columns of mixed types. */
export const PLAIN_ITEM = 'headgate_plain_item';
export const PLAIN_VALUE = 'headgate_plain_value';

/** The DuckDB that holds staged rows and runs statements; each statement has a workspace of its own. */
export class ComputeDatabase {
  private nextWorkspace = 1;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly first: DuckDBConnection,
  ) {}

  static async open(settings: DuckdbSettings): Promise<ComputeDatabase> {
    const { instance, connection } = await openDuckdb(settings);
    connection.registerScalarFunction(textFunction(PLAIN_ITEM, plainJsonOfItem));
    connection.registerScalarFunction(textFunction(PLAIN_VALUE, plainJsonOfValue));
    return new ComputeDatabase(instance, connection);
  }

  /**
   * A connection for one statement, and a database of its own once it stages something. Once the signal is aborted, what
   * runs is interrupted and nothing more begins; the workspace is still to be closed.
   */
  async openWorkspace(signal: AbortSignal): Promise<Workspace> {
    return new Workspace(`stmt_${this.nextWorkspace++}`, await this.instance.connect(), signal);
  }

  close(): void {
    this.first.closeSync();
    this.instance.closeSync();
  }
}

/** The rows that a stream gave are not all; the reason is lost, and `runForErrors` finds it. */
export class BrokenStreamError extends Error {}

/** Staged tables of one statement, and the connection that runs it. One call after the other. */
export class Workspace {
  private closed: Promise<void> | undefined;
  private attached: Promise<void> | undefined;
  private inTransaction = false;
  private running: Promise<unknown> = Promise.resolve();
  private readonly prepared: DuckDBPreparedStatement[] = [];

  constructor(
    /** Name of the attached database: tables are `<name>.main.<table>`. */
    readonly name: string,
    private readonly connection: DuckDBConnection,
    private readonly signal: AbortSignal,
  ) {}

  /** Makes the database that holds staged tables, before the first of them. Safe to call again. */
  async attach(): Promise<void> {
    this.attached ??= this.run(`ATTACH ':memory:' AS ${this.name}`);
    await this.attached;
  }

  async run(sql: string): Promise<void> {
    await this.during(() => this.connection.run(sql));
  }

  /** All rows of a small internal query. */
  async rows(sql: string): Promise<RowBatch> {
    const result = await this.during(() => this.connection.run(sql));
    const batches: RowBatch[] = [];
    for await (const batch of this.readBatches(result)) batches.push(batch);
    return batches.flat();
  }

  /** A statement with one BLOB parameter, to be run once per page. */
  async prepare(sql: string): Promise<(bytes: Uint8Array) => Promise<void>> {
    const statement = await this.during(() => this.connection.prepare(sql));
    this.prepared.push(statement);
    return async (bytes) => {
      await this.during(() => {
        statement.bindBlob(1, bytes);
        return statement.run();
      });
    };
  }

  /** The columns that a query gives, without running it. */
  async columns(sql: string): Promise<readonly ResultColumn[]> {
    const statement = await this.during(() => this.connection.prepare(sql));
    try {
      return Array.from({ length: statement.columnCount }, (_, i) => ({
        name: statement.columnName(i),
        type: resultTypeOf(statement.columnType(i)),
      }));
    } finally {
      statement.destroySync();
    }
  }

  /**
   * Runs the statement and streams its rows. At an error in the middle DuckDB's client ends the stream as if it were
   * whole; here a `BrokenStreamError` follows the rows then.
   */
  async stream(sql: string): Promise<{ columns: readonly ResultColumn[]; batches: AsyncGenerator<RowBatch> }> {
    await this.run('BEGIN');
    this.inTransaction = true;
    const result = await this.during(() => this.connection.stream(sql));
    const columns = result.columnNames().map((name, i) => ({ name, type: resultTypeOf(result.columnType(i)) }));
    return { columns, batches: this.wholeStream(result) };
  }

  /** Runs the statement without giving its rows; throws DuckDB's error with offsets in `EXPLAIN ANALYZE <sql>`. */
  async runForErrors(sql: string): Promise<void> {
    await this.run(`EXPLAIN ANALYZE ${sql}`);
  }

  /** Waits for the call that runs, then drops everything. Safe to call twice. */
  close(): Promise<void> {
    this.closed ??= this.release();
    return this.closed;
  }

  private async *wholeStream(result: DuckDBResult): AsyncGenerator<RowBatch> {
    yield* this.readBatches(result);
    try {
      // Every error of a statement that runs makes its transaction refuse further ones.
      await this.run('SELECT 1');
    } catch (cause) {
      if (this.signal.aborted || this.closed !== undefined) throw cause;
      await this.rollBack();
      throw new BrokenStreamError('the statement failed while its rows were read', { cause });
    }
  }

  private async rollBack(): Promise<void> {
    if (!this.inTransaction) return;
    this.inTransaction = false;
    this.running = this.connection.run('ROLLBACK');
    await this.running;
  }

  private async *readBatches(result: DuckDBResult): AsyncGenerator<RowBatch> {
    while (true) {
      const chunk = await this.during(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      yield readRows(chunk);
    }
  }

  private async release(): Promise<void> {
    await this.running.catch(() => undefined);
    for (const statement of this.prepared) statement.destroySync();
    try {
      if (this.attached !== undefined) {
        await this.rollBack();
        await this.connection.run(`DETACH DATABASE IF EXISTS ${this.name}`);
      }
    } finally {
      this.connection.closeSync();
    }
  }

  /** A stream whose connection is closed looks like one that has come to its end: that must not pass for the whole result. */
  private during<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed !== undefined) throw new HeadgateError('CANCELLED', 'the statement was closed');
    const running = interruptible(this.connection, this.signal, work);
    this.running = running;
    return running;
  }
}

/** A scalar function of one text; NULL gives NULL. It runs on the event loop, a vector of at most 2048 texts at a time. */
function textFunction(name: string, convert: (text: string) => string | null): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: [VARCHAR],
    returnType: VARCHAR,
    mainFunction: (_info, input, output) => {
      const texts = input.getColumnVector(0);
      for (let row = 0; row < input.rowCount; row++) {
        const text = texts.getItem(row);
        output.setItem(row, text === null ? null : convert(String(text)));
      }
      output.flush();
    },
  });
}
