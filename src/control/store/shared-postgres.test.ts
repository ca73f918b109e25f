import { Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from './migrate.js';
import { openStore } from './open-store.js';
import { postgresSessions } from './postgres-sessions.js';
import type { Store, Topic } from './store.js';
import { storeDialect } from './store-dialect.js';
import { findPostgres, type RealPostgres, startPostgres } from './testing/real-postgres.js';

const bin = findPostgres();

describe.skipIf(bin === undefined)('stores of several gateways on one PostgreSQL', () => {
  let postgres: RealPostgres;
  beforeAll(async () => {
    postgres = await startPostgres(bin ?? '');
  });
  afterAll(() => postgres.stop());

  async function open(databaseUrl: string): Promise<Store> {
    const store = await openStore({ databaseUrl, directory: '/nowhere' });
    onTestFinished(() => store.close());
    return store;
  }

  it('migrate once when they start at the same moment', async () => {
    const url = await postgres.newDatabase();
    const stores = await Promise.all(Array.from({ length: 8 }, () => open(url)));
    const { rows } = await sql`select number, name from headgate.migrations`.execute(stores[0]?.db ?? fail());
    expect(rows).toEqual([{ number: 1, name: 'first-tables' }]);
  });

  it('change nothing when a migration fails, and refuse the tables of a newer Headgate', async () => {
    const url = await postgres.newDatabase();
    const db = new Kysely<object>({ dialect: storeDialect(postgresSessions(url)) });
    onTestFinished(() => db.destroy());
    const good = {
      number: 1,
      name: 'good',
      statements: 'create table headgate.a (b int); create table headgate.c (d int)',
    };
    const bad = { number: 2, name: 'bad', statements: 'create table headgate.e (f int); select 1/0' };
    await expect(migrate(db, [good, bad])).rejects.toMatchObject({ code: 'STORE_FAILED' });
    const schemas = await sql`select 1 from pg_namespace where nspname = 'headgate'`.execute(db);
    expect(schemas.rows).toEqual([]);
    await migrate(db, [good, { ...bad, statements: 'create table headgate.e (f int)' }]);
    await migrate(db, [good, bad]);
    await expect(migrate(db, [good])).rejects.toMatchObject({
      code: 'STORE_FAILED',
      detail: expect.stringMatching(/migration 2/),
    });
  });

  it('need no right to create schemas once the schema is there', async () => {
    const url = await postgres.newDatabase();
    const owner = await open(url);
    await owner.execute('create role plain login; grant usage on schema headgate to plain');
    await owner.execute('grant all on all tables in schema headgate to plain');
    const plain = await open(url.replace('headgate@', 'plain@'));
    expect(await plain.db.selectFrom('settings').selectAll().execute()).toEqual([]);
  });

  it('hear of each other’s changes within a second, and not of their own twice', async () => {
    const url = await postgres.newDatabase();
    const [a, b] = [await open(url), await open(url)];
    const heardByA = topics(a);
    const heardByB = topics(b);
    const start = performance.now();
    await a.change('grants', async () => {});
    await heardByB.until('grants');
    expect(performance.now() - start).toBeLessThan(1000);
    await b.announce('limits');
    await heardByA.until('limits');
    expect(heardByA.all).toEqual(['grants', 'limits']);
  });

  it('hear nothing of a change that was rolled back', async () => {
    const url = await postgres.newDatabase();
    const [a, b] = [await open(url), await open(url)];
    const heard = topics(b);
    const failing = a.change('grants', async (transaction) => {
      await sql`select 1/0`.execute(transaction);
    });
    await expect(failing).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await a.announce('limits');
    await heard.until('limits');
    expect(heard.all).toEqual(['limits']);
  });

  it('forget everything when the connection they listen on is lost, and go on listening', async () => {
    const url = await postgres.newDatabase();
    const [a, b] = [await open(url), await open(url)];
    const heard = topics(b);
    const start = performance.now();
    await a.execute("select pg_terminate_backend(pid) from pg_stat_activity where query ~ '^(listen|select 1$)'");
    await heard.until('everything');
    expect(performance.now() - start).toBeLessThan(1000);
    // It may still be connecting; until then `everything` stands for this change too.
    while (!heard.all.includes('grants')) {
      await a.announce('grants');
      await new Promise(setImmediate);
    }
  });

  it('say that the store is out of reach when it is', async () => {
    const location = { databaseUrl: 'postgresql://nobody@127.0.0.1:1/x', directory: '/nowhere' };
    await expect(openStore(location)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      hint: expect.stringMatching(/HEADGATE_DATABASE_URL/),
    });
    const missing = (await postgres.newDatabase()).replace('/test_', '/missing_');
    await expect(openStore({ ...location, databaseUrl: missing })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

function fail(): never {
  throw new Error('No store was opened.');
}

/** What a store hears from now on. */
function topics(store: Store): { readonly all: Topic[]; until(topic: Topic): Promise<void> } {
  const all: Topic[] = [];
  const waiting = new Set<() => void>();
  store.onChange((topic) => {
    all.push(topic);
    for (const wake of waiting) wake();
  });
  return {
    all,
    until: (topic) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!all.includes(topic)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
