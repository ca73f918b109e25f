import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from './open-store.js';
import type { Topic } from './store.js';
import { isUniqueViolation } from './store-error.js';
import { STORE_KINDS, type TestStore } from './testing/store-kinds.js';

describe.each(STORE_KINDS.filter(({ available }) => available))('a store on $name', ({ open }) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());

  it('keeps numbers, dates and text exactly', async () => {
    const { db } = opened.store;
    const row = {
      day: '2026-02-28',
      principalId: 'p',
      schemaName: 's',
      tableName: 'Ünïcode "t"',
      requests: Number.MAX_SAFE_INTEGER,
      rows: 0,
      bytes: 3,
      readUnits: 0.5,
      writeUnits: 1e15 + 0.5,
      dollars: '12345678901234567890.123456789012345678',
    };
    await db.insertInto('usageSums').values(row).execute();
    expect(await db.selectFrom('usageSums').selectAll().where('principalId', '=', 'p').execute()).toEqual([row]);
  });

  it('refuses an int8 that is no exact number instead of rounding it', async () => {
    await expect(opened.store.execute('select 9007199254740993::int8 as n')).rejects.toThrow(/9007199254740993/);
    expect((await opened.store.execute('select 9007199254740991::int8 as n')).rows).toEqual([{ n: 9007199254740991 }]);
  });

  it('keeps arrays, times to the millisecond, and JSON as it was written', async () => {
    const { db } = opened.store;
    const at = new Date('2026-02-03T04:05:06.789Z');
    const values = {
      sequence: 1,
      at,
      requestId: 'r',
      principalId: 'p',
      principalKind: 'client',
      principalName: 'n',
      frontEnd: 'http',
      kind: 'select',
      statement: "select 'it''s'",
      subject: 'R on s.a',
      tables: ['s.a', 's."b,c"'],
      verbs: [],
      decision: 'allowed' as const,
      decidedBy: '{"z":1,"a":{"y":2,"b":null}}',
      accessPaths: '[]',
      spent: '[{"dollars":0.1}]',
      readUnits: 1.5,
      writeUnits: 0,
      rows: 1,
      bytes: 2,
      durationMs: 3.25,
      outcome: 'ok',
      errorCode: null,
      roleSession: null,
      previousHash: '',
      hash: 'h',
    };
    await db.insertInto('auditRecords').values(values).execute();
    const row = await db.selectFrom('auditRecords').selectAll().executeTakeFirstOrThrow();
    expect(row).toEqual({
      ...values,
      decidedBy: { z: 1, a: { y: 2, b: null } },
      accessPaths: [],
      spent: [{ dollars: 0.1 }],
    });
    expect(JSON.stringify(row.decidedBy)).toBe(values.decidedBy);
  });

  it('rolls back a transaction that fails, and says which row existed already', async () => {
    const { db } = opened.store;
    const setting = { name: 'once', value: '1', changedAt: new Date() };
    await db.insertInto('settings').values(setting).execute();
    const work = db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('settings')
        .values({ ...setting, name: 'twice' })
        .execute();
      await transaction.insertInto('settings').values(setting).execute();
    });
    const error = await work.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'STORE_FAILED' });
    expect(isUniqueViolation(error)).toBe(true);
    const names = await db.selectFrom('settings').select('name').where('name', '=', 'twice').execute();
    expect(names).toEqual([]);
  });

  it('runs several statements at once, and leaves no transaction open when one of them fails', async () => {
    const { store } = opened;
    const { rows } = await store.execute('begin; select 1 as a; select 2 as b; commit');
    expect(rows).toEqual([{ a: 1 }, { b: 2 }]);
    await expect(store.execute('begin; select 1/0; commit')).rejects.toMatchObject({ code: '22012' });
    // More statements than the pool has connections, so that a spoilt one would be met.
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.execute('select $1::int as n', [7])));
    expect(answers.map(({ rows }) => rows)).toEqual(answers.map(() => [{ n: 7 }]));
  });

  it('tells listeners of a change before it is acknowledged, and not of one that failed', async () => {
    const { store } = opened;
    const heard: Topic[] = [];
    const stop = store.onChange((topic) => heard.push(topic));
    await store.change('grants', async () => {});
    expect(heard).toEqual(['grants']);
    const failing = store.change('limits', async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await store.announce('settings');
    stop();
    await store.announce('identity');
    expect(heard).toEqual(['grants', 'settings']);
  });

  it('lets work of one name run in turn', async () => {
    const { store } = opened;
    const append = (): Promise<void> =>
      store.inTurn('count', async (transaction) => {
        const row = await transaction
          .selectFrom('settings')
          .select('value')
          .where('name', '=', 'count')
          .executeTakeFirst();
        const setting = { name: 'count', value: String(Number(row?.value ?? 0) + 1), changedAt: new Date() };
        await transaction
          .insertInto('settings')
          .values(setting)
          .onConflict((conflict) => conflict.column('name').doUpdateSet(setting))
          .execute();
      });
    await Promise.all(Array.from({ length: 50 }, append));
    const row = await store.db.selectFrom('settings').select('value').where('name', '=', 'count').executeTakeFirst();
    expect(row).toEqual({ value: '50' });
  });

  it('keeps what it has when it is closed and opened again', async () => {
    const { store, directory, databaseUrl } = opened;
    await store.db.insertInto('settings').values({ name: 'kept', value: 'yes', changedAt: new Date() }).execute();
    await store.close();
    const again = await openStore(databaseUrl === undefined ? { directory } : { directory, databaseUrl });
    const row = await again.db.selectFrom('settings').select('value').where('name', '=', 'kept').executeTakeFirst();
    await again.close();
    expect(row).toEqual({ value: 'yes' });
  });
});
