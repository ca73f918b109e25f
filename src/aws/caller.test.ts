import { describe, expect, it } from 'vitest';
import { parseCaller, trustedPrincipal } from './caller.js';

describe('the principal to trust', () => {
  it.each([
    ['arn:aws:sts::123456789012:assumed-role/headgate/i-0abc', 'arn:aws:iam::123456789012:role/headgate'],
    ['arn:aws-cn:sts::123456789012:assumed-role/headgate/s', 'arn:aws-cn:iam::123456789012:role/headgate'],
    ['arn:aws:iam::123456789012:user/machines/headgate', 'arn:aws:iam::123456789012:user/machines/headgate'],
  ])('of the session or user %s is %s', (callerArn, arn) => {
    expect(trustedPrincipal(callerArn, 'caller')).toEqual({ kind: 'arn', arn });
    expect(trustedPrincipal(callerArn, 'account')).toEqual({
      kind: 'account',
      arn: `${callerArn.startsWith('arn:aws-cn') ? 'arn:aws-cn' : 'arn:aws'}:iam::123456789012:root`,
      principalsLike: [],
    });
  });

  it('of IAM Identity Center is found by pattern, because STS does not tell the path of its roles', () => {
    const callerArn = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0a1b/alice';
    expect(trustedPrincipal(callerArn, 'caller')).toEqual({
      kind: 'account',
      arn: 'arn:aws:iam::123456789012:root',
      principalsLike: ['arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Admin_0a1b'],
    });
  });

  it.each(['arn:aws:iam::123456789012:root', 'arn:aws:sts::123456789012:federated-user/bob'])(
    'is none for %s, which AWS lets assume nothing',
    (callerArn) => {
      const refusal = expect.objectContaining({
        code: 'CALLER_UNSUITABLE',
        detail: expect.stringContaining(callerArn),
      });
      expect(() => trustedPrincipal(callerArn, 'caller')).toThrowError(refusal);
      expect(() => trustedPrincipal(callerArn, 'account')).toThrowError(refusal);
    },
  );
});

it.each(['', 'alice', 'arn:aws-iso:iam::123456789012:user/a', 'arn:aws:iam::1234:user/a', 'arn:aws:s3:::bucket'])(
  'what is no caller is refused: %j',
  (arn) => {
    expect(() => parseCaller(arn)).toThrowError(expect.objectContaining({ code: 'CALLER_UNSUITABLE' }));
  },
);
