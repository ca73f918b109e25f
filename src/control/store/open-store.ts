import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { CamelCasePlugin, Kysely, sql, type Transaction } from 'kysely';
import { migrate } from './migrate.js';
import { openPgliteSessions } from './pglite-sessions.js';
import { type Listener, listenTo } from './postgres-listener.js';
import { postgresSessions } from './postgres-sessions.js';
import type { Sessions } from './sessions.js';
import type { ExecuteResult, Store, Topic } from './store.js';
import { storeDialect } from './store-dialect.js';
import type { StoreTables } from './tables.js';

export interface StoreLocation {
  /** A PostgreSQL 14 or later; without it the store is embedded. */
  readonly databaseUrl?: string;
  /** The state directory of the gateway; the embedded store lives in `store` below it. */
  readonly directory: string;
}

/**
 * Opens the control-plane store and brings its tables up to date. Whoever opens it closes it. Throws STORE_IN_USE when
 * another process has the embedded store, STORE_UNAVAILABLE when it cannot be opened or reached, and STORE_FAILED when its
 * tables come from a newer Headgate.
 */
export async function openStore({ databaseUrl, directory }: StoreLocation): Promise<Store> {
  const sessions =
    databaseUrl === undefined ? await openPgliteSessions(path.join(directory, 'store')) : postgresSessions(databaseUrl);
  const store = new OpenStore(sessions, databaseUrl === undefined ? 'embedded' : 'postgres');
  try {
    await migrate(store.db);
    if (databaseUrl !== undefined) await store.listen(databaseUrl);
    return store;
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

/** The name of PostgreSQL's notification channel. */
const CHANNEL = 'headgate';

class OpenStore implements Store {
  readonly db: Kysely<StoreTables>;
  private readonly listeners = new Set<(topic: Topic) => void>();
  /** Tells our own notifications, which were heard already, from those of other gateways. */
  private readonly origin = randomUUID();
  private listener: Listener | undefined;

  constructor(
    private readonly sessions: Sessions,
    readonly kind: 'embedded' | 'postgres',
  ) {
    const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];
    this.db = new Kysely<StoreTables>({ dialect: storeDialect(sessions), plugins }).withSchema('headgate');
  }

  async listen(databaseUrl: string): Promise<void> {
    this.listener = await listenTo(CHANNEL, databaseUrl, {
      notification: (payload) => {
        const [origin, topic] = payload.split(' ');
        // A gateway of another version may say a topic that this one does not know; nobody here listens for it.
        if (origin !== this.origin) this.tell(topic as Topic);
      },
      gap: () => this.tell('everything'),
    });
  }

  onChange(listener: (topic: Topic) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async change<T>(topic: Topic, work: (transaction: Transaction<StoreTables>) => Promise<T>): Promise<T> {
    const result = await this.db.transaction().execute(async (transaction) => {
      const value = await work(transaction);
      if (this.kind === 'postgres') {
        await sql`select pg_notify(${CHANNEL}, ${`${this.origin} ${topic}`})`.execute(transaction);
      }
      return value;
    });
    this.tell(topic);
    return result;
  }

  async announce(topic: Topic): Promise<void> {
    await this.change(topic, async () => {});
  }

  async inTurn<T>(name: string, work: (transaction: Transaction<StoreTables>) => Promise<T>): Promise<T> {
    return await this.db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`headgate ${name}`}, 0))`.execute(transaction);
      return await work(transaction);
    });
  }

  async execute(text: string, values: readonly unknown[] = []): Promise<ExecuteResult> {
    const session = await this.sessions.acquire();
    let failed = true;
    try {
      const { rows, affectedRows } = await session.query(text, values);
      failed = false;
      return { rows, rowCount: affectedRows };
    } finally {
      // A text of several statements may have failed between its own begin and commit.
      await this.sessions.release(session, failed);
    }
  }

  async close(): Promise<void> {
    this.listeners.clear();
    await this.listener?.close();
    await this.db.destroy();
  }

  private tell(topic: Topic): void {
    for (const listener of this.listeners) listener(topic);
  }
}
