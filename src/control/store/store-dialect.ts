import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { Session, Sessions } from './sessions.js';
import { storeError } from './store-error.js';

/** Kysely's PostgreSQL over our sessions, so that both kinds of store have one path and one kind of error. */
export function storeDialect(sessions: Sessions): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new StoreDriver(sessions),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class StoreDriver implements Driver {
  constructor(private readonly sessions: Sessions) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<StoreConnection> {
    return new StoreConnection(await this.sessions.acquire().catch(rethrow));
  }

  async beginTransaction(connection: StoreConnection, settings: TransactionSettings): Promise<void> {
    const level = settings.isolationLevel;
    await connection.run(level === undefined ? 'begin' : `begin isolation level ${level}`);
  }

  async commitTransaction(connection: StoreConnection): Promise<void> {
    await connection.run('commit');
  }

  async rollbackTransaction(connection: StoreConnection): Promise<void> {
    await connection.run('rollback').catch(() => {
      // The connection is gone and its transaction with it; the error before this one says why.
      connection.broken = true;
    });
  }

  async releaseConnection(connection: StoreConnection): Promise<void> {
    await this.sessions.release(connection.session, connection.broken);
  }

  async destroy(): Promise<void> {
    await this.sessions.close();
  }
}

class StoreConnection implements DatabaseConnection {
  broken = false;

  constructor(readonly session: Session) {}

  async run(text: string): Promise<void> {
    await this.executeQuery(CompiledQuery.raw(text));
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const answer = await this.session.query(sql, parameters).catch(rethrow);
    // Kysely's contract: the driver cannot know the row type, the query builder does.
    return { rows: answer.rows as R[], numAffectedRows: BigInt(answer.affectedRows) };
  }

  // Kysely asks for it; whoever needs many rows pages by key, which works on both kinds of store.
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}

function rethrow(cause: unknown): never {
  throw storeError(cause);
}
