import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classesOfAccess, ROLE_ACCESSES, type RoleAccess } from '../../src/aws/policy/actions.js';
import { planRole } from '../../src/aws/role-setup.js';
import {
  type LocalAwsUnderTest,
  OWN_ACCOUNT,
  openLocalAwsUnderTest,
  PLACE,
  policyOf,
} from '../../src/local-aws/testing/local-aws-under-test.js';
import { createTable, TABLES, VERB_CALLS } from './verb-calls.js';

/** The policy for each access code lets every verb through that the code opens, and AWS itself refuses every other one. */
let local: LocalAwsUnderTest;
let admin: DynamoDBClient;
const clients = new Map<RoleAccess, DynamoDBClient>();

beforeAll(async () => {
  local = await openLocalAwsUnderTest();
  const { accounts } = local.aws;
  const policies = { Only: policyOf(['Allow', 'dynamodb:*', '*']) };
  admin = local.client(await accounts.putUser({ account: PLACE.account, name: 'admin', policies }));
  await createTable(admin, TABLES.music);
  const own = await accounts.putUser({
    account: OWN_ACCOUNT,
    name: 'headgate',
    policies: { Only: policyOf(['Allow', 'sts:AssumeRole', '*']) },
  });
  for (const access of ROLE_ACCESSES) {
    const plan = planRole({
      schema: 'shop',
      region: PLACE.region,
      accountId: PLACE.account,
      roleName: `Role${access}`,
      tables: Object.values(TABLES),
      access,
      externalId: 'headgate-1',
      principal: { kind: 'arn', arn: `arn:aws:iam::${OWN_ACCOUNT}:user/headgate` },
      sourceIdentity: false,
      catalogExtras: classesOfAccess(access).includes('explain'),
      denyFullScans: false,
    });
    await accounts.putRole({
      account: PLACE.account,
      name: `Role${access}`,
      trustPolicy: plan.trustPolicy,
      permissionPolicies: Object.fromEntries(plan.policies.policies.map(({ name, document }) => [name, document])),
    });
    const { keys } = await local.assume(own, `Role${access}`, { ExternalId: 'headgate-1' });
    clients.set(access, local.client(keys));
  }
}, 60_000);
afterAll(() => local?.close());

/** Where IAM is coarser than Headgate, as docs/aws-access.md says: it lets through what Headgate refuses. */
const COARSER: Readonly<Partial<Record<RoleAccess, readonly string[]>>> = {
  // The keys of a table must be known to guard a write.
  W: ['DescribeTable'],
  // A batch of puts needs the action that also deletes.
  RWA: ['BatchWriteItem with a delete'],
};

/** Verbs that the embedded DynamoDB does not have: that IAM lets them through is all that can be seen. */
const NOT_EMBEDDED: ReadonlySet<string> = new Set(['UpdateContinuousBackups']);

describe.each(ROLE_ACCESSES)('the policy for %s', (access) => {
  it.each(VERB_CALLS)('is right for $verb', async ({ verb, needs, send, prepare }) => {
    const client = clients.get(access);
    if (client === undefined) throw new Error('no client');
    await prepare?.(admin);
    const classes = classesOfAccess(access);
    const isOpen = needs.every((one) => classes.includes(one)) || COARSER[access]?.includes(verb) === true;
    const outcome = await send(client).then(
      (answer) => errorIn(answer) ?? 'done',
      (error: Error) => error.name,
    );
    if (!isOpen) expect(outcome).toMatch(/^AccessDenied/);
    else if (NOT_EMBEDDED.has(verb)) expect(outcome).not.toMatch(/^AccessDenied/);
    else expect(outcome).toBe('done');
  });
});

/** A batch of PartiQL tells of its refusals statement by statement. */
function errorIn(answer: unknown): string | undefined {
  const { Responses } = Object(answer);
  return Array.isArray(Responses) ? Object(Responses[0]).Error?.Code : undefined;
}
