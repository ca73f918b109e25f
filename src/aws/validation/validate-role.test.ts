import { beforeEach, describe, expect, it } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { TableDescription } from '../../dynamodb/table-description.js';
import { trustedPrincipal } from '../caller.js';
import { ROLE_ACCESSES } from '../policy/actions.js';
import { type PolicyDocument, policyDocument } from '../policy/document.js';
import { permissionPolicy } from '../policy/permission-policy.js';
import { trustPolicy } from '../policy/trust-policy.js';
import { type FakeAccount, type FakeWorld, fakeWorld } from '../testing/fake-account.js';
import { validateRole } from './validate-role.js';
import type { StepName, ValidatedRole, ValidationEvent, ValidationReport } from './validated-role.js';

const CALLER = 'arn:aws:sts::999988887777:assumed-role/headgate/i-0abc';
const PLACE = { partition: 'aws', region: 'eu-central-1', accountId: '123456789012' } as const;

function table(name: string, indexes: readonly string[] = []): TableDescription {
  const key = { name: 'id', type: 'S' } as const;
  return {
    name,
    arn: `arn:aws:dynamodb:eu-central-1:123456789012:table/${name}`,
    status: 'ACTIVE',
    partitionKey: key,
    sortKey: { name: 'at', type: 'N' },
    indexes: indexes.map((index) => ({
      name: index,
      kind: 'global',
      partitionKeys: [{ name: 'sku', type: 'B' }],
      sortKeys: [],
      projection: { kind: 'all' },
      usable: true,
      itemCount: 0,
      sizeBytes: 0,
    })),
    itemCount: 0,
    sizeBytes: 0,
    billing: { mode: 'on-demand', maxReadUnits: undefined },
    warmReadUnits: undefined,
    tableClass: 'STANDARD',
  };
}

let role: ValidatedRole;
let account: FakeAccount;
beforeEach(() => {
  role = {
    schema: 'shop',
    place: PLACE,
    roleArn: 'arn:aws:iam::123456789012:role/Reader',
    externalId: 'headgate-1',
    tables: ['orders', 'customers'],
    access: 'R',
    denyFullScans: false,
    sourceIdentity: false,
    trust: 'caller',
  };
  account = {
    callerArn: CALLER,
    roleArn: role.roleArn,
    callerMay: true,
    trust: trustOf({}),
    policies: [permissions({})],
    region: PLACE.region,
    tables: [table('orders', ['by_sku', 'by_day']), table('customers'), table('secrets')],
    knownFromMs: 0,
    stsFailures: [],
  };
});

function trustOf(given: Partial<Parameters<typeof trustPolicy>[0]>): PolicyDocument {
  return trustPolicy({
    principal: trustedPrincipal(CALLER, 'caller'),
    externalId: 'headgate-1',
    sourceIdentity: false,
    ...given,
  });
}

function permissions(given: Partial<Parameters<typeof permissionPolicy>[0]>): PolicyDocument {
  return permissionPolicy({
    place: PLACE,
    tables: role.tables,
    access: role.access,
    catalogExtras: false,
    denyFullScans: role.denyFullScans,
    ...given,
  });
}

const never = new AbortController().signal;
let world: FakeWorld;
let events: ValidationEvent[];

async function validate(signal = never): Promise<ValidationReport> {
  world = fakeWorld(account);
  events = [];
  return validateRole(role, world.effects, { signal, onEvent: (event) => events.push(event) });
}

/** Outcomes as one letter each: o, w, f or s. */
const letters = ({ steps }: ValidationReport) => steps.map(({ outcome }) => outcome[0]).join('');
const stepOf = ({ steps }: ValidationReport, name: StepName) => {
  const found = steps.find(({ step }) => step === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
};

describe('a role as it was set up', () => {
  it('passes all seven steps, which are told as they come', async () => {
    const report = await validate();
    expect(letters(report)).toBe('ooooooo');
    expect(report).toMatchObject({
      ok: true,
      message: 'The role was assumed, and access R to 2 tables in eu-central-1 was verified.',
    });
    expect(events.map((it) => (it.kind === 'finished' ? it.result.step : it.kind))).toEqual(
      report.steps.flatMap(({ step }) => ['started', step]),
    );
    expect([world.opened, world.closed]).toEqual([2, 2]);
  });

  it('costs at most one unit a table, and only probes what writes', async () => {
    role = { ...role, access: 'A' };
    account.policies = [permissions({})];
    expect(letters(await validate())).toBe('ooooooo');
    expect(Object.fromEntries(world.units)).toEqual({ orders: 1, customers: 0.5 });
    expect(world.calls.filter((call) => /^(Put|Update|Delete|BatchWrite)Item[^?]/.test(call))).toEqual([]);
    expect(world.calls).toEqual(
      expect.arrayContaining(['PutItem? orders', 'DeleteItem? customers', 'Query orders by_sku']),
    );
  });

  it.each(ROLE_ACCESSES)('passes for every access code: %s', async (access) => {
    role = { ...role, access };
    account.policies = [permissions({})];
    expect(letters(await validate())).toBe('ooooooo');
  });

  it('passes for every table of the account, whose reach is no question', async () => {
    role = { ...role, tables: '*', access: 'RW' };
    account.policies = [permissions({})];
    account.tables = Array.from({ length: 30 }, (_, i) => table(`t${i}`, ['i']));
    const report = await validate();
    expect(letters(report)).toBe('oooooos');
    expect(stepOf(report, 'tables').message).toBe('30 tables are listed, and 10 of them were described.');
  });

  it('passes with a source identity, and when trusted by account', async () => {
    role = { ...role, sourceIdentity: true, trust: 'account' };
    account.trust = trustOf({ sourceIdentity: true, principal: trustedPrincipal(CALLER, 'account') });
    expect(letters(await validate())).toBe('ooooooo');
  });

  it('passes where scans are denied, without scanning', async () => {
    role = { ...role, denyFullScans: true };
    account.policies = [permissions({})];
    expect(letters(await validate())).toBe('ooooooo');
  });
});

describe('a role that cannot be assumed', () => {
  const causes: Readonly<Record<string, readonly [() => void, remedy: string]>> = {
    'its name is mistyped': [
      () => (role = { ...role, roleArn: 'arn:aws:iam::123456789012:role/Raeder' }),
      'role/Raeder: its name',
    ],
    'the account is mistyped': [
      () => (role = { ...role, roleArn: 'arn:aws:iam::123456789021:role/Reader' }),
      'the account ID',
    ],
    'the external ID differs': [() => (role = { ...role, externalId: 'headgate-2' }), 'must be headgate-2'],
    'another principal is trusted': [
      () => (account.trust = trustOf({ principal: { kind: 'arn', arn: 'arn:aws:iam::999988887777:role/other' } })),
      'must name the principal arn:aws:iam::999988887777:role/headgate.',
    ],
    'Headgate itself may not assume it': [
      () => (account.callerMay = false),
      'must be allowed sts:AssumeRole on the role',
    ],
    'the source identity is not trusted': [
      () => (role = { ...role, sourceIdentity: true }),
      'also allow sts:SetSourceIdentity',
    ],
    'IAM does not know it within half a minute': [
      () => (account.knownFromMs = Number.MAX_SAFE_INTEGER),
      'in the last minute',
    ],
  };

  it.each(Object.entries(causes))('fails with that cause among those to check: %s', async (_, [spoil, remedy]) => {
    spoil();
    const report = await validate();
    expect(letters(report)).toBe('ofsssss');
    const { message, remedies } = stepOf(report, 'assume-role');
    expect(message).toContain('is not authorized to perform: sts:AssumeRole');
    expect(remedies.join('\n')).toContain(remedy);
    expect(report.ok).toBe(false);
    // 1, 2, 4, 8 seconds, and what is left of 30.
    expect(world.clock.slept).toEqual([1_000, 2_000, 4_000, 8_000, 15_000]);
    expect(world.calls).toEqual([]);
  });

  it('is waited for while IAM spreads it, which is told', async () => {
    account.knownFromMs = Date.UTC(2026, 0, 1) + 6_000;
    const report = await validate();
    expect(letters(report)).toBe('ooooooo');
    expect(world.clock.slept).toEqual([1_000, 2_000, 4_000]);
    expect(events.filter(({ kind }) => kind === 'waiting')).toEqual(
      [1_000, 2_000, 4_000].map((delayMs) => ({ kind: 'waiting', step: 'assume-role', delayMs })),
    );
    expect(stepOf(report, 'assume-role').durationMs).toBe(7_000);
  });
});

describe("Headgate's own identity", () => {
  const failWith = (error: HeadgateError) => Array.from({ length: 6 }, () => error);
  const named = (name: string) => ({ cause: Object.assign(new Error(name), { name }) });

  it.each([
    [new HeadgateError('CREDENTIALS_REJECTED', 'no', named('ExpiredToken')), 'have expired'],
    [new HeadgateError('CREDENTIALS_REJECTED', 'no', named('InvalidClientTokenId')), 'does not know'],
    [new HeadgateError('CREDENTIALS_MISSING', 'none'), 'has no AWS credentials'],
    [new HeadgateError('STS_THROTTLED', 'slower'), 'in a minute'],
    [new HeadgateError('ENDPOINT_UNREACHABLE', 'gone', { hint: 'Is it online?' }), 'right name of the region'],
    [new HeadgateError('STS_REJECTED', 'STS is not activated', { hint: 'Activate the region' }), 'Activate the region'],
  ])('that does not work is the first to be mended: %o', async (error, remedy) => {
    account.stsFailures = failWith(error);
    const report = await validate();
    expect(letters(report)).toBe('fssssss');
    expect(stepOf(report, 'own-credentials').remedies.join('\n')).toContain(remedy);
    expect(stepOf(report, 'reach').message).toContain("Headgate's own credentials");
  });

  it('that is throttled once is asked again', async () => {
    account.stsFailures = [new HeadgateError('STS_THROTTLED', 'slower')];
    expect(letters(await validate())).toBe('ooooooo');
  });

  it('of another partition cannot reach the role', async () => {
    account.callerArn = 'arn:aws-cn:iam::999988887777:user/headgate';
    const report = await validate();
    expect(letters(report)).toBe('fssssss');
    expect(stepOf(report, 'own-credentials').remedies[0]).toContain('across partitions');
  });

  it('that AWS lets assume nothing is told so', async () => {
    account.callerArn = 'arn:aws:iam::999988887777:root';
    const report = await validate();
    expect(letters(report)).toBe('fssssss');
    expect(stepOf(report, 'own-credentials').remedies[0]).toContain('an IAM role');
  });
});

describe('a trust policy without the external ID', () => {
  it('is warned of loudly, with the condition to add', async () => {
    const [statement] = account.trust.Statement;
    if (statement === undefined) throw new Error('no statement');
    const { Condition: _, ...open } = statement;
    account.trust = policyDocument([open]);
    const report = await validate();
    expect(letters(report)).toBe('oowoooo');
    expect(report).toMatchObject({ ok: true, message: expect.stringContaining('One step warns.') });
    expect(stepOf(report, 'external-id').message).toContain('WITHOUT');
    expect(stepOf(report, 'external-id').remedies[0]).toContain('{"sts:ExternalId": "headgate-1"}');
  });
});

describe('a role of another account', () => {
  it('fails, and its tables are not touched', async () => {
    role = { ...role, place: { ...PLACE, accountId: '210987654321' } };
    const report = await validate();
    expect(letters(report)).toBe('ooofsss');
    expect(stepOf(report, 'place').message).toBe(
      'The role is in account 123456789012, and the schema says 210987654321.',
    );
    expect(world.calls).toEqual([]);
  });
});

describe('tables', () => {
  it('that are missing are named, and the others are tried all the same', async () => {
    role = { ...role, tables: ['orders', 'custmers', 'itms'] };
    account.policies = [permissions({})];
    const report = await validate();
    expect(letters(report)).toBe('oooofoo');
    expect(report.message).toBe('Tables: There are no tables custmers, itms in eu-central-1 of account 123456789012.');
  });

  it('in another region than the schema says are told by their ARN', async () => {
    const elsewhere = 'arn:aws:dynamodb:us-east-1:123456789012:table/orders';
    account.tables = [{ ...table('orders'), arn: elsewhere }, table('customers')];
    expect(stepOf(await validate(), 'tables')).toMatchObject({
      outcome: 'fail',
      message: expect.stringContaining(elsewhere),
    });
  });

  it('are not there at all: a warning, not a failure', async () => {
    role = { ...role, tables: '*' };
    account.policies = [permissions({})];
    account.tables = [];
    expect(letters(await validate())).toBe('oooowss');
  });

  it('that may not be described tell that the policy may not be attached', async () => {
    account.policies = [];
    const report = await validate();
    expect(letters(report)).toBe('oooofso');
    expect(stepOf(report, 'tables').message).toContain('dynamodb:DescribeTable on resource');
    expect(stepOf(report, 'tables').remedies[0]).toContain('not attached');
    // The steps share the half minute, however many tables there are.
    expect(world.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(61_000);
  });
});

/** The policy without an action, or without resources of which a text is a part. */
function without(
  policy: PolicyDocument,
  given: { readonly action?: string; readonly resource?: string },
): PolicyDocument {
  const keep = (list: string | readonly string[] = [], part?: string) =>
    [list].flat().filter((it) => part === undefined || !it.includes(part));
  const Statement = policy.Statement.map((it) => ({
    ...it,
    Action: keep(it.Action, given.action),
    Resource: keep(it.Resource, given.resource),
  }));
  return { ...policy, Statement };
}

describe('a permission policy', () => {
  it.each([
    ['R', 'GetItem'],
    ['R', 'BatchGetItem'],
    ['R', 'Query'],
    ['R', 'Scan'],
    ['RA', 'PutItem'],
    ['W', 'UpdateItem'],
    ['RW', 'DeleteItem'],
    ['RWA', 'BatchWriteItem'],
  ] as const)('for %s that lacks %s fails, and says on which tables', async (access, action) => {
    role = { ...role, access };
    account.policies = [without(permissions({}), { action: `dynamodb:${action}` })];
    const report = await validate();
    expect(letters(report)).toBe('ooooofo');
    const { message, remedies } = stepOf(report, 'access');
    expect(message).toContain(`AWS refuses dynamodb:${action} on orders, customers.`);
    expect(remedies[0]).toContain(
      `Allow dynamodb:${action} on arn:aws:dynamodb:eu-central-1:123456789012:table/orders`,
    );
  });

  it('that lacks the ARN of the indexes says that IAM asks for it', async () => {
    account.policies = [without(permissions({}), { resource: '/index/' })];
    const report = await validate();
    expect(letters(report)).toBe('ooooofo');
    const { message, remedies } = stepOf(report, 'access');
    expect(message).toContain('AWS refuses to read indexes of orders.');
    expect(remedies[0]).toContain('table/orders/index/* to the resources');
  });

  it('that is broader than the schema is warned of', async () => {
    account.policies = [permissions({ tables: '*' })];
    const report = await validate();
    expect(letters(report)).toBe('oooooow');
    expect(stepOf(report, 'reach').message).toContain('it may describe and read tables that are not in the list');
  });

  it('with a wildcard behind the name of a table is broader too, also where it only writes', async () => {
    const [statement] = permissions({ access: 'W' }).Statement;
    if (statement === undefined) throw new Error('no statement');
    const wild = {
      ...statement,
      Action: 'dynamodb:PutItem',
      Resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/orders*',
    };
    account.policies = [permissions({}), policyDocument([wild])];
    expect(stepOf(await validate(), 'reach').message).toContain('it may write tables');
  });

  it('that should deny scans and does not is warned of', async () => {
    account.policies = [permissions({})];
    role = { ...role, denyFullScans: true };
    const report = await validate();
    expect(letters(report)).toBe('ooooowo');
    expect(stepOf(report, 'access').message).toBe('Full scans should be denied, and are allowed on orders, customers.');
  });
});

describe('a validation', () => {
  it('that is cancelled throws CANCELLED and closes what it opened', async () => {
    const controller = new AbortController();
    account.policies = [];
    world = fakeWorld(account);
    const running = validateRole(role, world.effects, {
      signal: controller.signal,
      onEvent: ({ kind }) => {
        if (kind === 'waiting') controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect([world.opened, world.closed]).toEqual([2, 2]);
  });
});
