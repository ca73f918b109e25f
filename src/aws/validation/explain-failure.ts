import type { HeadgateError } from '../../base/errors/headgate-error.js';
import { trustedPrincipal } from '../caller.js';
import { isExpired } from '../sts-error.js';
import { type Finding, fail, type StepContext } from './validated-role.js';

/** What an error of a step means for whoever set the role up, the likeliest cause first. */
export function explainFailure(error: HeadgateError, context: StepContext): Finding {
  const message = error.detail === undefined ? error.message : `${error.message} ${error.detail}`;
  return fail(message, remediesOf(error, context));
}

function remediesOf(error: HeadgateError, context: StepContext): readonly string[] {
  const { role } = context;
  switch (error.code) {
    case 'ROLE_REFUSED':
      return refusedRole(context);
    case 'CREDENTIALS_REJECTED':
      return isExpired(error)
        ? [
            "Headgate's own credentials have expired: sign in again (`aws sso login`), or renew the keys or the profile that it uses.",
          ]
        : [
            "AWS does not know Headgate's own credentials: they may be deleted, mistyped or of another partition, or the clock of this machine may be wrong.",
            `If they work elsewhere, the region ${role.place.region} may not be enabled in the account that they are of.`,
          ];
    case 'CREDENTIALS_MISSING':
      return [
        'Headgate itself has no AWS credentials: run it where a role is attached, sign in (`aws sso login`), or set AWS_PROFILE.',
      ];
    case 'AWS_ACCESS_DENIED':
      return [
        `Attach the generated permission policy to ${role.roleArn}; perhaps it is not attached, or names another region or account.`,
        'If it was attached in the last minute, validate again: IAM takes some seconds.',
        'A permissions boundary or a service control policy may refuse too.',
      ];
    case 'STS_THROTTLED':
    case 'DYNAMODB_THROTTLED':
    case 'STS_FAILED':
    case 'DYNAMODB_FAILED':
      return ['Nothing needs to be changed: validate again in a minute.'];
    case 'ENDPOINT_UNREACHABLE':
      return [
        error.hint ?? 'Is the network open to it?',
        `Is ${role.place.region} the right name of the region, and may this machine reach AWS there?`,
      ];
    default:
      return error.hint === undefined ? [] : [error.hint];
  }
}

/** IAM does not tell which of these it was: a missing role looks like a refusal. */
function refusedRole({ role, callerArn }: StepContext): readonly string[] {
  const trusted = callerArn === undefined ? undefined : trustedPrincipal(callerArn, role.trust);
  return [
    `Compare the ARN of the role with ${role.roleArn}: its name, its path and the account ID. A role that is not there is refused too.`,
    ...(trusted === undefined
      ? []
      : [`The trust policy of the role must name the principal ${trusted.arn}${likeOf(trusted)}.`]),
    `The external ID in the trust policy must be ${role.externalId}, letter for letter; it changes when it is made anew.`,
    `Headgate's own identity must be allowed sts:AssumeRole${role.sourceIdentity ? ' and sts:SetSourceIdentity' : ''} on the role, by a policy in its own account.`,
    ...(role.sourceIdentity
      ? ['The trust policy must also allow sts:SetSourceIdentity, because aws.sourceIdentity is on.']
      : []),
    'If the role was made in the last minute, validate again: IAM takes some seconds to know it everywhere.',
  ];
}

function likeOf(trusted: ReturnType<typeof trustedPrincipal>): string {
  if (trusted.kind !== 'account' || trusted.principalsLike.length === 0) return '';
  return `, with the condition that aws:PrincipalArn is like ${trusted.principalsLike.join(' or ')}`;
}
