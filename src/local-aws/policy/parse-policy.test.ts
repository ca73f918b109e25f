import { describe, expect, it } from 'vitest';
import { parsePolicy, parsePolicyText } from './parse-policy.js';

const RIGHT = { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' };
const TRUST = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } };
const of = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] });

describe('a policy', () => {
  it.each([
    ['one statement without a list', { Version: '2012-10-17', Statement: RIGHT }],
    ['an older version', { Version: '2008-10-17', Statement: [RIGHT] }],
    ['an id and statement ids', { Version: '2012-10-17', Id: 'x', Statement: [{ ...RIGHT, Sid: 'A' }, RIGHT] }],
    ['a boolean as value of a condition', of({ ...RIGHT, Condition: { Bool: { 'aws:SecureTransport': true } } })],
    ['NotAction and NotResource', of({ Effect: 'Deny', NotAction: ['s3:*'], NotResource: 'arn:aws:s3:::a/*' })],
  ])('with %s is read', (_what, policy) => {
    expect(parsePolicy(policy, 'identity').statements.length).toBeGreaterThan(0);
  });

  it.each([
    ['that is no object', [], 'Syntax errors in policy.'],
    ['of another version', { Version: '2012-10-18', Statement: [RIGHT] }, 'Syntax errors in policy.'],
    ['without statements', { Version: '2012-10-17', Statement: [] }, 'Syntax errors in policy.'],
    ['with a misspelt member', { Version: '2012-10-17', Statements: [RIGHT] }, 'Syntax errors in policy.'],
    ['with a misspelt effect', of({ ...RIGHT, Effect: 'allow' }), 'Syntax errors in policy.'],
    ['with an unknown element', of({ ...RIGHT, Resources: '*' }), 'Syntax errors in policy.'],
    ['with Action and NotAction', of({ ...RIGHT, NotAction: 's3:*' }), 'Syntax errors in policy.'],
    ['with a number as action', of({ ...RIGHT, Action: 3 }), 'Syntax errors in policy.'],
    ['with no values of a condition', of({ ...RIGHT, Condition: { Bool: { 'a:b': [] } } }), 'Syntax errors in policy.'],
    ['without actions', of({ Effect: 'Allow', Resource: '*' }), 'Policy statement must contain actions.'],
    ['with an empty list of actions', of({ ...RIGHT, Action: [] }), 'Policy statement must contain actions.'],
    ['without resources', of({ Effect: 'Allow', Action: 's3:*' }), 'Policy statement must contain resources.'],
    ['with an action without service', of({ ...RIGHT, Action: 'GetItem' }), 'must be prefaced by a vendor'],
    ['with an action of two colons', of({ ...RIGHT, Action: 'a:b:c' }), 'can contain only one colon'],
    ['with a wildcard in the service', of({ ...RIGHT, Action: 'dyn*:GetItem' }), 'Vendor dyn* is not valid'],
    ['with a name as resource', of({ ...RIGHT, Resource: 'table/x' }), 'must be in ARN format or "*".'],
    ['with a wildcard for the service', of({ ...RIGHT, Resource: 'arn:aws:*:x' }), 'must be fully qualified'],
    [
      'of another partition',
      of({ ...RIGHT, Resource: 'arn:aws-cn:s3:::x' }),
      'Partition "aws-cn" is not valid for resource',
    ],
    ['with a principal', of({ ...RIGHT, Principal: '*' }), 'Policy document should not specify a principal.'],
    [
      'with the same statement id twice',
      {
        Version: '2012-10-17',
        Statement: [
          { ...RIGHT, Sid: 'A' },
          { ...RIGHT, Sid: 'A' },
        ],
      },
      'Statement IDs (SID) in a single policy must be unique.',
    ],
  ])('%s is refused', (_what, policy, message) => {
    const parse = () => parsePolicy(policy, 'identity');
    expect(parse).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
    expect(parse).toThrow(message);
  });

  it('that is no JSON is refused', () => {
    expect(() => parsePolicyText('{"Version":', 'identity')).toThrow('This policy contains invalid Json');
  });

  it.each([
    ['an account', { AWS: '111122223333' }],
    ['the root of an account', { AWS: 'arn:aws:iam::111122223333:root' }],
    [
      'a user, a role and a session',
      { AWS: ['user/a', 'role/p/b'].map((name) => `arn:aws:iam::111122223333:${name}`) },
    ],
    ['a service', { Service: 'ec2.amazonaws.com' }],
    ['anyone', '*'],
  ])('of trust may name %s', (_what, Principal) => {
    expect(parsePolicy(of({ ...TRUST, Principal }), 'trust').statements).toHaveLength(1);
  });

  it.each([
    ['without a principal', { ...TRUST, Principal: undefined }, 'Syntax errors in policy.'],
    [
      'with all users of an account',
      { ...TRUST, Principal: { AWS: 'arn:aws:iam::111122223333:user/*' } },
      'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/*"',
    ],
    ['with an account of 11 digits', { ...TRUST, Principal: { AWS: '11112222333' } }, 'Invalid principal'],
    ['with a resource', { ...TRUST, Resource: '*' }, 'Has prohibited field Resource'],
    ['with an action of DynamoDB', { ...TRUST, Action: 'dynamodb:Query' }, 'may only specify STS AssumeRole actions'],
    ['with NotPrincipal', { Effect: 'Deny', Action: 'sts:*', NotPrincipal: '*' }, 'Has prohibited field NotPrincipal'],
    ['without any principal', { Effect: 'Allow', Action: 'sts:AssumeRole' }, 'Missing required field Principal'],
  ])('of trust %s is refused', (_what, statement, message) => {
    expect(() => parsePolicy(of(statement), 'trust')).toThrow(message);
  });
});
