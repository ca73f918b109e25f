import type { TrustedPrincipal } from '../caller.js';
import { oneOrMore, type PolicyDocument, policyDocument, type Statement } from './document.js';

export interface Trust {
  readonly principal: TrustedPrincipal;
  readonly externalId: string;
  /** Whether Headgate sets the source identity of its sessions. */
  readonly sourceIdentity: boolean;
}

/** Who may assume the role, and only with the external ID. */
export function trustPolicy({ principal, externalId, sourceIdentity }: Trust): PolicyDocument {
  const narrowed =
    principal.kind === 'account' && principal.principalsLike.length > 0
      ? { ArnLike: { 'aws:PrincipalArn': oneOrMore(principal.principalsLike) } }
      : {};
  const assume: Statement = {
    Sid: 'AllowHeadgateAssumeRole',
    Effect: 'Allow',
    Principal: { AWS: principal.arn },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': externalId }, ...narrowed },
  };
  // By itself it opens nothing, and `sts:ExternalId` is no condition key of this action.
  const setSource: Statement = {
    Sid: 'AllowHeadgateSetSourceIdentity',
    Effect: 'Allow',
    Principal: { AWS: principal.arn },
    Action: 'sts:SetSourceIdentity',
    ...(Object.keys(narrowed).length > 0 && { Condition: narrowed }),
  };
  return policyDocument(sourceIdentity ? [assume, setSource] : [assume]);
}

/** What Headgate's own identity must be allowed in its own account: across accounts AWS asks both sides. */
export function callerPolicy(roleArn: string, { sourceIdentity }: Pick<Trust, 'sourceIdentity'>): PolicyDocument {
  return policyDocument([
    {
      Sid: 'AssumeHeadgateRole',
      Effect: 'Allow',
      Action: sourceIdentity ? ['sts:AssumeRole', 'sts:SetSourceIdentity'] : 'sts:AssumeRole',
      Resource: roleArn,
    },
  ]);
}
