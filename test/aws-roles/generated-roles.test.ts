import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trustedPrincipal } from '../../src/aws/caller.js';
import { SYSTEM_CLOCK } from '../../src/aws/clock.js';
import { ROLE_ACCESSES } from '../../src/aws/policy/actions.js';
import type { PolicyDocument } from '../../src/aws/policy/document.js';
import { planRole, type RolePlan, type RoleSetup } from '../../src/aws/role-setup.js';
import { roleSessions } from '../../src/aws/sessions/role-sessions.js';
import { sessionPolicy } from '../../src/aws/sessions/session-policy.js';
import { connectSts, type OwnCredentials } from '../../src/aws/sts.js';
import { awsEffects } from '../../src/aws/validation/aws-effects.js';
import { validateRole } from '../../src/aws/validation/validate-role.js';
import type { ValidatedRole, ValidationReport } from '../../src/aws/validation/validated-role.js';
import { connectDynamodb } from '../../src/dynamodb/connect.js';
import type { KeyPair } from '../../src/local-aws/accounts/local-accounts.js';
import {
  type LocalAwsUnderTest,
  OWN_ACCOUNT,
  openLocalAwsUnderTest,
  PLACE,
  policyOf,
} from '../../src/local-aws/testing/local-aws-under-test.js';

/** What is generated for owners of accounts does just what it should at an STS and an IAM that evaluate it, without mocks. */
const signal = new AbortController().signal;
const ROLE_PLACE = { partition: 'aws', region: PLACE.region, accountId: PLACE.account } as const;
const CALLER = `arn:aws:iam::${OWN_ACCOUNT}:user/headgate`;
const SETUP: RoleSetup = {
  schema: 'shop',
  region: PLACE.region,
  accountId: PLACE.account,
  roleName: '/teams/Reader',
  tables: ['orders', 'customers'],
  access: 'R',
  externalId: 'headgate-1',
  principal: trustedPrincipal(CALLER, 'caller'),
  sourceIdentity: false,
  catalogExtras: true,
  denyFullScans: false,
};

let local: LocalAwsUnderTest;
let own: OwnCredentials;
beforeAll(async () => {
  // The sessions of the gate must not look expired to the SDK.
  local = await openLocalAwsUnderTest({ clock: Date.now });
  const admin = await local.aws.accounts.putUser({
    account: PLACE.account,
    name: 'admin',
    policies: { Only: policyOf(['Allow', 'dynamodb:*', '*']) },
  });
  const handle = connectDynamodb({
    region: PLACE.region,
    endpoint: local.aws.dynamodbEndpoint,
    credentials: { kind: 'keys', ...admin },
  });
  const index = { name: 'by_sku', kind: 'global', sortKeys: [], projection: { kind: 'all' } } as const;
  const key = (name: string) => ({ name, type: 'S' }) as const;
  for (const name of ['orders', 'customers', 'secrets']) {
    const indexes = [{ ...index, partitionKeys: [key('sku')] }];
    await handle.writer.createTable({ name, partitionKey: key('id'), indexes }, signal);
  }
  handle.close();
});
afterAll(() => local.close());

interface Spoilt {
  readonly trustPolicy?: PolicyDocument;
  readonly permissions?: readonly PolicyDocument[];
  readonly callerPolicy?: PolicyDocument | undefined;
  readonly role?: Partial<ValidatedRole>;
}

/** Sets the role up as the plan says, but for what is spoilt, and validates it. */
async function setUp(plan: RolePlan, spoilt: Spoilt = {}): Promise<ValidationReport> {
  const callerPolicy = 'callerPolicy' in spoilt ? spoilt.callerPolicy : plan.callerPolicy;
  const keys: KeyPair = await local.aws.accounts.putUser({
    account: OWN_ACCOUNT,
    name: 'headgate',
    policies: callerPolicy === undefined ? {} : { Only: callerPolicy },
  });
  own = { kind: 'keys', ...keys };
  const permissions = spoilt.permissions ?? plan.policies.policies.map(({ document }) => document);
  await local.aws.accounts.putRole({
    account: PLACE.account,
    name: 'Reader',
    path: '/teams/',
    trustPolicy: spoilt.trustPolicy ?? plan.trustPolicy,
    permissionPolicies: Object.fromEntries(permissions.map((document, i) => [`p${i}`, document])),
  });
  const { setup } = plan;
  const effects = awsEffects({
    schema: 'shop',
    region: PLACE.region,
    credentials: own,
    stsEndpoint: local.aws.stsEndpoint,
    dynamodbEndpoint: local.aws.dynamodbEndpoint,
  });
  let nowMs = 0;
  const sleep = async (durationMs: number) => {
    nowMs += durationMs;
  };
  const role: ValidatedRole = { ...setup, place: ROLE_PLACE, roleArn: plan.roleArn, trust: 'caller', ...spoilt.role };
  try {
    return await validateRole(role, { ...effects, clock: { now: () => nowMs, sleep } }, { signal });
  } finally {
    effects.sts.close();
  }
}

const letters = ({ steps }: ValidationReport) => steps.map(({ outcome }) => outcome[0]).join('');

describe('a generated role', () => {
  it.each(ROLE_ACCESSES)('is valid, and no broader than its tables: %s', async (access) => {
    const report = await setUp(planRole({ ...SETUP, access }));
    expect([letters(report), report.message]).toEqual(['ooooooo', expect.stringContaining('was verified.')]);
  });

  it('is valid for every table, with scans denied and a source identity', async () => {
    const report = await setUp(planRole({ ...SETUP, tables: '*', denyFullScans: true, sourceIdentity: true }));
    expect(letters(report)).toBe('oooooos');
  });

  it.each([
    ['ofsssss', 'letter for letter', { role: { externalId: 'headgate-2' } }],
    ['ofsssss', 'its name', { role: { roleArn: `arn:aws:iam::${PLACE.account}:role/teams/Raeder` } }],
    ['ofsssss', 'its path', { role: { roleArn: `arn:aws:iam::${PLACE.account}:role/Reader` } }],
    ['ofsssss', 'in its own account', { callerPolicy: undefined }],
    [
      'ofsssss',
      'must name the principal',
      {
        trustPolicy: planRole({ ...SETUP, principal: { kind: 'arn', arn: `arn:aws:iam::${OWN_ACCOUNT}:user/other` } })
          .trustPolicy,
      },
    ],
    ['ofsssss', 'sts:SetSourceIdentity', { role: { sourceIdentity: true } }],
    ['oooofso', 'not attached', { permissions: [] }],
    [
      'oooofoo',
      'case-sensitive',
      {
        role: { tables: ['orders', 'Customers'] },
        permissions: planRole({ ...SETUP, tables: ['orders', 'Customers'] }).policies.policies.map((it) => it.document),
      },
    ],
    [
      'oooooow',
      'without wildcards',
      { permissions: planRole({ ...SETUP, tables: '*' }).policies.policies.map((it) => it.document) },
    ],
    ['ooooofo', 'dynamodb:PutItem', { role: { access: 'RW' } }],
  ] as const satisfies readonly (readonly [string, string, Spoilt])[])(
    'that is spoilt is found out: %s %s',
    async (outcome, remedy, spoilt) => {
      const report = await setUp(planRole(SETUP), spoilt);
      const found = report.steps.filter(({ outcome }) => outcome === 'fail' || outcome === 'warn');
      expect({ letters: letters(report), remedies: found[0]?.remedies.join('\n') }).toEqual({
        letters: outcome,
        remedies: expect.stringContaining(remedy),
      });
    },
  );
});

describe('a narrowed session', () => {
  it('reads the granted table and is refused the other one, which the role may read', async () => {
    const plan = planRole({ ...SETUP, access: 'RW' });
    await setUp(plan);
    const sts = connectSts({ region: PLACE.region, endpoint: local.aws.stsEndpoint, credentials: own });
    const sessions = roleSessions({ stsOf: () => sts, clock: SYSTEM_CLOCK, random: Math.random });
    const key = {
      schema: 'shop',
      roleArn: plan.roleArn,
      externalId: 'headgate-1',
      sessionName: 'user-alice',
      sourceIdentity: false,
    };
    const policy = sessionPolicy(ROLE_PLACE, [{ table: 'orders', classes: ['select', 'explain'] }]);
    const connect = (one: string | undefined) =>
      connectDynamodb({
        region: PLACE.region,
        endpoint: local.aws.dynamodbEndpoint,
        credentials: { kind: 'provider', provide: sessions.providerOf({ ...key, policy: one }) },
      });
    const [narrow, wide] = [connect(policy), connect(undefined)];
    try {
      expect((await sessions.session({ ...key, policy })).narrowing).toMatchObject({ kind: 'narrowed' });
      const read = (handle: typeof narrow, tableName: string) => handle.reader.scan({ tableName }, signal);
      expect(await read(narrow, 'orders')).toMatchObject({ itemCount: 0 });
      expect(await read(wide, 'customers')).toMatchObject({ itemCount: 0 });
      await expect(read(narrow, 'customers')).rejects.toMatchObject({ code: 'AWS_ACCESS_DENIED' });
      const table = await narrow.directory.describeTable('orders', signal);
      expect(await narrow.probes.isPermitted('PutItem', table, signal)).toBe(false);
      expect(await wide.probes.isPermitted('PutItem', table, signal)).toBe(true);
    } finally {
      narrow.close();
      wide.close();
      sessions.close();
      sts.close();
    }
  });
});
