import { HeadgateError } from '../base/errors/headgate-error.js';
import { PARTITIONS, type Partition } from './partition.js';

/** Who the trust policy of a role lets in. */
export type TrustedPrincipal =
  | { readonly kind: 'arn'; readonly arn: string }
  /** An account, narrowed to those of its principals whose ARN is like one of the patterns; to all of them without any. */
  | { readonly kind: 'account'; readonly arn: string; readonly principalsLike: readonly string[] };

/** `caller`: just the identity that Headgate has; `account`: whoever its own account lets assume the role. */
export type TrustChoice = 'caller' | 'account';

/** Whom STS says Headgate is, taken apart. */
export interface Caller {
  readonly arn: string;
  readonly partition: Partition;
  readonly accountId: string;
}

/** Throws CALLER_UNSUITABLE for an ARN that is none of a caller. */
export function parseCaller(arn: string): Caller {
  const [prefix, partition, service, , accountId = '', resource] = arn.split(':');
  const known = PARTITIONS.find((each) => each === partition);
  const isCaller = prefix === 'arn' && (service === 'iam' || service === 'sts') && resource !== undefined;
  if (known === undefined || !isCaller || !/^\d{12}$/.test(accountId)) {
    throw new HeadgateError(
      'CALLER_UNSUITABLE',
      `AWS calls this gateway ${JSON.stringify(arn)}, which is not an identity that Headgate knows.`,
      {
        hint: 'Give Headgate the credentials of a user or role in one of the partitions aws, aws-cn and aws-us-gov.',
      },
    );
  }
  return { arn, partition: known, accountId };
}

/**
 * The principal to trust for a caller, as GetCallerIdentity names it: the user itself, or the role behind an assumed-role session.
 * STS leaves the path of a role out, and names are unique in an account whatever the path, so a role of IAM Identity Center, which
 * always has one, is trusted by pattern. Throws CALLER_UNSUITABLE for callers that AWS never lets assume a role.
 */
export function trustedPrincipal(callerArn: string, choice: TrustChoice): TrustedPrincipal {
  const { partition, accountId } = parseCaller(callerArn);
  const [kind = '', ...names] = callerArn.split(':').slice(5).join(':').split('/');
  const account = `arn:${partition}:iam::${accountId}:root`;
  if (kind === 'root') throw cannotAssume('the root user of its account', callerArn);
  if (kind === 'federated-user') throw cannotAssume('a federated user made by GetFederationToken', callerArn);
  if (choice === 'account') return { kind: 'account', arn: account, principalsLike: [] };
  if (kind !== 'assumed-role') return { kind: 'arn', arn: callerArn };
  const role = names[0] ?? '';
  if (!role.startsWith('AWSReservedSSO_'))
    return { kind: 'arn', arn: `arn:${partition}:iam::${accountId}:role/${role}` };
  const pattern = `arn:${partition}:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/*${role}`;
  return { kind: 'account', arn: account, principalsLike: [pattern] };
}

function cannotAssume(what: string, arn: string): HeadgateError {
  return new HeadgateError('CALLER_UNSUITABLE', `Headgate runs as ${what}, and AWS does not let that assume roles.`, {
    detail: `Its identity is ${arn}.`,
    hint: 'Give Headgate the credentials of an IAM role, or of an IAM user.',
  });
}

/** The principal that somebody names: an account by its ID or root ARN, a user or a role by its ARN. `setupProblems` checks it. */
export function namedPrincipal(text: string, partition: Partition): TrustedPrincipal {
  const arn = /^\d{12}$/.test(text) ? `arn:${partition}:iam::${text}:root` : text;
  return arn.endsWith(':root') ? { kind: 'account', arn, principalsLike: [] } : { kind: 'arn', arn };
}
