import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { decide } from '../../access/decide.js';
import type { Grant } from '../../access/grant.js';
import { LOCAL } from '../../access/local-access.js';
import { makeGrant, makeGrants, makePrincipal } from '../../access/testing/make-access.js';
import { grantRepository } from '../store/grant-repository.js';
import { openStore } from '../store/open-store.js';
import { STORE_KINDS, type TestStore } from '../store/testing/store-kinds.js';
import { emptyStore, openTestIdentity, testClock } from '../testing/identity-under-test.js';
import { openGrantBook } from './grant-book.js';
import type { GrantRepository } from './grant-repository.js';

const ann = makePrincipal();
const orders = { schema: 'demo', table: 'orders' };

/** A store in memory whose lists are answered when the test says so. */
function slowRepository(...first: readonly string[]) {
  let grants = makeGrants(...first);
  let listener = () => {};
  const waiting: (() => void)[] = [];
  let isSlow = false;
  const repository: GrantRepository = {
    list: () => {
      const found = [...grants];
      return isSlow ? new Promise((resolve) => waiting.push(() => resolve(found))) : Promise.resolve(found);
    },
    findIds: async () => new Map(),
    put: () => Promise.reject(new Error('not asked for')),
    remove: () => Promise.reject(new Error('not asked for')),
    onChange(told) {
      listener = told;
      return () => {
        listener = () => {};
      };
    },
  };
  return {
    repository,
    /** Changes and announces, as another gateway does. */
    change(...texts: readonly string[]) {
      grants = makeGrants(...texts);
      listener();
    },
    slow(value: boolean) {
      isSlow = value;
    },
    /** Answers the list that was asked for first. */
    answer: () => waiting.shift()?.(),
    get asked() {
      return waiting.length;
    },
  };
}

const open = (repository: GrantRepository, fileGrants: readonly Grant[] | undefined = []) =>
  openGrantBook({ repository, fileGrants, schemas: () => ['demo', 'shop'] });

describe('a book of grants', () => {
  it('decides by nothing that is older than an announcement', async () => {
    const store = slowRepository('ann R demo');
    const book = await open(store.repository);
    const access = await book.accessOf(ann);
    await access.authorize([orders], 'select');
    store.slow(true);
    store.change();
    const deciding = access.authorize([orders], 'select');
    const asking = book.accessOf(ann);
    store.answer();
    await expect(deciding).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect((await asking).isTableVisible(orders)).toBe(false);
    expect(access.isTableVisible(orders)).toBe(false);
  });

  it('does not decide by what was being read when an announcement came', async () => {
    const store = slowRepository('ann R demo');
    const book = await open(store.repository);
    store.slow(true);
    store.change('ann RW demo');
    const asking = book.current();
    // Its answer is on the way when the grant is revoked.
    store.change();
    const askingLater = book.current();
    store.answer();
    store.answer();
    expect(await askingLater).toEqual({ grants: [], waiting: [] });
    expect(await asking).toEqual({ grants: [], waiting: [] });
  });

  it('keeps what was read last when an earlier reading ends later', async () => {
    const store = slowRepository('ann R demo');
    const book = await open(store.repository);
    const access = await book.accessOf(ann);
    const pending: ((grants: Grant[]) => void)[] = [];
    store.repository.list = () => new Promise((resolve) => pending.push(resolve));
    store.change();
    const first = book.current();
    store.change();
    const second = book.current();
    const [early, late] = pending;
    late?.([]);
    await second;
    early?.([makeGrant('ann R demo')]);
    expect(await first).toEqual({ grants: [], waiting: [] });
    expect(access.isTableVisible(orders)).toBe(false);
  });

  it('fails while the store cannot be read after an announcement, and goes on when it can', async () => {
    const store = slowRepository('ann R demo');
    const book = await open(store.repository);
    const { list } = store.repository;
    store.repository.list = () => Promise.reject(new Error('gone'));
    await book.current();
    store.change('ann R demo');
    await expect(book.current()).rejects.toThrow('gone');
    await expect(book.accessOf(ann)).rejects.toThrow('gone');
    store.repository.list = list;
    expect((await book.current()).grants).toHaveLength(1);
  });

  it('has the default only where the file says nothing of grants', async () => {
    const byDefault = await openGrantBook({
      repository: slowRepository().repository,
      fileGrants: undefined,
      schemas: () => ['demo', 'shop'],
    });
    expect((await byDefault.current()).grants.map(({ id, code }) => [id, code])).toEqual([
      ['default:demo', 'R'],
      ['default:shop', 'R'],
    ]);
    expect((await byDefault.accessOf(LOCAL)).isTableVisible(orders)).toBe(true);
    const none = await open(slowRepository().repository, []);
    expect((await none.accessOf(LOCAL)).isTableVisible(orders)).toBe(false);
  });

  it('tells every decision about a statement', async () => {
    const book = await open(slowRepository('ann R demo').repository);
    const told: unknown[] = [];
    const access = await book.accessOf(ann, (tables, { allowed }) => told.push([tables, allowed]));
    await access.authorize([orders], 'select');
    await access.authorize([orders], 'delete').catch(() => {});
    expect(told).toEqual([
      [[orders], true],
      [[orders], false],
    ]);
  });
});

describe.each(STORE_KINDS.filter(({ available }) => available))('grants on $name', (kind) => {
  let opened: TestStore;
  const clock = testClock();
  const made = { at: new Date(clock.now()), by: 'test' };
  beforeAll(async () => {
    opened = await kind.open();
  });
  afterAll(() => opened.remove());
  beforeEach(() => emptyStore(opened.store));

  async function gateway(fileGrants: readonly Grant[] = [], store = opened.store) {
    const waiting: string[][] = [];
    const repository = grantRepository(store);
    const book = await openGrantBook({
      repository,
      fileGrants,
      schemas: () => ['demo'],
      onWaiting: (grants) => waiting.push(grants.map(({ id }) => id)),
    });
    const identity = await openTestIdentity(store, clock);
    onTestFinished(() => {
      book.close();
      identity.close();
    });
    return { repository, book, identity, waiting };
  }

  it('are added, changed in place, and removed at once', async () => {
    const { repository, book, identity } = await gateway();
    const { client } = await identity.clients.create({ name: 'reports', scopes: [] });
    const group = await identity.groups.create('staff');
    const target = { grantee: { kind: 'principal' as const, id: client.id }, ...orders };
    const first = await repository.put({ ...target, code: 'R' }, made);
    const second = await repository.put({ ...target, code: 'RW' }, made);
    expect(second).toEqual({ ...first, code: 'RW' });
    const wide = await repository.put({ grantee: target.grantee, schema: 'demo', code: 'R' }, made);
    const ofGroup = await repository.put({ ...orders, grantee: { kind: 'group', id: group.id }, code: 'none' }, made);
    const snapshot = await book.current();
    expect(new Set(snapshot.grants)).toEqual(new Set([second, wide, ofGroup]));
    expect(await repository.remove(second.id)).toEqual(second);
    expect((await book.current()).grants).toHaveLength(2);
    // What was handed out does not change.
    expect(snapshot.grants).toHaveLength(3);
    for (const id of [second.id, 'file:1', '']) {
      await expect(repository.remove(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('are one for one target when they are added at once', async () => {
    const { repository, identity } = await gateway();
    const { client } = await identity.clients.create({ name: 'reports', scopes: [] });
    const grant = { grantee: { kind: 'principal' as const, id: client.id }, schema: 'demo' };
    const codes = ['R', 'RW', 'A', 'none', 'W', 'RA'] as const;
    await Promise.all(codes.map((code) => repository.put({ ...grant, code }, made)));
    expect(await repository.list()).toHaveLength(1);
  });

  it('need a grantee that is there, and go with it', async () => {
    const { repository, book, identity } = await gateway();
    const { client } = await identity.clients.create({ name: 'reports', scopes: [] });
    const group = await identity.groups.create('staff');
    for (const grantee of [
      { kind: 'principal', id: group.id },
      { kind: 'group', id: client.id },
      { kind: 'principal', id: 'local' },
    ] as const) {
      await expect(repository.put({ ...orders, grantee, code: 'R' }, made)).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    await repository.put({ ...orders, grantee: { kind: 'principal', id: client.id }, code: 'R' }, made);
    await repository.put({ ...orders, grantee: { kind: 'group', id: group.id }, code: 'R' }, made);
    expect((await book.current()).grants).toHaveLength(2);
    await identity.clients.revoke(client.id);
    expect((await book.current()).grants).toHaveLength(1);
    await identity.groups.remove(group.id);
    expect((await book.current()).grants).toEqual([]);
    const late = repository.put({ ...orders, grantee: { kind: 'principal', id: client.id }, code: 'R' }, made);
    await expect(late).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of the file wait for their grantee, and follow its name', async () => {
    const file = ['client:reports R demo', '@group:Staff RW demo', 'local R demo', 'user:reports A demo'].map(
      (text, i) => ({
        ...makeGrant(text),
        id: `file:${i + 1}`,
        source: 'file' as const,
      }),
    );
    const { book, identity, waiting } = await gateway(file);
    const state = async () => {
      const { grants, waiting: left } = await book.current();
      return { grants: grants.map(({ id, grantee }) => `${id} ${grantee.id}`), waiting: left.map(({ id }) => id) };
    };
    expect(await state()).toEqual({ grants: ['file:3 local'], waiting: ['file:1', 'file:2', 'file:4'] });
    const { client } = await identity.clients.create({ name: 'Reports', scopes: [] });
    const group = await identity.groups.create('staff');
    expect(await state()).toEqual({
      grants: [`file:1 ${client.id}`, `file:2 ${group.id}`, 'file:3 local'],
      waiting: ['file:4'],
    });
    await identity.clients.update(client.id, { name: 'else' });
    expect((await state()).waiting).toEqual(['file:1', 'file:4']);
    await identity.groups.remove(group.id);
    expect((await state()).waiting).toEqual(['file:1', 'file:2', 'file:4']);
    expect(waiting).toEqual([
      ['file:1', 'file:2', 'file:4'],
      ['file:4'],
      ['file:1', 'file:4'],
      ['file:1', 'file:2', 'file:4'],
    ]);
  });

  it('at random decide in the book as a model of them decides', async () => {
    const { repository, book, identity } = await gateway();
    const { client } = await identity.clients.create({ name: 'reports', scopes: [] });
    const group = await identity.groups.create('staff', [client.id]);
    const principal = makePrincipal({ id: client.id, groups: [group.id] });
    const model = new Map<string, Grant>();
    const step = fc.record({
      isGroup: fc.boolean(),
      table: fc.constantFrom(undefined, 'orders', 'items'),
      code: fc.constantFrom('R', 'RA', 'RW', 'A', 'none', 'remove') as fc.Arbitrary<Grant['code'] | 'remove'>,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        for (const { isGroup, table, code } of steps) {
          const key = `${isGroup} ${table}`;
          const target = { schema: 'demo', ...(table === undefined ? {} : { table }) };
          const grantee = isGroup
            ? { kind: 'group' as const, id: group.id }
            : { kind: 'principal' as const, id: client.id };
          const existing = model.get(key);
          if (code !== 'remove') model.set(key, await repository.put({ grantee, ...target, code }, made));
          else if (existing !== undefined) {
            await repository.remove(existing.id);
            model.delete(key);
          }
          const { grants } = await book.current();
          for (const asked of ['orders', 'items', 'others']) {
            for (const one of ['select', 'insert', 'ddl'] as const) {
              const request = { schema: 'demo', table: asked, classes: [one] };
              const expected = decide(principal, request, [...model.values()]).allowed;
              expect(decide(principal, request, grants).allowed).toBe(expected);
            }
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  it.skipIf(kind.name !== 'PostgreSQL')('end within a second at another gateway', async () => {
    const { databaseUrl = '', directory } = opened;
    const store = await openStore({ databaseUrl, directory });
    const here = await gateway();
    const there = await gateway([], store);
    onTestFinished(() => store.close());
    const { client } = await here.identity.clients.create({ name: 'reports', scopes: [] });
    const principal = makePrincipal({ id: client.id, groups: [] });
    const grant = await here.repository.put(
      { ...orders, grantee: { kind: 'principal', id: client.id }, code: 'R' },
      made,
    );
    const access = await there.book.accessOf(principal);
    const isAllowed = () =>
      access.authorize([orders], 'select').then(
        () => true,
        () => false,
      );
    const becomes = async (wanted: boolean) => {
      const began = performance.now();
      while ((await isAllowed()) !== wanted) await new Promise(setImmediate);
      expect(performance.now() - began).toBeLessThan(1000);
    };
    await becomes(true);
    await here.repository.remove(grant.id);
    await expect((await here.book.accessOf(principal)).authorize([orders], 'select')).rejects.toThrow();
    await becomes(false);
  });
});
