import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../access/decide.js';
import type { Grant } from '../../access/grant.js';
import { makePrincipal } from '../../access/testing/make-access.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { AdminService, Call } from '../../wire/http/contract/http-services.js';
import { STORE_KINDS, type TestStore } from '../store/testing/store-kinds.js';
import { callerOf, openTestControl, type TestControl } from '../testing/control-under-test.js';
import { emptyStore, testClock } from '../testing/identity-under-test.js';

const caller = callerOf(makePrincipal({ kind: 'user', id: 'u1', name: 'root' }));
const call: Call = { requestId: 'r1', address: '192.0.2.1', endpoint: 'POST /v1/auth/token' };
const NAMES = ['ann', 'Bob', 'cid'] as const;
const GROUPS = ['staff', 'guests'] as const;
const SCOPES = ['query', 'admin'] as const;

interface ModelClient {
  readonly id: string;
  name: string;
  scopes: readonly string[];
  isDisabled: boolean;
  secret: string;
  /** The last tokens, while they are valid. */
  token: string | undefined;
}

/** What the administration should come to, written as simply as possible. */
class Model {
  readonly clients = new Map<string, ModelClient>();
  readonly groups = new Map<string, { readonly name: string; members: Set<string> }>();
  readonly grants = new Map<string, Grant>();
  /** Every token that was ever given and has ended since. */
  readonly ended = new Set<string>();

  isNameTaken(name: string, except = ''): boolean {
    return [...this.clients.values()].some((one) => one.id !== except && one.name.toLowerCase() === name.toLowerCase());
  }

  /** Whether the change would leave nobody who can manage, while somebody can now. */
  leavesNobody(id: string, after: Pick<ModelClient, 'scopes' | 'isDisabled'>): boolean {
    const manages = ({ scopes, isDisabled }: Pick<ModelClient, 'scopes' | 'isDisabled'>) =>
      scopes.includes('admin') && !isDisabled;
    const now = [...this.clients.values()];
    return now.some(manages) && !now.some((one) => manages(one.id === id ? after : one));
  }

  end(client: ModelClient): void {
    if (client.token !== undefined) this.ended.add(client.token);
    client.token = undefined;
  }
}

interface World {
  readonly model: Model;
  readonly control: TestControl;
  readonly admin: AdminService;
}

type Step = (world: World) => Promise<void>;

/** Expects the act to end with the code; undefined: to succeed. */
async function ends<T>(act: Promise<T>, code: string | undefined): Promise<T | undefined> {
  const outcome = await act.then(
    (value) => ({ value, code: undefined }),
    (error) => {
      if (!(error instanceof HeadgateError)) throw error;
      return { value: undefined, code: error.code };
    },
  );
  expect(outcome.code).toBe(code);
  return outcome.value;
}

function pick<T>(from: Iterable<T>, at: number): T | undefined {
  const all = [...from];
  return all[at % Math.max(1, all.length)];
}

const name = fc.constantFrom(...NAMES);
const scopes = fc.subarray([...SCOPES]);
const at = fc.nat(20);
const members = fc.array(at, { maxLength: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ name, scopes }).map(
    ({ name, scopes }): Step =>
      async ({ model, admin }) => {
        const isTaken = model.isNameTaken(name);
        const made = await ends(
          admin.createClient(caller, { name, scopes, groups: [] }),
          isTaken ? 'CONFLICT' : undefined,
        );
        if (made === undefined) return;
        const { clientId: id, clientSecret: secret } = made;
        model.clients.set(id, { id, name, scopes, isDisabled: false, secret, token: undefined });
      },
  ),
  fc.record({ at, name: fc.option(name), scopes: fc.option(scopes), isDisabled: fc.option(fc.boolean()) }).map(
    (drawn): Step =>
      async ({ model, admin }) => {
        const client = pick(model.clients.values(), drawn.at);
        if (client === undefined) return;
        const after = {
          name: drawn.name ?? client.name,
          scopes: drawn.scopes ?? client.scopes,
          isDisabled: drawn.isDisabled ?? client.isDisabled,
        };
        const isRefused = model.isNameTaken(after.name, client.id) || model.leavesNobody(client.id, after);
        const change = {
          name: drawn.name ?? undefined,
          scopes: drawn.scopes ?? undefined,
          status:
            drawn.isDisabled === null ? undefined : drawn.isDisabled ? ('disabled' as const) : ('active' as const),
        };
        await ends(admin.changeClient(caller, client.id, change), isRefused ? 'CONFLICT' : undefined);
        if (isRefused) return;
        Object.assign(client, after);
        if (drawn.isDisabled === true) model.end(client);
      },
  ),
  at.map(
    (at): Step =>
      async ({ model, admin }) => {
        const client = pick(model.clients.values(), at);
        if (client === undefined) return;
        const isRefused = model.leavesNobody(client.id, { scopes: [], isDisabled: false });
        await ends(admin.removeClient(caller, client.id), isRefused ? 'CONFLICT' : undefined);
        if (isRefused) return;
        model.end(client);
        model.clients.delete(client.id);
        for (const group of model.groups.values()) group.members.delete(client.id);
        for (const [key, { grantee }] of model.grants) if (grantee.id === client.id) model.grants.delete(key);
      },
  ),
  at.map(
    (at): Step =>
      async ({ model, control }) => {
        const client = pick(model.clients.values(), at);
        if (client === undefined) return;
        const credentials = { clientId: client.id, clientSecret: client.secret };
        const tokens = await ends(
          control.tokens.issue(credentials, call),
          client.isDisabled ? 'UNAUTHENTICATED' : undefined,
        );
        if (tokens !== undefined) client.token = tokens.accessToken;
      },
  ),
  at.map(
    (at): Step =>
      async ({ model, admin }) => {
        const client = pick(model.clients.values(), at);
        if (client === undefined) return;
        client.secret = (await admin.rotateSecret(caller, client.id)).clientSecret;
        model.end(client);
      },
  ),
  fc.record({ name: fc.constantFrom(...GROUPS), members }).map(
    (drawn): Step =>
      async ({ model, admin }) => {
        const ids = new Set(drawn.members.flatMap((at) => pick(model.clients.keys(), at) ?? []));
        const existing = [...model.groups].find(([, { name }]) => name === drawn.name);
        if (existing === undefined) {
          const { id } = await admin.createGroup(caller, { name: drawn.name, members: [...ids] });
          model.groups.set(id, { name: drawn.name, members: ids });
          return;
        }
        const [id, group] = existing;
        await admin.changeGroup(caller, id, { members: [...ids] });
        group.members = ids;
      },
  ),
  at.map(
    (at): Step =>
      async ({ model, admin }) => {
        const id = pick(model.groups.keys(), at);
        if (id === undefined) return;
        await admin.removeGroup(caller, id);
        model.groups.delete(id);
        for (const [key, { grantee }] of model.grants) if (grantee.id === id) model.grants.delete(key);
      },
  ),
  fc
    .record({
      isGroup: fc.boolean(),
      at,
      table: fc.constantFrom(undefined, 'orders'),
      code: fc.constantFrom('R', 'RA', 'A', 'none') as fc.Arbitrary<Grant['code']>,
    })
    .map(
      ({ isGroup, at, table, code }): Step =>
        async ({ model, admin }) => {
          const id = pick(isGroup ? model.groups.keys() : model.clients.keys(), at);
          if (id === undefined) return;
          const grantee = { kind: isGroup ? ('group' as const) : ('principal' as const), id };
          const { id: grantId } = await admin.createGrant(caller, { grantee, schema: 'demo', table, code });
          const target = { schema: 'demo', ...(table === undefined ? {} : { table }) };
          model.grants.set(`${id} ${table}`, { id: grantId, grantee, ...target, code, source: 'store' });
        },
    ),
  at.map(
    (at): Step =>
      async ({ model, admin }) => {
        const entry = pick(model.grants, at);
        if (entry === undefined) return;
        await admin.removeGrant(caller, entry[1].id);
        model.grants.delete(entry[0]);
      },
  ),
);

/** That the gateway is what the model says, to every client that has a token and for every decision. */
async function compare({ model, control, admin }: World): Promise<void> {
  const { items: clients } = await admin.listClients(caller, {});
  const groupsOf = (id: string) =>
    [...model.groups].filter(([, { members }]) => members.has(id)).map(([group]) => group);
  const shown = clients.map(({ clientId, name, scopes, status, groups }) => ({
    id: clientId,
    name,
    scopes: [...scopes].sort(),
    isDisabled: status === 'disabled',
    groups: [...groups].sort(),
  }));
  const expected = [...model.clients.values()].map(({ id, name, scopes, isDisabled }) => ({
    id,
    name,
    scopes: [...scopes].sort(),
    isDisabled,
    groups: groupsOf(id).sort(),
  }));
  expect(new Set(shown)).toEqual(new Set(expected));
  expect(new Set((await admin.listGrants(caller, {})).items.map(({ id }) => id))).toEqual(
    new Set([...model.grants.values()].map(({ id }) => id)),
  );
  for (const token of model.ended) {
    await expect(control.identity.authenticate(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
  for (const { id, name, token } of model.clients.values()) {
    if (token === undefined) continue;
    const principal = await control.identity.authenticate(token);
    expect(principal).toMatchObject({ id, name });
    const own = makePrincipal({ id, groups: groupsOf(id) });
    const access = await control.book.accessOf(principal);
    for (const table of ['orders', 'items']) {
      const request = { schema: 'demo', table, classes: ['explain' as const] };
      expect(access.mayDescribe({ schema: 'demo', table })).toBe(
        decide(own, request, [...model.grants.values()]).allowed,
      );
    }
  }
}

describe.each(STORE_KINDS.filter(({ available }) => available))('random administration on $name', ({ name, open }) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());

  it('comes to what a model of it comes to, after every step', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 25 }), async (steps) => {
        await emptyStore(opened.store);
        const control = await openTestControl(opened.store, testClock());
        const world = { model: new Model(), control, admin: control.admin };
        try {
          for (const each of steps) {
            await each(world);
            await compare(world);
          }
        } finally {
          control.close();
        }
      }),
      { numRuns: name === 'PostgreSQL' ? 40 : 12 },
    );
  });
});
