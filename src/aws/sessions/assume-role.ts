import type { AssumedRole, AssumeRoleRequest, Sts } from '../sts.js';
import { isPolicyTooLarge } from '../sts-error.js';
import { retryPassing, type Waiting } from './retry-passing.js';
import { SESSION_POLICY_CHARACTERS_MAX } from './session-policy.js';

/** How long a session lasts: as long as every role allows, also to an identity that is itself a role. */
export const SESSION_SECONDS = 3600;

/** What came of narrowing a session. */
export type Narrowing =
  | { readonly kind: 'narrowed'; readonly packedPolicyPercent: number | undefined }
  /** The session can do all that the role can: by intention, or because the policy was too large, which is noted for audit. */
  | { readonly kind: 'whole-role'; readonly note?: string };

export interface NarrowedRole extends AssumedRole {
  readonly narrowing: Narrowing;
}

/**
 * Assumes the role, narrowed by the policy of the request, or without it where it passes AWS's limits. Throttling, broken
 * connections and 5xx are retried after a random pause. Throws the codes of `stsError`.
 */
export async function assumeNarrowed(sts: Sts, request: AssumeRoleRequest, waiting: Waiting): Promise<NarrowedRole> {
  const { policy, ...whole } = request;
  const assumeWhole = async (note?: string): Promise<NarrowedRole> => ({
    ...(await retryPassing(() => sts.assumeRole(whole, waiting.signal), waiting)),
    narrowing: { kind: 'whole-role', ...(note === undefined ? {} : { note }) },
  });
  if (policy === undefined) return assumeWhole();
  if (policy.length > SESSION_POLICY_CHARACTERS_MAX) {
    return assumeWhole(
      `The session is not narrowed: its policy has ${policy.length} characters, and AWS takes ${SESSION_POLICY_CHARACTERS_MAX}.`,
    );
  }
  try {
    const assumed = await retryPassing(() => sts.assumeRole(request, waiting.signal), waiting);
    return { ...assumed, narrowing: { kind: 'narrowed', packedPolicyPercent: assumed.packedPolicyPercent } };
  } catch (error) {
    if (!isPolicyTooLarge(error)) throw error;
    return assumeWhole('The session is not narrowed: AWS says that its policy is too large when packed.');
  }
}
