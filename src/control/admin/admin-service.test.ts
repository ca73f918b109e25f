import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeGrant, makePrincipal } from '../../access/testing/make-access.js';
import type { AdminService, Call } from '../../wire/http/contract/http-services.js';
import { STORE_KINDS, type TestStore } from '../store/testing/store-kinds.js';
import { callerOf, openTestControl, type TestControl } from '../testing/control-under-test.js';
import { emptyStore, HOUR_MS, type TestClock, testClock } from '../testing/identity-under-test.js';

const caller = callerOf(makePrincipal({ kind: 'user', id: 'u1', name: 'root', isAdmin: true }));
const call: Call = { requestId: 'r2', address: '192.0.2.1', endpoint: 'POST /v1/auth/token' };
const NOBODY = '00000000-0000-4000-8000-000000000000';
const newClient = { name: 'reports', scopes: ['query' as const], groups: [] };
const newUser = { name: 'ann', isAdmin: false, scopes: ['query' as const], groups: [] };

describe.each(STORE_KINDS.filter(({ available }) => available))('administration on $name', ({ open }) => {
  let opened: TestStore;
  let clock: TestClock;
  let control: TestControl;
  let admin: AdminService;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    await emptyStore(opened.store);
    clock = testClock();
    control = await openTestControl(opened.store, clock);
    admin = control.admin;
    return () => control.close();
  });

  const recorded = () => control.trail.events.map(({ kind, outcome, errorCode }) => [kind, outcome, errorCode]);

  it('makes, changes, lists and removes clients', async () => {
    const group = await admin.createGroup(caller, { name: 'staff', members: [] });
    const { clientSecret, ...client } = await admin.createClient(caller, { ...newClient, groups: [group.id] });
    expect(client).toEqual({
      clientId: expect.any(String),
      name: 'reports',
      scopes: ['query'],
      groups: [group.id],
      status: 'active',
      createdAt: new Date(clock.now()).toISOString(),
    });
    clock.advance(HOUR_MS);
    const credentials = { clientId: client.clientId, clientSecret };
    const { accessToken } = await control.tokens.issue(credentials, call);
    const used = { ...client, lastUsedAt: new Date(clock.now()).toISOString() };
    expect(await admin.listClients(caller, {})).toEqual({ items: [used] });
    const rotated = await admin.rotateSecret(caller, client.clientId);
    expect(rotated).toMatchObject({ ...used, clientSecret: expect.stringMatching(/^hgc_/) });
    await expect(control.identity.authenticate(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(control.tokens.issue(credentials, call)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const change = { name: 'sums', scopes: ['usage:read' as const], groups: [], status: 'disabled' as const };
    expect(await admin.changeClient(caller, client.clientId, change)).toEqual({ ...used, ...change });
    await admin.removeClient(caller, client.clientId);
    expect(await admin.listClients(caller, {})).toEqual({ items: [] });
    for (const id of [client.clientId, NOBODY, 'x']) {
      await expect(admin.removeClient(caller, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(admin.rotateSecret(caller, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(admin.changeClient(caller, id, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('keeps being an administrator and having the scope admin one thing', async () => {
    const { setupToken, ...ann } = await admin.createUser(caller, { ...newUser, isAdmin: true });
    expect(ann).toMatchObject({ isAdmin: true, scopes: ['query', 'admin'], status: 'invited' });
    await control.identity.users.choosePassword(setupToken, 'correct horse battery');
    const bob = await admin.createUser(caller, { ...newUser, name: 'bob', scopes: ['admin'] });
    expect(bob.isAdmin).toBe(true);
    expect(await admin.changeUser(caller, bob.id, { isAdmin: false })).toMatchObject({ isAdmin: false, scopes: [] });
    expect(await admin.changeUser(caller, bob.id, { isAdmin: true })).toMatchObject({
      isAdmin: true,
      scopes: ['admin'],
    });
    expect(await admin.changeUser(caller, bob.id, { scopes: ['query'] })).toMatchObject({ isAdmin: false });
    const contradiction = admin.changeUser(caller, bob.id, { isAdmin: false, scopes: ['admin'] });
    await expect(contradiction).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(admin.changeUser(caller, ann.id, { isAdmin: false })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(admin.removeUser(caller, ann.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await admin.listUsers(caller, {})).items.map(({ name, status }) => [name, status])).toEqual([
      ['ann', 'active'],
      ['bob', 'invited'],
    ]);
  });

  it('changes who is in a group', async () => {
    const { clientId } = await admin.createClient(caller, newClient);
    const group = await admin.createGroup(caller, { name: 'staff', members: [clientId] });
    expect(group.members).toEqual([clientId]);
    expect(await admin.changeGroup(caller, group.id, { members: [] })).toMatchObject({ ...group, members: [] });
    await expect(admin.changeGroup(caller, group.id, { members: [NOBODY] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(admin.changeGroup(caller, NOBODY, { members: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await admin.removeGroup(caller, group.id);
    expect(await admin.listGroups(caller, {})).toEqual({ items: [] });
  });

  it('grants and revokes, which counts at once, and only shows what the file grants', async () => {
    control.close();
    const file = [{ ...makeGrant('client:nobody R demo'), id: 'file:1', source: 'file' as const }];
    control = await openTestControl(opened.store, clock, file);
    admin = control.admin;
    const { clientId } = await admin.createClient(caller, newClient);
    const grantee = { kind: 'principal' as const, id: clientId };
    const grant = await admin.createGrant(caller, { grantee, schema: 'SHOP', table: 'orders', code: 'R' });
    expect(grant).toMatchObject({ grantee, schema: 'Shop', table: 'orders', code: 'R', source: 'store' });
    const orders = { schema: 'Shop', table: 'orders' };
    const access = await control.book.accessOf(makePrincipal({ id: clientId, groups: [] }));
    await access.authorize([orders], 'select');
    expect((await admin.listGrants(caller, {})).items.map(({ id }) => id)).toEqual(['file:1', grant.id]);
    expect((await admin.listGrants(caller, { grantee: clientId })).items).toEqual([grant]);
    expect((await admin.listGrants(caller, { schema: 'DEMO' })).items.map(({ id }) => id)).toEqual(['file:1']);
    await admin.removeGrant(caller, grant.id);
    await expect(access.authorize([orders], 'select')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(admin.removeGrant(caller, grant.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(admin.removeGrant(caller, 'file:1')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    const bad = [
      [{ grantee, schema: 'nowhere', code: 'R' }, 'SCHEMA_NOT_FOUND'],
      [{ grantee, schema: 'demo', table: '*', code: 'R' }, 'REQUEST_INVALID'],
      [{ grantee: { kind: 'group', id: clientId }, schema: 'demo', code: 'R' }, 'NOT_FOUND'],
    ] as const;
    for (const [wrong, code] of bad) await expect(admin.createGrant(caller, wrong)).rejects.toMatchObject({ code });
  });

  it('sets and removes limits', async () => {
    const { clientId } = await admin.createClient(caller, newClient);
    const limits = { maxUnits: 0.5, maxResultBytes: 2 ** 40, requestsPerMinute: 10 };
    expect(await admin.setLimit(caller, clientId, limits)).toEqual({ principal: clientId, limits });
    expect(await control.limits.of(clientId)).toEqual(limits);
    await admin.setLimit(caller, clientId, { timeoutMs: 1 });
    expect(await admin.listLimits(caller, {})).toEqual({ items: [{ principal: clientId, limits: { timeoutMs: 1 } }] });
    await admin.removeLimit(caller, clientId);
    expect(await control.limits.of(clientId)).toEqual({});
    await expect(admin.removeLimit(caller, clientId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(admin.setLimit(caller, NOBODY, limits)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await admin.setLimit(caller, clientId, limits);
    await admin.removeClient(caller, clientId);
    expect(await admin.listLimits(caller, {})).toEqual({ items: [] });
  });

  it('explains decisions by name or id, for what exists and what does not', async () => {
    const { clientId } = await admin.createClient(caller, newClient);
    const group = await admin.createGroup(caller, { name: 'staff', members: [clientId] });
    await admin.createGrant(caller, { grantee: { kind: 'group', id: group.id }, schema: 'demo', code: 'RA' });
    const why = (principal: string, verb: string, table?: string, schema = 'demo') =>
      admin.why(caller, { principal, verb, schema, table });
    for (const principal of ['REPORTS', 'client:reports', clientId]) {
      const answer = await why(principal, 'SELECT', 'nobody_knows_it');
      expect(answer).toMatchObject({ allowed: true, text: expect.stringContaining('group staff') });
      expect(answer.grants).toHaveLength(1);
    }
    expect(await why('reports', 'PutItem', 'orders')).toMatchObject({
      allowed: true,
      text: expect.stringMatching(/attribute_not_exists/),
    });
    expect(await why('reports', 'delete')).toMatchObject({ allowed: false });
    expect(await why('reports', 'Scan', 'x', 'nowhere')).toMatchObject({
      allowed: false,
      text: expect.stringMatching(/No schema/),
      grants: [],
    });
    await admin.changeClient(caller, clientId, { status: 'disabled' });
    expect((await why('reports', 'Query')).text).toMatch(/disabled/);
    await expect(why('nobody', 'Query')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(why('reports', 'ExecuteStatement')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await admin.createUser(caller, { ...newUser, name: 'reports' });
    await expect(why('reports', 'Query')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await why('user:reports', 'Query')).allowed).toBe(false);
    expect((await why('local', 'Query')).allowed).toBe(false);
  });

  it('gives lists page by page, none of which repeats or skips what stays', async () => {
    const names = ['b', 'A', 'd', 'C', 'e', 'f', 'g'];
    for (const name of names) await admin.createGroup(caller, { name, members: [] });
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await admin.listGroups(caller, { limit: 2, nextToken });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ name }) => name));
      nextToken = page.nextToken;
      // One that was seen goes and one that comes earlier is made: neither moves the others.
      if (seen.length === 2) {
        await admin.removeGroup(caller, page.items[0]?.id ?? '');
        await admin.createGroup(caller, { name: 'a0', members: [] });
      }
    } while (nextToken !== undefined);
    expect(seen).toEqual(['A', 'b', 'C', 'd', 'e', 'f', 'g']);
    for (const token of ['x', '', Buffer.from('{}').toString('base64url')]) {
      await expect(admin.listGroups(caller, { nextToken: token })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    }
  });

  describe('audit', () => {
    it('records every change before it is made and before it is answered, with its failures', async () => {
      const { clientId, clientSecret } = await admin.createClient(caller, newClient);
      await expect(admin.createClient(caller, newClient)).rejects.toMatchObject({ code: 'CONFLICT' });
      const grantee = { kind: 'principal' as const, id: clientId };
      const grant = await admin.createGrant(caller, { grantee, schema: 'demo', table: 'orders', code: 'R' });
      await admin.removeGrant(caller, grant.id);
      const { setupToken } = await admin.createUser(caller, newUser);
      expect(recorded()).toEqual([
        ['client.create', 'begun', undefined],
        ['client.create', 'ok', undefined],
        ['client.create', 'begun', undefined],
        ['client.create', 'failed', 'CONFLICT'],
        ['grant.create', 'begun', undefined],
        ['grant.create', 'ok', undefined],
        ['grant.remove', 'begun', undefined],
        ['grant.remove', 'ok', undefined],
        ['user.create', 'begun', undefined],
        ['user.create', 'ok', undefined],
      ]);
      const created = control.trail.events[5];
      expect(created).toMatchObject({
        requestId: 'r1',
        principal: { kind: 'user', id: 'u1', name: 'root' },
        frontEnd: 'http',
        tables: ['demo.orders'],
        subject: `R on demo.orders (${grant.id}) for principal ${clientId}`,
      });
      expect(Object.keys(created?.principal ?? {})).toEqual(['kind', 'id', 'name']);
      const text = JSON.stringify(control.trail.events);
      for (const secret of [clientSecret, setupToken]) expect(text).not.toContain(secret);
    });

    it('changes nothing that cannot be recorded', async () => {
      const { clientId } = await admin.createClient(caller, newClient);
      const failure = new Error('the trail is gone');
      control.trail.fail(failure);
      const grantee = { kind: 'principal' as const, id: clientId };
      for (const act of [
        () => admin.createClient(caller, { ...newClient, name: 'other' }),
        () => admin.changeClient(caller, clientId, { scopes: ['admin'] }),
        () => admin.rotateSecret(caller, clientId),
        () => admin.removeClient(caller, clientId),
        () => admin.createUser(caller, newUser),
        () => admin.createGroup(caller, { name: 'staff', members: [] }),
        () => admin.createGrant(caller, { grantee, schema: 'demo', code: 'R' }),
        () => admin.setLimit(caller, clientId, { maxRows: 1 }),
      ]) {
        await expect(act()).rejects.toBe(failure);
      }
      control.trail.fail(undefined);
      expect((await admin.listClients(caller, {})).items).toMatchObject([{ clientId, scopes: ['query'] }]);
      expect((await admin.listUsers(caller, {})).items).toEqual([]);
      expect((await admin.listGroups(caller, {})).items).toEqual([]);
      expect((await admin.listGrants(caller, {})).items).toEqual([]);
      expect((await admin.listLimits(caller, {})).items).toEqual([]);
    });
  });

  describe('tokens', () => {
    it('are given to clients and refreshed, each of which is recorded', async () => {
      const client = await admin.createClient(caller, newClient);
      const other = await admin.createClient(caller, { ...newClient, name: 'other' });
      control.trail.events.length = 0;
      const issued = await control.tokens.issue(client, call);
      expect(issued).toMatchObject({ expiresInSeconds: 3600, scopes: ['query'] });
      await control.identity.authenticate(issued.accessToken);
      const refreshed = await control.tokens.refresh(issued.refreshToken, call, client);
      await expect(control.tokens.refresh(refreshed.refreshToken, call, other)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
      await control.tokens.refresh(refreshed.refreshToken, call);
      expect(recorded()).toEqual([
        ['token.issue', 'ok', undefined],
        ['token.refresh', 'ok', undefined],
        ['token.refresh', 'failed', 'UNAUTHENTICATED'],
        ['token.refresh', 'ok', undefined],
      ]);
      expect(control.trail.events[0]?.principal).toEqual({ kind: 'client', id: client.clientId, name: 'reports' });
      const text = JSON.stringify(control.trail.events);
      for (const secret of [client.clientSecret, issued.accessToken, issued.refreshToken])
        expect(text).not.toContain(secret);
      expect((await control.tokens.keys()).keys).toEqual([expect.not.objectContaining({ d: expect.anything() })]);
    });

    it('are not given when that cannot be recorded', async () => {
      const client = await admin.createClient(caller, newClient);
      control.trail.fail(new Error('the trail is gone'));
      await expect(control.tokens.issue(client, call)).rejects.toThrow('the trail is gone');
    });

    it('that are refused are recorded without what was sent, until sign-in is closed', async () => {
      const wrong = { clientId: 'my-password-by-mistake', clientSecret: 'wrong' };
      const codes = [];
      for (let i = 0; i < 8; i++) codes.push(await control.tokens.issue(wrong, call).catch(({ code }) => code));
      expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(3);
      expect(control.trail.events).toHaveLength(5);
      expect(control.trail.events[0]).toMatchObject({ decision: 'refused', errorCode: 'UNAUTHENTICATED' });
      expect(JSON.stringify(control.trail.events)).not.toContain('password');
    });
  });

  it('is the same at two gateways of one store', async () => {
    const other = await openTestControl(opened.store, clock);
    onTestFinished(() => other.close());
    const { clientId } = await admin.createClient(caller, newClient);
    await admin.setLimit(caller, clientId, { maxRows: 1 });
    expect((await other.admin.listClients(caller, {})).items).toHaveLength(1);
    expect(await other.limits.of(clientId)).toEqual({ maxRows: 1 });
  });
});
