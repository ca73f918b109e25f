import { Client, type ClientConfig, Pool, type PoolClient, type QueryResult, types } from 'pg';
import { COLUMN_PARSERS } from './column-parsers.js';
import type { Answer, Session, Sessions } from './sessions.js';

/** A pool of connections to a PostgreSQL; the first is made when it is needed. */
export function postgresSessions(databaseUrl: string): Sessions {
  const pool = new Pool({ ...settings(databaseUrl), max: POOL_MAX, connectionTimeoutMillis: CONNECT_PATIENCE_MS });
  // An idle connection that is lost has left the pool already; the next statement gets another one.
  pool.on('error', () => {});
  const clients = new WeakMap<Session, PoolClient>();
  return {
    async acquire() {
      const client = await pool.connect();
      const session: Session = { query: async (text, values) => toAnswer(await client.query(text, [...values])) };
      clients.set(session, client);
      return session;
    },
    async release(session, broken = false) {
      clients.get(session)?.release(broken);
    },
    close: () => pool.end(),
  };
}

/** A connection outside the pool, not yet connected. A statement on it that takes longer than `patienceMs` fails. */
export function postgresClient(databaseUrl: string, patienceMs: number): Client {
  return new Client({
    ...settings(databaseUrl),
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
}

const POOL_MAX = 10;
const CONNECT_PATIENCE_MS = 10_000;

function settings(databaseUrl: string): ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: 'headgate',
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: string) =>
        COLUMN_PARSERS[oid] ?? types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text'),
    },
  };
}

/** `pg` gives an array of results for a text of several statements, which its types do not say. */
function toAnswer(result: QueryResult | QueryResult[]): Answer {
  const results = Array.isArray(result) ? result : [result];
  return { rows: results.flatMap(({ rows }) => rows), affectedRows: results.at(-1)?.rowCount ?? 0 };
}
