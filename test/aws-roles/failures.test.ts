import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OWN_ACCOUNT, PLACE, policyOf, trustOf } from '../../src/local-aws/testing/local-aws-under-test.js';
import { addSchema, installRole, type Spoilt, validate } from './install-role.js';
import { openRoleGateway, type RoleGateway } from './role-gateway.js';

/** Every way in which a set-up of a role fails, produced on local AWS and explained by the gateway. */
let gateway: RoleGateway;

beforeAll(async () => {
  gateway = await openRoleGateway();
}, 60_000);
afterAll(() => gateway?.close());

let count = 0;

/** A schema with its role set up, but for what is spoilt; then what is said otherwise at the gateway. */
async function schemaWith(spoilt: Spoilt, change?: object): Promise<string> {
  count += 1;
  const name = `shop${count}`;
  expect((await addSchema(gateway, name)).status).toBe(200);
  await installRole(gateway, name, spoilt);
  if (change !== undefined) expect((await gateway.ask(`PATCH /v1/schemas/${name}`, change)).status).toBe(200);
  return name;
}

type Case = readonly [what: string, letters: string, status: string, remedy: string, spoilt: Spoilt, change?: object];

const CASES: readonly Case[] = [
  [
    'a typo in the name of the role',
    'ofsssss',
    'failed',
    'role/Raeder: its name, its path',
    {},
    { roleName: 'Raeder' },
  ],
  ['a typo in the account', 'ofsssss', 'failed', 'the account ID', {}, { accountId: '111122223334' }],
  [
    'another external ID',
    'ofsssss',
    'failed',
    'headgate-other, letter for letter',
    {},
    { externalId: 'headgate-other' },
  ],
  [
    'another principal in the trust policy',
    'ofsssss',
    'failed',
    'must name the principal arn:aws:iam::999900001111:user/headgate',
    { trust: (policy) => policy.replace('user/headgate', 'user/somebody') },
  ],
  ["no policy of Headgate's own identity", 'ofsssss', 'failed', 'in its own account', { caller: false }],
  [
    'an action that is missing',
    'ooooofo',
    'failed',
    'Allow dynamodb:GetItem on arn:aws:dynamodb:eu-central-1:111122223333:table/orders',
    { permissions: (policy) => policy.replaceAll('"dynamodb:GetItem",', '') },
  ],
  [
    'the ARN of the indexes that is missing',
    'ooooofo',
    'failed',
    'table/orders/index/* to the resources',
    { permissions: (policy) => policy.replaceAll('table/orders/index/*', 'table/orders/indexes') },
  ],
  [
    'a table that is missing',
    'oooofso',
    'failed',
    'case-sensitive',
    { permissions: (policy) => policy.replaceAll('table/orders', 'table/Orders') },
    { tableAllowlist: ['Orders'] },
  ],
  [
    'a table outside the list that can be read',
    'oooooow',
    'active',
    'without wildcards',
    { permissions: (policy) => policy.replaceAll('table/orders"', 'table/*"') },
  ],
  [
    'a trust policy without the external ID',
    'oowoooo',
    'active',
    'sts:ExternalId',
    { trust: (policy) => policy.replace(/,"Condition":\{.*?\}\}/, '') },
  ],
  ['a permission policy that is not attached', 'oooofso', 'failed', 'not attached', { permissions: () => '[]' }],
];

it.each(CASES.map((each) => ({ what: each[0], each })))(
  '$what is found out, and what to do is said',
  async ({ each }) => {
    const [, letters, status, remedy, spoilt, change] = each;
    const name = await schemaWith(spoilt, change);
    const found = await validate(gateway, name);
    expect(found).toMatchObject({ letters, status, remedies: expect.stringContaining(remedy) });
    const { json } = await gateway.ask('POST /v1/query', { sql: `SELECT count(*) FROM ${name}.orders` });
    expect(json.error?.code ?? 'rows').toBe(status === 'active' ? 'rows' : 'SCHEMA_NOT_ACTIVE');
    if (status === 'failed') expect(json.error.hint).toContain(`headgate schema validate ${name}`);
  },
);

describe("Headgate's own side", () => {
  it('that has expired is told from a role that is wrong', async () => {
    const name = await schemaWith({});
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 2 * 3_600_000 });
    const user = { account: OWN_ACCOUNT, name: 'headgate', policies: { All: policyOf(['Allow', 'sts:*', '*']) } };
    await gateway.local.aws.accounts.putUser(user);
    const trustPolicy = trustOf(`arn:aws:iam::${OWN_ACCOUNT}:user/headgate`);
    await gateway.local.aws.accounts.putRole({ account: PLACE.account, name: 'Old', trustPolicy });
    const { keys, message } = await gateway.local.assume(gateway.own, 'Old');
    vi.useRealTimers();
    expect(message).toBeUndefined();
    await gateway.ask(`PATCH /v1/schemas/${name}`, keys);
    expect(await validate(gateway, name)).toMatchObject({
      letters: 'fssssss',
      remedies: expect.stringContaining('have expired: sign in again'),
    });
  });

  it('that is throttled for a while waits, and for long says to come back', async () => {
    const name = await schemaWith({});
    gateway.local.aws.throttleSts(3);
    expect(await validate(gateway, name)).toMatchObject({ letters: 'ooooooo', status: 'active' });
    gateway.local.aws.throttleSts(1000);
    const found = await validate(gateway, name);
    gateway.local.aws.throttleSts(0);
    expect(found).toMatchObject({
      letters: 'fssssss',
      remedies: 'Nothing needs to be changed: validate again in a minute.',
    });
  });
});

it('a role that IAM does not know everywhere yet is waited for', async () => {
  const slow = await openRoleGateway({ aws: { propagationMs: 9_000 } });
  try {
    await addSchema(slow, 'shop');
    await installRole(slow, 'shop');
    const before = slow.waitedMs();
    expect(await validate(slow, 'shop')).toMatchObject({ letters: 'ooooooo', status: 'active' });
    expect(slow.waitedMs() - before).toBeGreaterThan(5_000);
  } finally {
    await slow.close();
  }
}, 60_000);
