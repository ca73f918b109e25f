import type { DuckDBConnection, DuckDBInstance, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api';
import { DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import { plainJsonOfItem, plainJsonOfValue } from '../../dynamodb/plain-json.js';
import type { ResultColumn, RowBatch } from '../result.js';
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

  /** An empty database and a connection for one statement. */
  async openWorkspace(): Promise<Workspace> {
    const name = `stmt_${this.nextWorkspace++}`;
    const connection = await this.instance.connect();
    await connection.run(`ATTACH ':memory:' AS ${name}`);
    return new Workspace(name, connection);
  }

  close(): void {
    this.first.closeSync();
    this.instance.closeSync();
  }
}

/** Staged tables of one statement, and the connection that runs it. One statement at a time. */
export class Workspace {
  private closed: Promise<void> | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private readonly prepared: DuckDBPreparedStatement[] = [];

  constructor(
    /** Name of the attached database: tables are `<name>.main.<table>`. */
    readonly name: string,
    private readonly connection: DuckDBConnection,
  ) {}

  async run(sql: string): Promise<void> {
    await this.track(this.connection.run(sql));
  }

  /** All rows of a small internal query. */
  async rows(sql: string): Promise<RowBatch> {
    const result = await this.track(this.connection.run(sql));
    const batches: RowBatch[] = [];
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      batches.push(readRows(chunk));
    }
    return batches.flat();
  }

  /** A statement with one BLOB parameter, to be run once per page. */
  async prepare(sql: string): Promise<(bytes: Uint8Array) => Promise<void>> {
    const statement = await this.connection.prepare(sql);
    this.prepared.push(statement);
    return async (bytes) => {
      statement.bindBlob(1, bytes);
      await this.track(statement.run());
    };
  }

  /** Runs the statement and streams its rows. */
  async stream(sql: string): Promise<{ columns: readonly ResultColumn[]; batches: AsyncGenerator<RowBatch> }> {
    const result = await this.track(this.connection.stream(sql));
    const columns = result.columnNames().map((name, i) => ({ name, type: resultTypeOf(result.columnType(i)) }));
    return { columns, batches: this.readBatches(result) };
  }

  /** Stops what is running; it then fails with DuckDB's interrupt error. */
  interrupt(): void {
    if (this.closed === undefined) this.connection.interrupt();
  }

  /** Drops everything. Safe to call twice. */
  close(): Promise<void> {
    this.closed ??= this.release();
    return this.closed;
  }

  private async *readBatches(result: DuckDBResult): AsyncGenerator<RowBatch> {
    while (true) {
      const chunk = await this.track(result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      yield readRows(chunk);
    }
  }

  private async release(): Promise<void> {
    await this.running.catch(() => undefined);
    for (const statement of this.prepared) statement.destroySync();
    try {
      await this.connection.run(`DETACH ${this.name}`);
    } finally {
      this.connection.closeSync();
    }
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.running = work;
    return work;
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
