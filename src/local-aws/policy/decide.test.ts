import { describe, expect, it } from 'vitest';
import { type Decision, decide, decideOnRole, type Permissions } from './decide.js';
import { parsePolicy } from './parse-policy.js';

const ROLE_ARN = 'arn:aws:iam::222222222222:role/Target';
const ASSUME = { action: 'sts:AssumeRole', resource: ROLE_ARN, context: new Map<string, string[]>() };
const CALLER = {
  account: '222222222222',
  arn: 'arn:aws:sts::222222222222:assumed-role/Caller/ann',
  principalArn: 'arn:aws:iam::222222222222:role/team/Caller',
};

type Statements = readonly (readonly ['Allow' | 'Deny', string])[];

function identity(statements: Statements) {
  return parsePolicy(
    { Version: '2012-10-17', Statement: statements.map(([Effect, Action]) => ({ Effect, Action, Resource: '*' })) },
    'identity',
  );
}

function permissions(own: Statements, session?: Statements): Permissions {
  return {
    identity: own.length === 0 ? [] : [identity(own)],
    session: session === undefined ? undefined : identity(session),
  };
}

function trust(principal: unknown, effect = 'Allow') {
  const allowAll = effect === 'Deny' ? [{ Effect: 'Allow', Action: 'sts:*', Principal: '*' }] : [];
  const statement = { Effect: effect, Action: 'sts:AssumeRole', Principal: principal };
  return parsePolicy({ Version: '2012-10-17', Statement: [...allowAll, statement] }, 'trust');
}

function said(decision: Decision): string {
  if (decision.allowed) return 'allowed';
  const { explicit, policy } = decision.refusal;
  return `${explicit ? 'denied' : 'not allowed'} by ${policy}`;
}

describe('own policies', () => {
  const request = { action: 'dynamodb:Query', resource: '*', context: new Map<string, string[]>() };

  it.each([
    ['an allow', permissions([['Allow', 'dynamodb:*']]), 'allowed'],
    ['nothing', permissions([]), 'not allowed by identity-based'],
    [
      'an allow and a deny',
      permissions([
        ['Allow', '*'],
        ['Deny', 'DynamoDB:query'],
      ]),
      'denied by identity-based',
    ],
    ['a narrower session', permissions([['Allow', '*']], [['Allow', 'dynamodb:GetItem']]), 'not allowed by session'],
    [
      'a session that denies',
      permissions(
        [['Allow', '*']],
        [
          ['Allow', '*'],
          ['Deny', '*'],
        ],
      ),
      'denied by session',
    ],
    ['a wider session', permissions([], [['Allow', '*']]), 'not allowed by identity-based'],
    ['both allowing', permissions([['Allow', 'dynamodb:Q*']], [['Allow', 'dynamodb:?uery']]), 'allowed'],
  ])('with %s', (_what, has, expected) => {
    expect(said(decide(has, request))).toBe(expected);
  });
});

describe('assuming a role', () => {
  const may = permissions([['Allow', 'sts:AssumeRole']]);
  const nothing = permissions([]);

  it.each([
    [
      'in its own account, when it names the account, needs the own policies',
      { AWS: '222222222222' },
      nothing,
      'not allowed by identity-based',
    ],
    ['is allowed by both', { AWS: '222222222222' }, may, 'allowed'],
    [
      'in its own account needs nothing else when it names the role of the caller',
      { AWS: CALLER.principalArn },
      nothing,
      'allowed',
    ],
    ['or the session', { AWS: CALLER.arn }, nothing, 'allowed'],
    ['or anyone', '*', nothing, 'allowed'],
    [
      'does not take an ARN without its path',
      { AWS: 'arn:aws:iam::222222222222:role/Caller' },
      may,
      'not allowed by resource-based',
    ],
    ['needs to be named', { AWS: '333333333333' }, may, 'not allowed by resource-based'],
    ['is not for services', { Service: 'ec2.amazonaws.com' }, may, 'not allowed by resource-based'],
    ['is stopped by an own deny', '*', permissions([['Deny', 'sts:*']]), 'denied by identity-based'],
    [
      'is narrowed by a session policy',
      { AWS: CALLER.principalArn },
      permissions([], [['Allow', 'dynamodb:*']]),
      'not allowed by session',
    ],
    [
      'is not narrowed when the session is named',
      { AWS: CALLER.arn },
      permissions([], [['Allow', 'dynamodb:*']]),
      'allowed',
    ],
  ])('%s', (_what, principal, has, expected) => {
    const role = { account: '222222222222', trust: trust(principal) };
    expect(said(decideOnRole({ ...CALLER, permissions: has }, role, ASSUME))).toBe(expected);
  });

  it.each([
    [
      'needs the own policies, whoever is named',
      { AWS: CALLER.principalArn },
      nothing,
      'not allowed by identity-based',
    ],
    ['is allowed by both', { AWS: CALLER.principalArn }, may, 'allowed'],
    ['is allowed when the account is named', { AWS: 'arn:aws:iam::222222222222:root' }, may, 'allowed'],
  ])('of another account %s', (_what, principal, has, expected) => {
    const role = { account: '444444444444', trust: trust(principal) };
    expect(said(decideOnRole({ ...CALLER, permissions: has }, role, ASSUME))).toBe(expected);
  });

  it.each([[{ AWS: CALLER.principalArn }], [{ AWS: CALLER.arn }], [{ AWS: '222222222222' }], ['*']])(
    'is stopped by a trust policy that denies %j',
    (principal) => {
      const role = { account: '222222222222', trust: trust(principal, 'Deny') };
      expect(said(decideOnRole({ ...CALLER, permissions: may }, role, ASSUME))).toBe('denied by resource-based');
    },
  );
});
