import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityRepositories } from '../control/store/identity-repositories.js';
import { resealAll } from '../control/store/reseal.js';
import { createSealer } from '../control/store/seal.js';
import { newSealingKey } from '../control/store/sealing-keys.js';
import { STORE_KINDS, type TestStore } from '../control/store/testing/store-kinds.js';
import type { AccessKeyWithSecret } from './access-keys.js';
import { createIdentity, type Identity } from './create-identity.js';
import { signRequest } from './testing/sign-request.js';

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe.each(STORE_KINDS.map((kind) => ({ ...kind, kind })))('access keys in $name', ({ kind, available }) => {
  const key = newSealingKey();
  let store: TestStore;
  let identity: Identity;
  let names = 0;

  beforeAll(async () => {
    if (!available) return;
    store = await kind.open();
    const repositories = identityRepositories(store.store, createSealer([key]));
    identity = await createIdentity({ repositories, issuer: () => 'http://127.0.0.1' });
  }, 180_000);
  afterAll(async () => {
    identity?.close();
    await store?.remove();
  });

  /** Who signed a request with this key, as one of the gateways sees it. */
  async function signer({ accessKeyId, secretAccessKey }: AccessKeyWithSecret, gateway = identity) {
    const headers = signRequest({ body: '', keyId: accessKeyId, secret: secretAccessKey });
    const begun = await gateway.signatures.begin({ method: 'POST', path: '/', rawHeaders: headers.flat() });
    return await begun.finish(EMPTY_HASH);
  }

  async function clientWithKey() {
    names += 1;
    const { client } = await identity.clients.create({ name: `client-${names}`, scopes: ['operations', 'query'] });
    const clientId = client.id;
    const keys = await identity.accessKeys.create(clientId);
    // From now on it is kept in memory.
    await signer(keys);
    return { clientId, keys, keyId: keys.accessKeyId };
  }

  it.skipIf(!available)('are pairs as AWS makes them, several for one client, each with its signature', async () => {
    const { clientId, keys: a } = await clientWithKey();
    const b = await identity.accessKeys.create(clientId);
    expect(a.accessKeyId).toMatch(/^HGK[A-Z2-7]{17}$/);
    expect(a.secretAccessKey).toMatch(/^[\w-]{40}$/);
    const expected = { kind: 'client', id: clientId, scopes: new Set(['query', 'operations']) };
    expect(await signer(a)).toMatchObject(expected);
    expect(await signer(b)).toMatchObject(expected);
    await expect(signer({ ...a, secretAccessKey: b.secretAccessKey })).rejects.toMatchObject({ reason: 'invalid' });
    const listed = await identity.accessKeys.list(clientId);
    expect(listed.map(({ id }) => id).sort()).toEqual([a.accessKeyId, b.accessKeyId].sort());
    expect(JSON.stringify(listed)).not.toContain(a.secretAccessKey);
  });

  it.skipIf(!available)('that are revoked are unknown at once, not listed, and cannot be revoked again', async () => {
    const { clientId, keys, keyId } = await clientWithKey();
    await identity.accessKeys.revoke(clientId, keyId);
    await expect(signer(keys)).rejects.toMatchObject({ reason: 'unknown-key' });
    expect(await identity.accessKeys.list(clientId)).toEqual([]);
    await expect(identity.accessKeys.revoke(clientId, keyId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.skipIf(!available)('of a revoked client are unknown at once', async () => {
    const { clientId, keys } = await clientWithKey();
    await identity.clients.revoke(clientId);
    await expect(signer(keys)).rejects.toMatchObject({ reason: 'unknown-key' });
    await expect(identity.accessKeys.create(clientId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.skipIf(!available)('of a disabled client are unknown at once, and known again when it is enabled', async () => {
    const { clientId, keys } = await clientWithKey();
    await identity.clients.update(clientId, { status: 'disabled' });
    await expect(signer(keys)).rejects.toMatchObject({ reason: 'unknown-key' });
    await identity.clients.update(clientId, { status: 'active' });
    expect(await signer(keys)).toMatchObject({ id: clientId });
  });

  it.skipIf(!available)('show scopes and groups that were given or taken a moment ago', async () => {
    const { clientId, keys } = await clientWithKey();
    const { id: group } = await identity.groups.create(`group-${names}`);
    await identity.groups.addMember(group, clientId);
    await identity.clients.update(clientId, { scopes: [] });
    expect(await signer(keys)).toMatchObject({ groups: [group], scopes: new Set() });
  });

  it.skipIf(!available)('are for clients, and each belongs to one', async () => {
    const { user } = await identity.users.create({ name: `user-${names}`, scopes: [] });
    await expect(identity.accessKeys.create(user.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(identity.accessKeys.list('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const [one, another] = [await clientWithKey(), await clientWithKey()];
    await expect(identity.accessKeys.revoke(one.clientId, another.keyId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(identity.accessKeys.revoke(one.clientId, 'x\0')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await signer(another.keys)).id).toBe(another.clientId);
  });

  it.skipIf(!available)('are stored sealed, and open again after the sealing key was changed', async () => {
    const { clientId, keys } = await clientWithKey();
    const rows = await store.store.db.selectFrom('accessKeys').selectAll().execute();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(keys.secretAccessKey);
    const newKey = newSealingKey();
    await resealAll(store.store, createSealer([newKey, key]));
    const repositories = identityRepositories(store.store, createSealer([newKey]));
    const later = await createIdentity({ repositories, issuer: () => 'http://127.0.0.1' });
    try {
      expect((await signer(keys, later)).id).toBe(clientId);
    } finally {
      later.close();
    }
  });
});
