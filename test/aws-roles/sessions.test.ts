import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeGrants, makePrincipal } from '../../src/access/testing/make-access.js';
import { planRole } from '../../src/aws/role-setup.js';
import type { SchemaConfig } from '../../src/config/headgate-config.js';
import { connectDynamodb } from '../../src/dynamodb/connect.js';
import { callerReaders, type Gateway, openGateway } from '../../src/gateway.js';
import {
  type LocalAwsUnderTest,
  OWN_ACCOUNT,
  openLocalAwsUnderTest,
  PLACE,
  policyOf,
} from '../../src/local-aws/testing/local-aws-under-test.js';

/** What a principal reads by a role, on local AWS, through the real engine. */
const never = new AbortController().signal;
const ROWS = 4_000;
let local: LocalAwsUnderTest;
let gateway: Gateway;
let home: string;

beforeAll(async () => {
  local = await openLocalAwsUnderTest({ clock: Date.now });
  const { accounts, dynamodbEndpoint, stsEndpoint } = local.aws;
  const plan = planRole({
    schema: 'shop',
    region: PLACE.region,
    accountId: PLACE.account,
    roleName: 'Reader',
    tables: ['orders', 'customers'],
    access: 'R',
    externalId: 'headgate-1',
    principal: { kind: 'arn', arn: `arn:aws:iam::${OWN_ACCOUNT}:user/headgate` },
    sourceIdentity: false,
    catalogExtras: false,
    denyFullScans: false,
  });
  const own = await accounts.putUser({
    account: OWN_ACCOUNT,
    name: 'headgate',
    policies: { Assume: plan.callerPolicy },
  });
  await accounts.putRole({
    account: PLACE.account,
    name: 'Reader',
    trustPolicy: plan.trustPolicy,
    permissionPolicies: Object.fromEntries(plan.policies.policies.map(({ name, document }) => [name, document])),
  });
  const policies = { Only: policyOf(['Allow', 'dynamodb:*', '*']) };
  const admin = await accounts.putUser({ account: PLACE.account, name: 'admin', policies });
  const { region } = PLACE;
  const handle = connectDynamodb({ region, endpoint: dynamodbEndpoint, credentials: { kind: 'keys', ...admin } });
  for (const name of ['orders', 'customers']) {
    await handle.writer.createTable({ name, partitionKey: { name: 'id', type: 'S' } }, never);
  }
  // Some kilobytes each, so that a scan has many pages.
  const items = Array.from({ length: ROWS }, (_, i) => ({
    id: { S: `o${i}` },
    n: { N: `${i}` },
    text: { S: 'x'.repeat(3_000) },
  }));
  await handle.writer.putItems('orders', items, { signal: never });
  await handle.writer.putItems('customers', [{ id: { S: 'a' } }], { signal: never });
  handle.close();
  home = await mkdtemp(join(tmpdir(), 'headgate-sessions-'));
  const schema: SchemaConfig = {
    name: 'shop',
    region,
    endpoint: { kind: 'url', url: dynamodbEndpoint },
    stsEndpoint,
    credentials: { kind: 'role', roleArn: plan.roleArn, externalId: 'headgate-1', own: { kind: 'keys', ...own } },
    tables: ['orders', 'customers'],
    columns: {},
    hideExpired: false,
    unitsPerSecond: {},
  };
  gateway = await openGateway(
    {
      source: { kind: 'file', path: 'headgate.yaml' },
      home,
      schemas: [schema],
      limits: {},
      aws: { trustPrincipal: 'caller', sourceIdentity: false },
    },
    { signal: never, onProgress: () => {} },
  );
}, 120_000);
afterAll(async () => {
  await gateway?.close();
  await local?.close();
  if (home !== undefined) await rm(home, { recursive: true, force: true });
});
afterEach(() => {
  vi.useRealTimers();
});

async function rowsOf(sql: string, readers?: ReturnType<typeof callerReaders>): Promise<readonly unknown[][]> {
  const result = await gateway.engine.run(
    { sql, maxUnits: 1e9, ...(readers === undefined ? {} : { readerOf: readers.readerOf }) },
    never,
  );
  const rows: unknown[][] = [];
  for await (const batch of result.batches) rows.push(...batch.map((row) => [...row]));
  return rows;
}

const ann = makePrincipal();

describe("with Headgate's own decision switched off", () => {
  it('AWS refuses what the grants of the principal do not give, and the role would', async () => {
    const readers = callerReaders(gateway.connections, {
      principal: ann,
      grants: () => makeGrants('ann R shop.orders'),
    });
    // No access is given to the engine: nothing but the session is in the way.
    expect(await rowsOf("SELECT n FROM shop.orders WHERE id = 'o7'", readers)).toEqual([[7n]]);
    await expect(rowsOf('SELECT * FROM shop.customers', readers)).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      detail: expect.stringContaining('no session policy allows'),
    });
    expect(await rowsOf('SELECT id FROM shop.customers')).toEqual([['a']]);
    expect(readers.roleSession()).toBe('client-ann');
  });

  it('AWS refuses everything to a principal without grants', async () => {
    const readers = callerReaders(gateway.connections, { principal: ann, grants: () => [] });
    await expect(rowsOf('SELECT n FROM shop.orders', readers)).rejects.toMatchObject({ code: 'AWS_ACCESS_DENIED' });
  });
});

it('a scan that outlasts three sessions loses no page and repeats none', async () => {
  const own = callerReaders(gateway.connections, { principal: ann, grants: () => makeGrants('ann R shop') });
  await rowsOf("SELECT n FROM shop.orders WHERE id = 'o1'", own);
  const startMs = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: startMs });
  let pages = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const readerOf: typeof own.readerOf = (schema) => {
    const reader = own.readerOf(schema);
    return {
      ...reader,
      // One after the other: what is on its way while time jumps would be signed too long ago.
      scan(request, signal) {
        const page = turn.then(() => reader.scan(request, signal));
        turn = page.then(() => {
          pages += 1;
          // Each page takes twenty minutes, for Headgate and for local AWS; a session is good for an hour.
          vi.setSystemTime(Date.now() + 20 * 60_000);
        });
        return turn.then(() => page);
      },
    };
  };
  const rows = await rowsOf('SELECT n FROM shop.orders WHERE length(text) = 3000 ORDER BY n', { ...own, readerOf });
  expect(Date.now() - startMs).toBeGreaterThan(3 * 3_600_000);
  expect(pages).toBeGreaterThan(9);
  expect(rows).toEqual(Array.from({ length: ROWS }, (_, i) => [BigInt(i)]));
}, 120_000);
