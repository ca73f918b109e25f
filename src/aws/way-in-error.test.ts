import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { ErrorCode } from '../base/errors/registry.js';
import { type WayIn, wayInError } from './way-in-error.js';

const WAYS: readonly WayIn[] = [
  { kind: 'role', roleArn: 'arn:aws:iam::123456789012:role/Reader' },
  { kind: 'default' },
  { kind: 'keys' },
  { kind: 'endpoint', url: 'http://localhost:8000' },
];
const EXPIRED = { cause: Object.assign(new Error('old'), { name: 'ExpiredTokenException' }) };
const QUERY_DENIED = {
  detail:
    'User: arn:aws:sts::123456789012:assumed-role/Reader/user-alice is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-central-1:123456789012:table/orders/index/by_sku because no identity-based policy allows the dynamodb:Query action',
};

type Details = ConstructorParameters<typeof HeadgateError>[2];
const hint = (code: ErrorCode, wayIn: WayIn, details: Details = {}) =>
  wayInError(new HeadgateError(code, 'It failed.', details), wayIn, 'eu-central-1').hint ?? '';

describe('an error of a way in', () => {
  it.each([
    ['CREDENTIALS_MISSING', {}, ['role is attached', 'aws sso login', 'again', 'any keys']],
    ['CREDENTIALS_REJECTED', EXPIRED, ['not those of the role', 'sign in again', 'session token', 'leave them out']],
    ['CREDENTIALS_REJECTED', {}, ['region is not enabled', 'get-caller-identity', 'inactive', 'checks credentials']],
    ['ENDPOINT_UNREACHABLE', {}, ['eu-central-1', 'eu-central-1', 'eu-central-1', 'start the local DynamoDB']],
    ['AWS_ACCESS_DENIED', QUERY_DENIED, ['role/Reader', 'runs as', 'whose keys', 'has its permissions']],
    ['AWS_ACCESS_DENIED', {}, ['role/Reader', 'runs as', 'whose keys', 'has its permissions']],
    ['TABLE_NOT_FOUND', {}, ['role/Reader', 'these credentials', 'these credentials', '-sharedDb']],
  ] as const)('says what to do for each way: %s', (code, details, parts) => {
    const hints = WAYS.map((wayIn) => hint(code, wayIn, details));
    hints.forEach((text, i) => {
      expect(text).toContain(parts[i]);
    });
  });

  it('of permission names action and resource where AWS does, and that an index has an ARN of its own', () => {
    expect(hint('AWS_ACCESS_DENIED', WAYS[1] as WayIn, QUERY_DENIED)).toBe(
      'Allow dynamodb:Query on arn:aws:dynamodb:eu-central-1:123456789012:table/orders/index/by_sku in the policies of the identity that Headgate runs as. An index needs its own ARN: `table/<name>/index/*`.',
    );
  });

  it('of a profile names the profile, of a local endpoint its port', () => {
    expect(hint('CREDENTIALS_MISSING', { kind: 'default', profile: 'data' })).toContain('profile data');
    expect(hint('ENDPOINT_UNREACHABLE', { kind: 'endpoint', url: 'http://127.0.0.1:8000' })).toContain('port 8000');
  });

  it('keeps its code, words and cause', () => {
    const error = new HeadgateError('AWS_ACCESS_DENIED', 'It failed.', { ...QUERY_DENIED, ...EXPIRED });
    const told = wayInError(error, { kind: 'keys' }, undefined);
    expect([told.code, told.message, told.detail, told.cause]).toEqual([
      error.code,
      error.message,
      error.detail,
      error.cause,
    ]);
  });

  it('of another kind is left as it is', () => {
    const error = new HeadgateError('UNITS_EXCEEDED', 'Too much.');
    expect(wayInError(error, { kind: 'keys' }, 'eu-central-1')).toBe(error);
  });
});
