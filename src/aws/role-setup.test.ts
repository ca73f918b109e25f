import { describe, expect, it } from 'vitest';
import { ROLE_ACCESSES } from './policy/actions.js';
import { planRole, type RoleSetup, setupProblems } from './role-setup.js';

const SETUP: RoleSetup = {
  schema: 'shop',
  region: 'eu-central-1',
  accountId: '123456789012',
  roleName: 'HeadgateReadRole',
  tables: ['orders'],
  access: 'R',
  externalId: 'headgate-1',
  principal: { kind: 'arn', arn: 'arn:aws:iam::999988887777:role/headgate' },
  sourceIdentity: false,
  catalogExtras: true,
  denyFullScans: false,
};

describe('a set-up', () => {
  it('that is good has a plan, the same each time, with the ARN of the role', () => {
    expect(setupProblems(SETUP)).toEqual([]);
    expect(planRole(SETUP)).toEqual(planRole({ ...SETUP }));
    expect(planRole(SETUP)).toMatchObject({ roleArn: 'arn:aws:iam::123456789012:role/HeadgateReadRole', notes: [] });
  });

  it.each([
    ['schema', { schema: 'my shop' }],
    ['region', { region: 'Frankfurt' }],
    ['account', { accountId: '1234' }],
    ['role', { roleName: 'a b' }],
    ['external ID', { externalId: 'a b' }],
    ['tables', { tables: ['a/b/c'] }],
    ['tables', { tables: [] }],
    ['tables', { tables: ['orders', 'orders'] }],
    ['partition', { partition: 'aws-cn' }],
    ['trusted principal', { principal: { kind: 'arn', arn: 'arn:aws:iam::999988887777:role/*' } }],
    ['trusted principal', { region: 'cn-north-1' }],
  ] as const)('that is wrong is told by field, and has no plan: %s %o', (field, difference) => {
    const setup: RoleSetup = { ...SETUP, ...difference };
    expect(setupProblems(setup).map((it) => it.field)).toEqual([field]);
    expect(() => planRole(setup)).toThrowError(
      expect.objectContaining({ code: 'ROLE_INVALID', detail: expect.stringContaining(`${field}: `) }),
    );
  });

  it('in another partition has its ARNs there', () => {
    const principal = { kind: 'arn', arn: 'arn:aws-us-gov:iam::999988887777:user/headgate' } as const;
    const plan = planRole({ ...SETUP, region: 'us-gov-west-1', partition: 'aws-us-gov', principal });
    expect(JSON.stringify(plan)).not.toContain('arn:aws:');
    expect(plan.roleArn).toBe('arn:aws-us-gov:iam::123456789012:role/HeadgateReadRole');
  });
});

describe('the notes', () => {
  const notesOf = (difference: Partial<RoleSetup>) => planRole({ ...SETUP, ...difference }).notes.join('\n');

  it('say what IAM cannot tell apart, where the code needs it', () => {
    const about = (part: string) => ROLE_ACCESSES.filter((access) => notesOf({ access }).includes(part));
    expect(about('dynamodb:PutItem allows both')).toEqual(['RA']);
    expect(about('dynamodb:BatchWriteItem, which also allows deletes')).toEqual(['RWA']);
    expect(about('dynamodb:DescribeTable is included')).toEqual(['W']);
  });

  it('say what the choices mean', () => {
    expect(notesOf({ tables: '*' })).toContain('every table');
    expect(notesOf({ denyFullScans: true })).toContain('declare the columns');
    expect(notesOf({ denyFullScans: true, access: 'W' })).not.toContain('declare the columns');
    expect(notesOf({ catalogExtras: false })).toContain('DescribeTimeToLive');
    expect(notesOf({ tables: Array.from({ length: 200 }, (_, i) => `table-${i}`) })).toContain('managed policies');
    const account = { kind: 'account', arn: 'arn:aws:iam::999988887777:root' } as const;
    expect(notesOf({ principal: { ...account, principalsLike: [] } })).toContain('whole account');
    expect(notesOf({ principal: { ...account, principalsLike: ['arn:aws:iam::999988887777:role/x'] } })).toBe('');
  });
});
