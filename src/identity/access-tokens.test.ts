import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { AccessTokens } from './access-tokens.js';
import type { SigningKeyRecord, SigningKeyRepository } from './repositories.js';
import { SigningKeys } from './signing-keys.js';

const ISSUER = 'https://headgate.test';
const START = Date.UTC(2026, 0, 1);
const CLAIMS = { principalId: 'p1', tokenVersion: 3, familyId: 'f1', scopes: ['query', 'admin'] as const };
const unauthenticated = expect.objectContaining({ code: 'UNAUTHENTICATED' });

/** A store in memory, shared by gateways that hear of no change. */
function memoryKeys(): SigningKeyRepository & { readonly records: SigningKeyRecord[]; lists: number } {
  const records: SigningKeyRecord[] = [];
  return {
    records,
    lists: 0,
    async list(at) {
      this.lists += 1;
      return records.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > at).toReversed();
    },
    async add(key, { newest, expireOthersAt }) {
      if (records.find(({ expiresAt }) => expiresAt === undefined)?.id !== newest) return;
      for (const [i, record] of records.entries())
        records[i] = { ...record, expiresAt: record.expiresAt ?? expireOthersAt };
      records.push(key);
    },
  };
}

let time = START;
const now = () => time;
let repository: ReturnType<typeof memoryKeys>;
let tokens: AccessTokens;

const gateway = (issuer = ISSUER) => new AccessTokens(new SigningKeys(repository, now), issuer, now);
const refused = (token: string, by = tokens) => expect(by.verify(token), token).rejects.toEqual(unauthenticated);

beforeEach(() => {
  time = START;
  repository = memoryKeys();
  tokens = gateway();
});

/** The parts of a token, to be put together again. */
function take(token: string) {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const parse = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: parse(header), payload: parse(payload), signature };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function signed(header: object, payload: object, key: KeyObject): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}

/** Our own key, as one who could read the store would have it. */
async function ownKey(): Promise<KeyObject> {
  const { createPrivateKey } = await import('node:crypto');
  return createPrivateKey({ key: JSON.parse(repository.records.at(-1)?.privateKey ?? ''), format: 'jwk' });
}

it('a token says what was signed, until it expires', async () => {
  const token = await tokens.sign(CLAIMS);
  expect(await tokens.verify(token)).toEqual({ ...CLAIMS, expiresAt: START + 3_600_000 });
  const alone = await tokens.sign({ ...CLAIMS, familyId: undefined });
  expect((await tokens.verify(alone)).familyId).toBeUndefined();
  time += 3_600_000 - 1000;
  await tokens.verify(token);
  time += 1000;
  await expect(tokens.verify(token)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: expect.stringMatching(/expired/),
  });
});

it('a token with any character changed is refused', async () => {
  const token = await tokens.sign(CLAIMS);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=';
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...alphabet), async (at, letter) => {
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      // The last letter of a signature has bits that mean nothing.
      fc.pre(changed !== token && at < token.length - 1);
      await refused(changed);
    }),
    { numRuns: 200 },
  );
});

it('what is no token at all is refused', async () => {
  await tokens.sign(CLAIMS);
  for (const text of ['', '.', '..', 'a.b.c', 'null', '{}', `${'x'.repeat(100_000)}`, 'e30.e30.']) await refused(text);
});

it('a token without a signature, or with one of another kind, is refused', async () => {
  const { header, payload, signature } = take(await tokens.sign(CLAIMS));
  for (const alg of ['none', 'None', 'NONE', '']) {
    await refused(`${encode({ ...header, alg })}.${encode(payload)}.`);
    await refused(`${encode({ ...header, alg })}.${encode(payload)}.${signature}`);
  }
  // The public key, which everybody has, taken for the secret of a symmetric signature.
  const text = `${encode({ ...header, alg: 'HS256' })}.${encode(payload)}`;
  const publicKey = repository.records[0]?.publicKey ?? '';
  await refused(`${text}.${createHmac('sha256', publicKey).update(text).digest('base64url')}`);
});

it('a token that brings its own key is refused', async () => {
  const { header, payload } = take(await tokens.sign(CLAIMS));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' });
  await refused(signed(header, payload, privateKey));
  await refused(signed({ ...header, jwk }, payload, privateKey));
  await refused(signed({ ...header, kid: 'other', jwk }, payload, privateKey));
  const { kid: _, ...anonymous } = header;
  await refused(signed({ ...anonymous, jwk }, payload, privateKey));
});

it('a token must be for this audience, of this type, and have all claims, and may be of any gateway that has the keys', async () => {
  const { header, payload } = take(await tokens.sign(CLAIMS));
  const key = await ownKey();
  await tokens.verify(signed(header, payload, key));
  await refused(signed({ ...header, typ: 'JWT' }, payload, key));
  await refused(signed({ ...header, crit: ['x'], x: 1 }, payload, key));
  await refused(signed(header, { ...payload, aud: 'other' }, key));
  await refused(signed(header, { ...payload, nbf: START / 1000 + 60 }, key));
  for (const name of ['iss', 'aud', 'sub', 'exp', 'iat', 'scope', 'ver']) {
    const { [name]: _, ...rest } = payload;
    await refused(signed(header, rest, key));
  }
  expect(await gateway('https://other.test').verify(await tokens.sign(CLAIMS))).toMatchObject(CLAIMS);
});

it('scopes that this gateway does not know mean nothing', async () => {
  const { header, payload } = take(await tokens.sign(CLAIMS));
  const token = signed(header, { ...payload, scope: 'query everything Admin' }, await ownKey());
  expect((await tokens.verify(token)).scopes).toEqual(['query']);
});

it('a key that another gateway has made is found, and unknown ones do not read the store again and again', async () => {
  const here = gateway();
  await here.sign(CLAIMS);
  time += 5000;
  const other = new SigningKeys(repository, now);
  await other.rotate();
  const token = await new AccessTokens(other, ISSUER, now).sign(CLAIMS);
  await here.verify(token);
  const { header, payload, signature } = take(token);
  const before = repository.lists;
  for (let i = 0; i < 50; i++)
    await refused(`${encode({ ...header, kid: `k${i}` })}.${encode(payload)}.${signature}`, here);
  expect(repository.lists - before).toBeLessThanOrEqual(1);
});

it('a store that fails is not taken for a bad token', async () => {
  const token = await tokens.sign(CLAIMS);
  const broken = { ...repository, list: () => Promise.reject(new Error('store is gone')) };
  await expect(new AccessTokens(new SigningKeys(broken, now), ISSUER, now).verify(token)).rejects.toThrow(
    'store is gone',
  );
});
