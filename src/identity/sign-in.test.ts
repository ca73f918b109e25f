import { expect, it } from 'vitest';
import type { CredentialRepository, FailureRepository, StoredSecret } from './repositories.js';
import { createSecrets } from './secrets.js';
import type { Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';
import { SignInGuard } from './sign-in-guard.js';

const secrets = await createSecrets();
const known: StoredSecret = { principalId: 'p1', tokenVersion: 0, hash: await secrets.hash('right') };

/** Sign-in over a store that knows the client `known` and the user `known`, and a log of all that it is asked. */
function signIn(matches = secrets.matches) {
  const log: string[] = [];
  const logged = <T>(word: string, value: T): Promise<T> => {
    log.push(word);
    return Promise.resolve(value);
  };
  const find = (name: string) => logged('find', name === 'known' ? known : undefined);
  const credentials: CredentialRepository = {
    findClientSecret: find,
    findPassword: find,
    replace: () => Promise.reject(new Error('not asked for')),
    redeemSetupLink: () => Promise.reject(new Error('not asked for')),
  };
  const none = { count: 0, first: undefined };
  const failures: FailureRepository = {
    add: () => logged('add', undefined),
    count: () => logged('count', { pair: none, name: none, address: none }),
    clear: () => logged('clear', undefined),
  };
  const guard = new SignInGuard(failures, () => 0);
  const counted = {
    hash: secrets.hash,
    matches: (...parameters: Parameters<typeof secrets.matches>) => {
      log.push('match');
      return matches(...parameters);
    },
  };
  // Only what begins a session is used.
  const sessions = { begin: () => logged('begin', {}) } as unknown as Sessions;
  return { log, signIn: new SignIn({ credentials, secrets: counted, guard, sessions }) };
}

it('the same is done for a name that does not exist as for a wrong secret, in the same order', async () => {
  const logs = [];
  for (const name of ['known', 'unknown']) {
    const asClient = signIn();
    await asClient.signIn.checkClient({ clientId: name, clientSecret: 'wrong', address: 'a' }).catch(() => {});
    const asUser = signIn();
    const user = { name, password: 'wrong', address: 'a', withRefreshToken: false };
    await asUser.signIn.user(user).catch(() => {});
    logs.push(asClient.log, asUser.log);
  }
  expect(logs).toEqual(Array.from({ length: 4 }, () => ['count', 'find', 'match', 'add']));
});

it('a check takes its time also when there is nothing to check against', async () => {
  const shortest = async (hash: string | undefined) => {
    let best = Infinity;
    for (let i = 0; i < 7; i++) {
      const began = performance.now();
      await secrets.matches(hash, 'wrong');
      best = Math.min(best, performance.now() - began);
    }
    return best;
  };
  // Skipping the work would take a thousandth of it.
  expect(await shortest(undefined)).toBeGreaterThan((await shortest(known.hash)) / 3);
});

it('no secret fits where none is stored, nor does one that is too long', async () => {
  expect(await secrets.matches(known.hash, 'right')).toBe(true);
  expect(await secrets.matches(undefined, 'right')).toBe(false);
  expect(await secrets.matches(undefined, '')).toBe(false);
  const long = 'x'.repeat(1025);
  expect(await secrets.matches(await secrets.hash(long), long)).toBe(false);
  expect(await secrets.matches(await secrets.hash(''), long)).toBe(false);
});

it('a right secret begins a session, and clears what failed before', async () => {
  const { log, signIn: own } = signIn();
  const client = { clientId: 'known', clientSecret: 'right', address: 'a', withRefreshToken: true };
  await own.client(client);
  expect(log).toEqual(['count', 'find', 'match', 'clear', 'begin']);
});

it('one address that tries many names is closed, and one name that is tried from many addresses', async () => {
  // No secret fits, and finding that out is not what this is about.
  const wrong: typeof secrets.matches = async (_hash, _secret, whenTurn) => {
    whenTurn?.();
    return false;
  };
  const spraying = signIn(wrong).signIn;
  const attempt = (clientId: string, address: string, by = spraying) =>
    by.checkClient({ clientId, clientSecret: 'wrong', address }).catch(({ code }) => code);
  const codes = [];
  for (let i = 0; i < 51; i++) codes.push(await attempt(`name${i}`, '2001:db8:0:1::1'));
  expect(codes.indexOf('RATE_LIMITED')).toBe(50);
  expect(await attempt('other', '2001:db8:0:1:ffff::2')).toBe('RATE_LIMITED');
  expect(await attempt('other', '2001:db8:0:2::1')).toBe('UNAUTHENTICATED');
  const distributed = signIn(wrong).signIn;
  const one = [];
  for (let i = 0; i < 201; i++) one.push(await attempt('known', `192.0.2.${i}`, distributed));
  expect(one.indexOf('RATE_LIMITED')).toBe(200);
});
