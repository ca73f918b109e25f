import type { IamRole } from '../accounts/iam-entities.js';
import { type AuthenticatedCaller, type Authenticator, sessionArn } from '../authenticate.js';
import { AwsFault } from '../aws-fault.js';
import { decideOnRole } from '../policy/decide.js';
import { parsePolicyText } from '../policy/parse-policy.js';
import { refusalText } from '../refusal-text.js';
import type { AssumeRoleRequest } from './assume-role-request.js';
import { packedPolicyPercent } from './packed-size.js';
import type { XmlElements } from './sts-answer.js';

/**
 * Opens a session of the role. Throws the faults AccessDenied (also for a role that is not there: AWS does not tell),
 * ValidationError for a duration that the role does not give, MalformedPolicyDocument, PackedPolicyTooLarge.
 */
export function assumeRole(caller: AuthenticatedCaller, request: AssumeRoleRequest, by: Authenticator): XmlElements {
  const { roleArn, roleSessionName, policy } = request;
  if (!ROLE_ARN.test(roleArn)) throw new AwsFault('ValidationError', `${roleArn} is invalid`);
  const sessionPolicy = policy === undefined ? undefined : parsePolicyText(policy, 'identity');
  const packedPercent = policy === undefined ? undefined : packedPolicyPercent(policy);
  if (packedPercent !== undefined && packedPercent > 100) {
    const text = `Packed policy consumes ${packedPercent}% of allotted space, please use smaller policy.`;
    throw new AwsFault('PackedPolicyTooLarge', text);
  }
  const sourceIdentity = request.sourceIdentity ?? caller.session?.sourceIdentity;
  const role = allowedRole(caller, request, { by, sourceIdentity });
  checkDuration(caller, role, request.durationSeconds);
  const nowMs = by.clock();
  const session = by.sessions.open(
    {
      ...{ role, sourceIdentity, policy: sessionPolicy, name: roleSessionName },
      // Whole seconds, as AWS has them.
      expiresAtMs: Math.floor(nowMs / 1000 + request.durationSeconds) * 1000,
    },
    nowMs,
  );
  return {
    SourceIdentity: sourceIdentity,
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${roleSessionName}`,
      Arn: sessionArn(role.account, role.name, roleSessionName),
    },
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.token,
      Expiration: new Date(session.expiresAtMs).toISOString().replace('.000Z', 'Z'),
    },
    PackedPolicySize: packedPercent,
  };
}

const ROLE_ARN = /^arn:aws:iam::(\d{12}):role(\/(?:[!-~]+\/)?)([\w+=,.@-]{1,64})$/;
const CHAINED_SECONDS_MAX = 3_600;

interface Assuming {
  readonly by: Authenticator;
  readonly sourceIdentity: string | undefined;
}

/** The role, when the caller may assume it. A source identity is a permission of its own, also one that is passed on. */
function allowedRole(
  caller: AuthenticatedCaller,
  request: AssumeRoleRequest,
  { by, sourceIdentity }: Assuming,
): IamRole {
  const { roleArn, roleSessionName, externalId } = request;
  const [, account = '', , name = ''] = ROLE_ARN.exec(roleArn) ?? [];
  const named = by.accounts.role(account, name);
  const role = named?.arn === roleArn ? named : undefined;
  const context = new Map([...caller.context, ['sts:rolesessionname', [roleSessionName]]]);
  if (externalId !== undefined) context.set('sts:externalid', [externalId]);
  if (sourceIdentity !== undefined) context.set('sts:sourceidentity', [sourceIdentity]);
  if (role === undefined) throw denied(refusalText(caller.arn, { action: 'sts:AssumeRole', resource: roleArn }));
  const actions = ['sts:AssumeRole', ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity'])];
  for (const action of actions) {
    const need = { action, resource: roleArn };
    const decision = decideOnRole(caller, role, { ...need, context });
    // STS says which policy refuses only where one does so outright.
    if (!decision.allowed) {
      throw denied(refusalText(caller.arn, need, decision.refusal.explicit ? decision.refusal : undefined));
    }
  }
  const alreadySet = caller.session?.sourceIdentity;
  if (alreadySet !== undefined && alreadySet !== sourceIdentity) {
    throw denied(refusalText(caller.arn, { action: 'sts:SetSourceIdentity', resource: roleArn }));
  }
  return role;
}

function checkDuration({ session }: AuthenticatedCaller, role: IamRole, seconds: number): void {
  if (session !== undefined && seconds > CHAINED_SECONDS_MAX) {
    throw new AwsFault(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (seconds > role.maxSessionSeconds) {
    throw new AwsFault(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
}

function denied(text: string): AwsFault {
  return new AwsFault('AccessDenied', text, 403);
}
