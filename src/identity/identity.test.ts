import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Scope } from '../access/principal.js';
import { STORE_KINDS, type TestStore } from '../control/store/testing/store-kinds.js';
import {
  DAY_MS,
  emptyStore,
  HOUR_MS,
  openTestIdentity,
  type TestClock,
  testClock,
} from '../control/testing/identity-under-test.js';
import type { Identity } from './create-identity.js';

const ADDRESS = '192.0.2.1';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const unauthenticated = expect.objectContaining({ code: 'UNAUTHENTICATED' });

describe.each(STORE_KINDS.filter(({ available }) => available))('identity on $name', ({ open }) => {
  let opened: TestStore;
  let clock: TestClock;
  let identity: Identity;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    await emptyStore(opened.store);
    clock = testClock();
    identity = await openTestIdentity(opened.store, clock);
    return () => identity.close();
  });

  async function newClient(name = 'reports', scopes: readonly Scope[] = ['query', 'usage:read']) {
    const { client, clientSecret } = await identity.clients.create({ name, scopes });
    const credentials = { clientId: client.id, clientSecret, address: ADDRESS };
    const signIn = () => identity.signIn.client({ ...credentials, withRefreshToken: true });
    return { ...credentials, signIn };
  }

  async function newUser(name: string, scopes: readonly Scope[]) {
    const { user, token } = await identity.users.create({ name, scopes });
    await identity.users.choosePassword(token, 'correct horse battery');
    return user.id;
  }

  const refused = (bearer: string) => expect(identity.authenticate(bearer)).rejects.toEqual(unauthenticated);

  describe('tokens', () => {
    it('say who asks, with the scopes that both the token and the principal have', async () => {
      const { signIn, ...credentials } = await newClient();
      const all = await signIn();
      expect(await identity.authenticate(all.accessToken)).toMatchObject({
        kind: 'client',
        id: credentials.clientId,
        name: 'reports',
        groups: [],
        scopes: new Set(['query', 'usage:read']),
        isAdmin: false,
      });
      const few = await identity.signIn.client({ ...credentials, scopes: ['query'], withRefreshToken: false });
      expect(few.refreshToken).toBeUndefined();
      expect((await identity.authenticate(few.accessToken)).scopes).toEqual(new Set(['query']));
      const asking = identity.signIn.client({ ...credentials, scopes: ['admin'], withRefreshToken: true });
      await expect(asking).rejects.toMatchObject({ code: 'SCOPE_MISSING' });
      await identity.clients.update(credentials.clientId, { scopes: ['usage:read'] });
      expect((await identity.authenticate(few.accessToken)).scopes).toEqual(new Set());
    });

    it('expire after an hour, and are replaced by a refresh for up to three months of use', async () => {
      const { signIn } = await newClient();
      let tokens = await signIn();
      const first = tokens.accessToken;
      clock.advance(HOUR_MS - 1000);
      await identity.authenticate(first);
      clock.advance(1000);
      await refused(first);
      for (let month = 0; month < 3; month++) {
        clock.advance(29 * DAY_MS);
        tokens = await identity.refresh(tokens.refreshToken ?? '');
        await identity.authenticate(tokens.accessToken);
      }
      clock.advance(4 * DAY_MS);
      await expect(identity.refresh(tokens.refreshToken ?? '')).rejects.toEqual(unauthenticated);
    });

    it('cannot be refreshed after a month without use', async () => {
      const { signIn } = await newClient();
      const { refreshToken = '' } = await signIn();
      clock.advance(30 * DAY_MS);
      await expect(identity.refresh(refreshToken)).rejects.toEqual(unauthenticated);
    });

    it('all end when a refresh token is used twice, also those that came from it', async () => {
      const { signIn } = await newClient();
      const other = await signIn();
      const first = await signIn();
      const second = await identity.refresh(first.refreshToken ?? '');
      await identity.authenticate(second.accessToken);
      await expect(identity.refresh(first.refreshToken ?? '')).rejects.toMatchObject({
        message: expect.stringMatching(/used before/),
      });
      await refused(first.accessToken);
      await refused(second.accessToken);
      await expect(identity.refresh(second.refreshToken ?? '')).rejects.toEqual(unauthenticated);
      // Another session of the same client goes on.
      await identity.authenticate(other.accessToken);
    });

    it('are given once when a refresh token is used several times at once, and then the session ends', async () => {
      const { signIn } = await newClient();
      const { refreshToken = '' } = await signIn();
      const all = await Promise.allSettled(Array.from({ length: 6 }, () => identity.refresh(refreshToken)));
      const given = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(given).toHaveLength(1);
      await refused(given[0]?.accessToken ?? '');
    });

    it('are not spent by another client', async () => {
      const mine = await newClient('mine');
      const other = await newClient('other');
      const { refreshToken = '' } = await mine.signIn();
      await expect(identity.refresh(refreshToken, other.clientId)).rejects.toEqual(unauthenticated);
      await identity.refresh(refreshToken, mine.clientId);
    });

    it('end by signing out, and what is no token makes nobody forget anything', async () => {
      const { signIn } = await newClient();
      const { accessToken, refreshToken = '' } = await signIn();
      await identity.authenticate(accessToken);
      const heard: string[] = [];
      const stop = opened.store.onChange((topic) => heard.push(topic));
      await identity.signOut('hgr_no-such-token');
      expect(heard).toEqual([]);
      await identity.signOut(refreshToken);
      await identity.signOut(refreshToken);
      stop();
      expect(heard).toEqual(['identity']);
      await refused(accessToken);
    });
  });

  describe('clients', () => {
    it('end at once with their tokens and their secret, and leave their name to others', async () => {
      const { signIn, clientId } = await newClient('Reports');
      const { accessToken, refreshToken = '' } = await signIn();
      await identity.authenticate(accessToken);
      await expect(newClient('REPORTS')).rejects.toMatchObject({ code: 'CONFLICT' });
      await identity.clients.revoke(clientId);
      await refused(accessToken);
      await expect(identity.refresh(refreshToken)).rejects.toEqual(unauthenticated);
      await expect(signIn()).rejects.toEqual(unauthenticated);
      await expect(identity.clients.revoke(clientId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await newClient('REPORTS');
    });

    it('can be disabled, which ends their sessions, and enabled again', async () => {
      const { signIn, clientId } = await newClient();
      const before = await signIn();
      await identity.authenticate(before.accessToken);
      expect(await identity.clients.update(clientId, { status: 'disabled' })).toMatchObject({ status: 'disabled' });
      await refused(before.accessToken);
      await expect(identity.refresh(before.refreshToken ?? '')).rejects.toEqual(unauthenticated);
      await expect(signIn()).rejects.toEqual(unauthenticated);
      expect(await identity.clients.update(clientId, { status: 'active' })).toMatchObject({ status: 'active' });
      await refused(before.accessToken);
      await expect(identity.refresh(before.refreshToken ?? '')).rejects.toEqual(unauthenticated);
      await identity.authenticate((await signIn()).accessToken);
    });

    it('get a new secret, with which the old one and its tokens end', async () => {
      const { signIn, ...old } = await newClient();
      const { accessToken } = await signIn();
      const { clientSecret } = await identity.clients.replaceSecret(old.clientId);
      await refused(accessToken);
      await expect(signIn()).rejects.toEqual(unauthenticated);
      await identity.signIn.client({ ...old, clientSecret, withRefreshToken: true });
    });

    it('get no lasting session by a secret that is replaced while it is checked', async () => {
      const { clientId, clientSecret: firstSecret } = await newClient();
      let secret = firstSecret;
      for (let round = 0; round < 5; round++) {
        const signIn = { clientId, clientSecret: secret, address: ADDRESS, withRefreshToken: true };
        const signingIn = Promise.allSettled([identity.signIn.client(signIn), identity.signIn.client(signIn)]);
        secret = (await identity.clients.replaceSecret(clientId)).clientSecret;
        for (const outcome of await signingIn) {
          if (outcome.status === 'rejected') continue;
          await refused(outcome.value.accessToken);
          await expect(identity.refresh(outcome.value.refreshToken ?? '')).rejects.toEqual(unauthenticated);
        }
      }
    });

    it('show when they last got tokens', async () => {
      const { signIn, clientId } = await newClient();
      const lastUsedAt = async () => (await identity.clients.find(clientId)).lastUsedAt;
      expect(await lastUsedAt()).toBeUndefined();
      clock.advance(HOUR_MS);
      await signIn();
      expect(await lastUsedAt()).toEqual(new Date(clock.now()));
    });
  });

  describe('sign-in', () => {
    it('closes for a name and an address after five failures, for a while, and only there', async () => {
      const { signIn, ...good } = await newClient();
      const wrong = () => identity.signIn.checkClient({ ...good, clientSecret: 'wrong' });
      for (let i = 0; i < 5; i++) await expect(wrong()).rejects.toEqual(unauthenticated);
      await expect(signIn()).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 300 });
      await identity.signIn.checkClient({ ...good, address: '192.0.2.2' });
      // Another gateway of the store knows of it too.
      const other = await openTestIdentity(opened.store, clock);
      const elsewhere = other.signIn.checkClient(good);
      await expect(elsewhere).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      other.close();
      clock.advance(300_000);
      await signIn();
    });

    it('is closed for a burst that comes at once, too', async () => {
      const { signIn: _, ...good } = await newClient();
      const burst = Array.from({ length: 20 }, () => identity.signIn.checkClient({ ...good, clientSecret: 'wrong' }));
      const codes = (await Promise.allSettled(burst)).map((one) =>
        one.status === 'rejected' ? one.reason.code : 'in',
      );
      // Five, and as many more as are checked at the same moment.
      expect(codes.filter((code) => code === 'UNAUTHENTICATED').length).toBeLessThanOrEqual(7);
      expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThanOrEqual(13);
    });

    it('forgives slips once the right secret has come', async () => {
      const { signIn, ...good } = await newClient();
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 4; i++) {
          await expect(identity.signIn.checkClient({ ...good, clientSecret: 'wrong' })).rejects.toEqual(
            unauthenticated,
          );
        }
        await signIn();
      }
    });

    it('answers for a name that does not exist as for a wrong secret, and for what is no id', async () => {
      const { signIn: _, ...good } = await newClient();
      const errors = [];
      for (const clientId of [good.clientId, NOBODY, "'; drop table principals", 'a\0b', '']) {
        const attempt = identity.signIn.checkClient({ clientId, clientSecret: 'wrong', address: ADDRESS });
        errors.push(await attempt.catch(({ code, message, hint }) => ({ code, message, hint })));
      }
      expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1);
      const user = identity.signIn.user({ name: 'a\0b', password: 'x', address: ADDRESS, withRefreshToken: false });
      await expect(user).rejects.toEqual(unauthenticated);
    });
  });

  describe('users', () => {
    const signIn = (name: string, password: string) =>
      identity.signIn.user({ name, password, address: ADDRESS, withRefreshToken: true });

    it('choose their password by a link that works once and for a day', async () => {
      const { user, token } = await identity.users.create({ name: 'Ann', scopes: ['query'] });
      expect(user).toMatchObject({ name: 'Ann', status: 'invited' });
      await expect(identity.users.choosePassword(token, 'short')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
      expect(await identity.users.choosePassword(token, 'correct horse battery')).toBe(user.id);
      expect(await identity.users.find(user.id)).toMatchObject({ status: 'active' });
      await signIn('aNN', 'correct horse battery');
      await expect(identity.users.choosePassword(token, 'another horse battery')).rejects.toEqual(unauthenticated);

      const late = await identity.users.newSetupLink(user.id);
      clock.advance(DAY_MS);
      await expect(identity.users.choosePassword(late.token, 'another horse battery')).rejects.toEqual(unauthenticated);
      await signIn('ann', 'correct horse battery');
    });

    it('lose their sessions when they choose a new password, and only the newest link works', async () => {
      const id = await newUser('ann', ['query']);
      const { accessToken } = await signIn('ann', 'correct horse battery');
      const first = await identity.users.newSetupLink(id);
      const second = await identity.users.newSetupLink(id);
      await identity.authenticate(accessToken);
      await expect(identity.users.choosePassword(first.token, 'another horse battery')).rejects.toEqual(
        unauthenticated,
      );
      await identity.users.choosePassword(second.token, 'another horse battery');
      await refused(accessToken);
      await expect(signIn('ann', 'correct horse battery')).rejects.toEqual(unauthenticated);
      await signIn('ann', 'another horse battery');
    });

    it('set one password when a link is used several times at once', async () => {
      const { token } = await identity.users.create({ name: 'ann', scopes: [] });
      const passwords = Array.from({ length: 4 }, (_, i) => `correct horse battery ${i}`);
      const outcomes = await Promise.allSettled(passwords.map((each) => identity.users.choosePassword(token, each)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const chosen = passwords[outcomes.findIndex(({ status }) => status === 'fulfilled')] ?? '';
      await signIn('ann', chosen);
    });

    it('end with their password and link', async () => {
      const id = await newUser('ann', ['query']);
      const { token } = await identity.users.newSetupLink(id);
      const { accessToken } = await signIn('ann', 'correct horse battery');
      await identity.users.revoke(id);
      await refused(accessToken);
      await expect(identity.users.choosePassword(token, 'another horse battery')).rejects.toEqual(unauthenticated);
      await expect(signIn('ann', 'correct horse battery')).rejects.toEqual(unauthenticated);
      await expect(identity.clients.revoke(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });

  describe('administrators', () => {
    const conflict = expect.objectContaining({ code: 'CONFLICT' });

    it('begin with a link for the first, as long as there is none who can sign in', async () => {
      const first = await identity.users.firstAdministrator();
      const second = await identity.users.firstAdministrator();
      await expect(identity.users.choosePassword(first?.token ?? '', 'correct horse battery')).rejects.toEqual(
        unauthenticated,
      );
      await identity.users.choosePassword(second?.token ?? '', 'correct horse battery');
      expect(await identity.users.firstAdministrator()).toBeUndefined();
      const { accessToken } = await identity.signIn.user({
        name: 'admin',
        password: 'correct horse battery',
        address: ADDRESS,
        withRefreshToken: false,
      });
      expect(await identity.authenticate(accessToken)).toMatchObject({ isAdmin: true, name: 'admin' });
    });

    it('get one link when gateways start at once', async () => {
      const links = await Promise.all([identity.users.firstAdministrator(), identity.users.firstAdministrator()]);
      expect(new Set(links.map((link) => link?.user.id)).size).toBe(1);
      expect(await identity.users.list()).toHaveLength(1);
    });

    it('are made again of a user called admin that is none, when nobody can manage', async () => {
      await identity.users.create({ name: 'Admin', scopes: ['query'] });
      const link = await identity.users.firstAdministrator();
      expect(link?.user).toMatchObject({ name: 'Admin', scopes: expect.arrayContaining(['admin']) });
    });

    it('cannot remove, disable or demote the last who can sign in; an invited one does not count', async () => {
      const ann = await newUser('ann', ['admin']);
      const invited = await identity.users.create({ name: 'bob', scopes: ['admin'] });
      await expect(identity.users.revoke(ann)).rejects.toEqual(conflict);
      await expect(identity.users.update(ann, { scopes: ['query'] })).rejects.toEqual(conflict);
      await expect(identity.users.update(ann, { status: 'disabled' })).rejects.toEqual(conflict);
      expect(await identity.users.find(ann)).toMatchObject({ scopes: ['admin'], status: 'active' });
      await identity.users.choosePassword(invited.token, 'correct horse battery');
      await identity.users.revoke(ann);
      await expect(identity.users.revoke(invited.user.id)).rejects.toEqual(conflict);
      const { clientId } = await newClient('robot', ['admin']);
      await identity.users.revoke(invited.user.id);
      await expect(identity.clients.revoke(clientId)).rejects.toEqual(conflict);
    });

    it('stay one when two remove each other at the same moment', async () => {
      for (const remove of [
        (id: string) => identity.users.revoke(id),
        (id: string) => identity.users.update(id, { scopes: [] }),
        (id: string) => identity.users.update(id, { status: 'disabled' }),
      ]) {
        await emptyStore(opened.store);
        const ids = [await newUser('ann', ['admin']), await newUser('bob', ['admin'])];
        const outcomes = await Promise.allSettled(ids.map((id) => remove(id)));
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(await identity.users.firstAdministrator()).toBeUndefined();
      }
    });
  });

  describe('groups', () => {
    it('count at once for tokens that are there', async () => {
      const { signIn, clientId } = await newClient();
      const { accessToken } = await signIn();
      const groupsNow = async () => (await identity.authenticate(accessToken)).groups;
      expect(await groupsNow()).toEqual([]);
      const { id } = await identity.groups.create('staff', [clientId]);
      expect(await groupsNow()).toEqual([id]);
      await identity.groups.setMembers(id, []);
      expect(await groupsNow()).toEqual([]);
      await identity.groups.addMember(id, clientId);
      await identity.groups.addMember(id, clientId);
      expect(await groupsNow()).toEqual([id]);
      await identity.clients.update(clientId, { groups: [] });
      expect(await groupsNow()).toEqual([]);
      await identity.clients.update(clientId, { groups: [id] });
      await identity.groups.remove(id);
      expect(await groupsNow()).toEqual([]);
    });

    it('are changed whole or not at all', async () => {
      const { clientId } = await newClient();
      const { id } = await identity.groups.create('staff', [clientId]);
      for (const missing of [NOBODY, 'no id', '']) {
        const notFound = { code: 'NOT_FOUND' };
        await expect(identity.groups.setMembers(id, [missing])).rejects.toMatchObject(notFound);
        await expect(identity.groups.create('more', [clientId, missing])).rejects.toMatchObject(notFound);
        await expect(identity.groups.addMember(missing, clientId)).rejects.toMatchObject(notFound);
        await expect(identity.groups.removeMember(id, missing)).rejects.toMatchObject(notFound);
        const change = { name: 'renamed', groups: [id, missing] };
        await expect(identity.clients.update(clientId, change)).rejects.toMatchObject(notFound);
        const client = { name: 'another', scopes: [], groups: [missing] };
        await expect(identity.clients.create(client)).rejects.toMatchObject(notFound);
      }
      expect(await identity.groups.list()).toMatchObject([{ name: 'staff', members: [clientId] }]);
      expect(await identity.clients.list()).toMatchObject([{ name: 'reports', groups: [id] }]);
      await expect(identity.groups.create('STAFF')).rejects.toMatchObject({ code: 'CONFLICT' });
    });
  });

  describe('signing keys', () => {
    it('can be changed while tokens of the one before go on working until they expire', async () => {
      const { signIn } = await newClient();
      const before = await signIn();
      const newest = await identity.rotateSigningKey();
      const after = await signIn();
      expect(kidOf(after.accessToken)).toBe(newest);
      expect(kidOf(before.accessToken)).not.toBe(newest);
      await identity.authenticate(before.accessToken);
      await identity.authenticate(after.accessToken);
      const { keys } = await identity.jwks();
      expect(keys.map(({ kid }) => kid).sort()).toEqual([kidOf(before.accessToken), newest].sort());
      expect(keys.every((key) => !('d' in key))).toBe(true);
    });

    it('are replaced by themselves every month, and forgotten when no token of theirs can be valid', async () => {
      const { signIn } = await newClient();
      const first = kidOf((await signIn()).accessToken);
      clock.advance(31 * DAY_MS);
      const second = kidOf((await signIn()).accessToken);
      expect(second).not.toBe(first);
      clock.advance(3 * HOUR_MS);
      const fresh = await openTestIdentity(opened.store, clock);
      expect((await fresh.jwks()).keys.map(({ kid }) => kid)).toEqual([second]);
      fresh.close();
    });

    it('are made once when several need the first at the same moment', async () => {
      const { signIn } = await newClient();
      const all = await Promise.all(Array.from({ length: 4 }, signIn));
      expect(new Set(all.map(({ accessToken }) => kidOf(accessToken))).size).toBe(1);
      for (const { accessToken } of all) await identity.authenticate(accessToken);
    });
  });
});

function kidOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
}
