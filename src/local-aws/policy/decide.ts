import { applies, effectOf, type PolicyDocument, type PolicyRequest } from './policy-document.js';
import { type Caller, type NamedAs, namedAs } from './principal-pattern.js';

/** What a caller may do by its own policies. */
export interface Permissions {
  /** Of the user or the role. */
  readonly identity: readonly PolicyDocument[];
  /** Given along when the role was assumed; it only takes away. */
  readonly session: PolicyDocument | undefined;
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly refusal: Refusal };

/** Which policy refuses: by a deny that it states, or by allowing nothing. */
export interface Refusal {
  readonly explicit: boolean;
  readonly policy: 'identity-based' | 'session' | 'resource-based';
}

/** Whether the caller's own policies allow the request: those of the identity do, and no session policy takes it away. */
export function decide({ identity, session }: Permissions, request: PolicyRequest): Decision {
  const byIdentity = effectOf(identity, request);
  const bySession = session === undefined ? 'allow' : effectOf([session], request);
  if (byIdentity === 'deny') return refused('identity-based', true);
  if (bySession === 'deny') return refused('session', true);
  if (byIdentity === 'none') return refused('identity-based', false);
  if (bySession === 'none') return refused('session', false);
  return ALLOWED;
}

/**
 * Whether the caller may do something with a role, as `sts:AssumeRole`: the role's trust policy allows it, and so do the caller's own
 * policies. In the role's own account the latter is not needed for a caller whom the trust policy names itself.
 */
export function decideOnRole(
  caller: Caller & { readonly permissions: Permissions },
  role: { readonly account: string; readonly trust: PolicyDocument },
  request: PolicyRequest,
): Decision {
  const own = decide(caller.permissions, request);
  if (!own.allowed && own.refusal.explicit) return own;
  const trust = trustIn(role.trust, caller, request);
  if (trust === 'deny') return refused('resource-based', true);
  if (trust === undefined) return refused('resource-based', false);
  if (caller.account !== role.account || trust === 'account') return own;
  // A trust policy that names the session itself adds to its session policy; one that names the role does not.
  const { session } = caller.permissions;
  if (trust === 'session' || session === undefined) return ALLOWED;
  return effectOf([session], request) === 'allow' ? ALLOWED : refused('session', false);
}

const ALLOWED: Decision = { allowed: true };

function refused(policy: Refusal['policy'], explicit: boolean): Decision {
  return { allowed: false, refusal: { policy, explicit } };
}

const STRENGTH: Readonly<Record<NamedAs, number>> = { account: 0, principal: 1, session: 2 };

/** The strongest way in which the policy names the caller in an allow, `deny` when it denies it, undefined for neither. */
function trustIn({ statements }: PolicyDocument, caller: Caller, request: PolicyRequest): NamedAs | 'deny' | undefined {
  let strongest: NamedAs | undefined;
  for (const statement of statements) {
    if (!applies(statement, request)) continue;
    for (const pattern of statement.principals ?? []) {
      const named = namedAs(pattern, caller);
      if (named === undefined) continue;
      if (statement.effect === 'Deny') return 'deny';
      if (strongest === undefined || STRENGTH[named] > STRENGTH[strongest]) strongest = named;
    }
  }
  return strongest;
}
