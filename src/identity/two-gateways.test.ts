import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../control/store/open-store.js';
import { STORE_KINDS, type TestStore } from '../control/store/testing/store-kinds.js';
import { emptyStore, openTestIdentity, testClock } from '../control/testing/identity-under-test.js';
import type { Identity } from './create-identity.js';

const shared = STORE_KINDS.find(({ name }) => name === 'PostgreSQL');

describe.skipIf(shared?.available !== true)('identity at two gateways of one PostgreSQL', () => {
  let opened: TestStore;
  let here: Identity;
  let there: Identity;
  const clock = testClock();
  beforeAll(async () => {
    opened = (await shared?.open()) ?? fail();
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    await emptyStore(opened.store);
    const { databaseUrl = '', directory } = opened;
    const store = await openStore({ databaseUrl, directory });
    here = await openTestIdentity(opened.store, clock);
    there = await openTestIdentity(store, clock);
    onTestFinished(async () => {
      here.close();
      there.close();
      await store.close();
    });
  });

  async function signedIn() {
    const { client, clientSecret } = await here.clients.create({ name: 'reports', scopes: ['query'] });
    const signIn = { clientId: client.id, clientSecret, address: '192.0.2.1', withRefreshToken: true };
    const tokens = await here.signIn.client(signIn);
    await here.authenticate(tokens.accessToken);
    await there.authenticate(tokens.accessToken);
    return { id: client.id, ...tokens };
  }

  /** Asks as fast as it can, and returns how long the token went on working there. */
  async function untilRefusedThere(accessToken: string): Promise<number> {
    const began = performance.now();
    for (;;) {
      const code = await there.authenticate(accessToken).then(
        () => 'valid',
        (error) => error.code,
      );
      if (code === 'UNAUTHENTICATED') return performance.now() - began;
      expect(code).toBe('valid');
      await new Promise(setImmediate);
    }
  }

  it('ends tokens at once where it was revoked, and within a second at the other', async () => {
    for (const revoke of [
      ({ id }: { id: string }) => here.clients.revoke(id),
      ({ id }: { id: string }) => here.clients.update(id, { status: 'disabled' }),
      ({ id }: { id: string }) => here.endSessions(id),
      ({ refreshToken = '' }: { refreshToken?: string | undefined }) => here.signOut(refreshToken),
    ]) {
      await emptyStore(opened.store);
      const session = await signedIn();
      await revoke(session);
      await expect(here.authenticate(session.accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(await untilRefusedThere(session.accessToken)).toBeLessThan(1000);
    }
  });

  it('notices at one a refresh token that was used at the other', async () => {
    const { refreshToken = '' } = await signedIn();
    const [a, b] = await Promise.allSettled([here.refresh(refreshToken), there.refresh(refreshToken)]);
    expect([a?.status, b?.status].sort()).toEqual(['fulfilled', 'rejected']);
    const given = [a, b].flatMap((each) => (each?.status === 'fulfilled' ? [each.value.accessToken] : []));
    expect(await untilRefusedThere(given[0] ?? '')).toBeLessThan(1000);
  });

  it('verifies tokens of a key that the other has just made', async () => {
    await signedIn();
    await there.rotateSigningKey();
    const { client, clientSecret } = await there.clients.create({ name: 'other', scopes: ['query'] });
    const signIn = { clientId: client.id, clientSecret, address: '192.0.2.1', withRefreshToken: false };
    const { accessToken } = await there.signIn.client(signIn);
    const began = performance.now();
    while ((await here.authenticate(accessToken).catch(() => undefined)) === undefined) {
      expect(performance.now() - began).toBeLessThan(1000);
      await new Promise(setImmediate);
    }
  });
});

function fail(): never {
  throw new Error('PostgreSQL is not installed.');
}
