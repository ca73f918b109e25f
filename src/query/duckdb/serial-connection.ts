import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { RowBatch } from '../result.js';
import { interruptible } from './interruptible.js';
import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from './node-api.js';
import { readRows } from './result-values.js';
import { runOnWorkers } from './run-on-workers.js';
import type { Slots } from './slots.js';

/**
 * A connection that does one call after the other, however many are asked for at once, because DuckDB would keep a thread
 * waiting for each. Once the signal is aborted, what runs is interrupted and nothing more begins.
 */
export class SerialConnection {
  private last: Promise<unknown> = Promise.resolve();
  private closed: Promise<void> | undefined;
  private inTransaction = false;
  private readonly prepared: DuckDBPreparedStatement[] = [];

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly signal: AbortSignal,
    /** For a lane: the calls of all that share these wait for a free one. */
    private readonly slots?: Slots,
  ) {}

  /** No call begins any more, and the end of a stream is not that of its rows. */
  get isOver(): boolean {
    return this.signal.aborted || this.closed !== undefined;
  }

  async run(sql: string): Promise<void> {
    await this.call((connection) => connection.run(sql));
  }

  /** All rows of a small internal query, which may have one BLOB parameter. */
  async rows(sql: string, bytes?: Uint8Array): Promise<RowBatch> {
    return this.call(async (connection) => {
      const statement = await connection.prepare(sql);
      try {
        if (bytes !== undefined) statement.bindBlob(1, bytes);
        return await allRows(await statement.run());
      } finally {
        statement.destroySync();
      }
    });
  }

  /** A statement with one BLOB parameter, to be run many times; gives the number of rows that it wrote. */
  async prepare(sql: string): Promise<(bytes: Uint8Array) => Promise<number>> {
    const statement = await this.call(async (connection) => {
      const made = await connection.prepare(sql);
      this.prepared.push(made);
      return made;
    });
    return (bytes) =>
      this.call(async () => {
        statement.bindBlob(1, bytes);
        // Pages are long work, beside which the poll of its state is nothing; what is short is sooner done at once.
        const result = this.slots === undefined ? await statement.run() : await runOnWorkers(statement);
        return result.rowsChanged;
      });
  }

  async begin(): Promise<void> {
    await this.run('BEGIN');
    this.inTransaction = true;
  }

  async commit(): Promise<void> {
    await this.run('COMMIT');
    this.inTransaction = false;
  }

  /** Commits, and has the database keep its rows as it would write them to disk: in a fraction of the memory. */
  async pack(database: string): Promise<void> {
    await this.commit();
    await this.run(`CHECKPOINT ${database}`);
    await this.begin();
  }

  async rollBack(): Promise<void> {
    await this.call((connection) => this.undo(connection));
  }

  /** Does what the others have no name for. Throws CANCELLED once the connection is closed. */
  call<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const turn = this.last.then(async () => {
      this.refuseWhenClosed();
      return this.slots === undefined ? this.now(work) : this.slots.use(() => this.now(work));
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Waits for the call that runs, then drops what is not committed. Safe to call twice. */
  close(lastly?: (connection: DuckDBConnection) => Promise<unknown>): Promise<void> {
    this.closed ??= this.release(lastly);
    return this.closed;
  }

  private now<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    this.refuseWhenClosed();
    return interruptible(this.connection, this.signal, () => work(this.connection));
  }

  private refuseWhenClosed(): void {
    if (this.closed !== undefined) throw new HeadgateError('CANCELLED', 'the statement was closed');
  }

  private async undo(connection: DuckDBConnection): Promise<void> {
    if (!this.inTransaction) return;
    this.inTransaction = false;
    await connection.run('ROLLBACK');
  }

  private async release(lastly: (connection: DuckDBConnection) => Promise<unknown> = async () => undefined) {
    await this.last;
    for (const statement of this.prepared) statement.destroySync();
    try {
      await this.undo(this.connection);
      await lastly(this.connection);
    } finally {
      this.connection.closeSync();
    }
  }
}

async function allRows(result: DuckDBResult): Promise<RowBatch> {
  const batches: RowBatch[] = [];
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    batches.push(await readRows(chunk));
  }
  return batches.flat();
}
