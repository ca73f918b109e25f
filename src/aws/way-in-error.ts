import { HeadgateError } from '../base/errors/headgate-error.js';
import { isExpired } from './sts-error.js';

/** How a schema gets into its account. */
export type WayIn =
  | { readonly kind: 'role'; readonly roleArn: string }
  | { readonly kind: 'default'; readonly profile?: string }
  | { readonly kind: 'keys' }
  | { readonly kind: 'endpoint'; readonly url: string };

/** The same error with what to do about it for this way in; errors of another kind come back as they are. */
export function wayInError(error: HeadgateError, wayIn: WayIn, region: string | undefined): HeadgateError {
  const hint = hintOf(error, wayIn, region);
  if (hint === undefined) return error;
  const { code, message, detail, position, cause } = error;
  return new HeadgateError(code, message, {
    hint,
    cause: cause ?? error,
    ...(detail === undefined ? {} : { detail }),
    ...(position === undefined ? {} : { position }),
  });
}

function hintOf(error: HeadgateError, wayIn: WayIn, region: string | undefined): string | undefined {
  switch (error.code) {
    case 'CREDENTIALS_MISSING':
      return missingCredentials(wayIn);
    case 'CREDENTIALS_REJECTED':
      return isExpired(error) ? expiredCredentials(wayIn) : unknownCredentials(wayIn);
    case 'REGION_MISSING':
      return 'Set `region` of the schema; with the default chain also AWS_REGION, or `region` in the AWS profile, will do.';
    case 'ENDPOINT_UNREACHABLE':
      return unreachable(error, wayIn, region);
    case 'AWS_ACCESS_DENIED':
      return denied(error, wayIn);
    case 'TABLE_NOT_FOUND':
      return missingTable(wayIn, region);
    case 'ROLE_REFUSED':
      return 'Validate the schema: that tries the role step by step, and tells which of name, account, external ID and trust to check.';
    default:
      return undefined;
  }
}

function missingCredentials(wayIn: WayIn): string {
  switch (wayIn.kind) {
    case 'role':
      return 'To assume the role Headgate needs credentials of its own: run it where a role is attached (EC2, ECS, EKS, Lambda), sign in with `aws sso login`, or set AWS_PROFILE.';
    case 'default':
      return wayIn.profile === undefined
        ? 'Sign in with `aws sso login`, set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run Headgate where a role is attached.'
        : `Is there a profile ${wayIn.profile} in the AWS configuration of whoever runs Headgate? \`aws configure list-profiles\` tells.`;
    case 'keys':
      return 'Give the schema its access key and its secret again.';
    case 'endpoint':
      return 'A local DynamoDB takes any keys: leave `credentials` out, or give any pair.';
  }
}

function expiredCredentials(wayIn: WayIn): string {
  switch (wayIn.kind) {
    case 'role':
      return "Headgate's own credentials have expired, not those of the role: sign in again (`aws sso login`), or renew what it runs with.";
    case 'default':
      return 'They have expired: sign in again (`aws sso login`), or renew the session in the environment.';
    case 'keys':
      return 'The key pair has a session token, which has expired: use a role, or the keys of a user.';
    case 'endpoint':
      return 'The endpoint says that they have expired: renew the keys of the schema, or leave them out if any will do.';
  }
}

function unknownCredentials(wayIn: WayIn): string {
  const clock = 'The clock of this machine may also be wrong.';
  switch (wayIn.kind) {
    case 'role':
      return `Headgate's own credentials are deleted, of another partition, or of an account in which the region is not enabled. ${clock}`;
    case 'default':
      return `They are deleted, mistyped or of another partition (China and GovCloud have their own); \`aws sts get-caller-identity\` tells. ${clock}`;
    case 'keys':
      return `The key pair is deleted, inactive, mistyped or of another partition: look at it in IAM, and give the schema a new one. ${clock}`;
    case 'endpoint':
      return 'The endpoint checks credentials: is it AWS, then give the schema keys that AWS knows; else restart it with the keys that it was made with.';
  }
}

function unreachable(error: HeadgateError, wayIn: WayIn, region: string | undefined): string {
  if (wayIn.kind !== 'endpoint') {
    return `Is ${JSON.stringify(region ?? '')} the right name of the region, is this machine online, and may it reach AWS there (VPN, proxy, firewall, VPC endpoint)?`;
  }
  const { hostname, port } = new URL(wayIn.url);
  const isLocal = /^(localhost|127\.|\[::1\])/.test(hostname);
  if (!isLocal) return error.hint ?? 'Is the host name of the endpoint right, and is it reachable from here?';
  return `Nothing answers there: start the local DynamoDB, and check that it listens on port ${port === '' ? '80' : port}. With \`endpoint: embedded\` Headgate starts one itself.`;
}

/** AWS names action and resource in its text; where it does not, the advice is general. */
function denied(error: HeadgateError, wayIn: WayIn): string {
  const told = /perform: (?<action>[\w:]+) on resource: (?<resource>[^\s,]+)/.exec(error.detail ?? '')?.groups;
  const action = told?.['action'] ?? 'the action';
  const resource = told?.['resource'] ?? 'the table, and on its indexes (`table/<name>/index/*`),';
  const index = told?.['resource']?.includes('/index/') ? ' An index needs its own ARN: `table/<name>/index/*`.' : '';
  const where = {
    role: () =>
      `in the permission policy of ${wayIn.kind === 'role' ? wayIn.roleArn : 'the role'}; validating the schema shows everything that is missing`,
    default: () => 'in the policies of the identity that Headgate runs as',
    keys: () => 'in the policies of the user whose keys these are',
    endpoint: () => 'where the endpoint has its permissions',
  }[wayIn.kind]();
  return `Allow ${action} on ${resource} ${where}.${index}`;
}

function missingTable(wayIn: WayIn, region: string | undefined): string {
  if (wayIn.kind === 'endpoint') {
    return 'Names are case-sensitive. A DynamoDB Local without -sharedDb keeps separate tables for each access key and region: use those with which the table was made.';
  }
  const account = wayIn.kind === 'role' ? `the account of ${wayIn.roleArn}` : 'the account of these credentials';
  return `Names are case-sensitive. Is the table in ${region ?? 'that region'} of ${account}?`;
}
