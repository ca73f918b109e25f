import type { AccountRegistry } from './accounts/local-accounts.js';
import type { RoleSessions } from './accounts/sessions.js';
import type { Permissions } from './policy/decide.js';
import type { ConditionContext } from './policy/pattern.js';
import type { Caller } from './policy/principal-pattern.js';
import { checkSignature, readSignature, type Signature, type SignedRequest } from './signature.js';

/** Who a signed request comes from. */
export interface AuthenticatedCaller extends Caller {
  /** As GetCallerIdentity shows it: of a session, the role's id and the session's name. */
  readonly userId: string;
  readonly permissions: Permissions;
  /** Undefined for a user. */
  readonly session: { readonly sourceIdentity: string | undefined } | undefined;
  /** The region that the request was signed for. */
  readonly region: string;
  /** The condition keys that tell about the caller. */
  readonly context: ConditionContext;
}

export type Authentication =
  | { readonly kind: 'known'; readonly caller: AuthenticatedCaller }
  /** Nobody has this key, or the token does not belong to it. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'missing' | 'incomplete' | 'mismatch'; readonly text: string };

export interface Authenticator {
  readonly accounts: AccountRegistry;
  readonly sessions: RoleSessions;
  /** For the expiry of sessions. */
  readonly clock: () => number;
}

/**
 * Finds out who signed the request, for a user's key pair or the temporary credentials of a session. A signature is dated by
 * the caller's clock, so its age is measured by this machine's, whatever the clock of local AWS is set to.
 */
export function authenticate(request: SignedRequest, service: string, by: Authenticator): Authentication {
  const signature = readSignature(request);
  if ('kind' in signature) return signature;
  const found = findCaller(signature.accessKeyId, request.headers.get('x-amz-security-token'), by);
  if (found.kind !== 'found') return found;
  const { secretAccessKey, caller } = found;
  const problem = checkSignature(request, signature, { secretAccessKey, service, nowMs: Date.now() });
  if (problem !== undefined) return problem;
  return { kind: 'known', caller: { ...caller, region: signature.region, context: contextOf(found, signature, by) } };
}

type Found = FoundCaller | { readonly kind: 'unknown' | 'expired' };

interface FoundCaller {
  readonly kind: 'found';
  readonly secretAccessKey: string;
  readonly caller: Omit<AuthenticatedCaller, 'region' | 'context'>;
  /** The condition keys that only this kind of caller has. */
  readonly keys: readonly (readonly [string, readonly string[]])[];
}

function findCaller(
  accessKeyId: string,
  token: string | undefined,
  { accounts, sessions, clock }: Authenticator,
): Found {
  if (token === undefined) {
    const user = accounts.userOfKey(accessKeyId);
    if (user === undefined) return { kind: 'unknown' };
    const { account, arn, id, secretAccessKey } = user;
    const permissions = { identity: user.policies, session: undefined };
    const caller = { account, arn, principalArn: arn, userId: id, session: undefined, permissions };
    const keys = [
      ['aws:principaltype', ['User']],
      ['aws:username', [user.name]],
    ] as const;
    return { kind: 'found', secretAccessKey, caller, keys };
  }
  const session = sessions.find(accessKeyId, token);
  const role = session === undefined ? undefined : accounts.role(session.account, session.roleName);
  if (session === undefined || role === undefined || role.id !== session.roleId) return { kind: 'unknown' };
  if (clock() >= session.expiresAtMs) return { kind: 'expired' };
  const { account, sourceIdentity, secretAccessKey } = session;
  const caller = {
    ...{ account, principalArn: role.arn, session: { sourceIdentity } },
    arn: sessionArn(account, role.name, session.name),
    userId: `${role.id}:${session.name}`,
    permissions: { identity: role.permissions, session: session.policy },
  };
  const source = sourceIdentity === undefined ? [] : [['aws:sourceidentity', [sourceIdentity]] as const];
  return { kind: 'found', secretAccessKey, caller, keys: [['aws:principaltype', ['AssumedRole']], ...source] };
}

/** Of a session; without the path of the role. */
export function sessionArn(account: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`;
}

function contextOf({ caller, keys }: FoundCaller, { region }: Signature, { clock }: Authenticator): ConditionContext {
  const nowMs = clock();
  return new Map<string, readonly string[]>([
    ['aws:principalarn', [caller.principalArn]],
    ['aws:principalaccount', [caller.account]],
    ['aws:userid', [caller.userId]],
    ['aws:requestedregion', [region]],
    // What comes by loopback stands for what comes by TLS, so that policies that ask for it can be tried.
    ['aws:securetransport', ['true']],
    ['aws:currenttime', [new Date(nowMs).toISOString()]],
    ['aws:epochtime', [String(Math.floor(nowMs / 1000))]],
    ...keys,
  ]);
}
