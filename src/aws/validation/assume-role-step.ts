import { assumeNarrowed } from '../sessions/assume-role.js';
import type { AssumeRoleRequest } from '../sts.js';
import { type Finding, ok, type StepContext, type ValidatedRole } from './validated-role.js';

export const VALIDATION_SESSION = 'headgate-validation';

/** Assumes the role as statements will, and keeps the session for the steps that follow. */
export async function assumeRoleStep(context: StepContext): Promise<Finding> {
  const { effects, role, signal, untilPropagated } = context;
  const assumed = await untilPropagated(() =>
    assumeNarrowed(effects.sts, validationRequest(role), { ...effects, signal }),
  );
  const { credentials } = assumed;
  context.session = { sts: effects.stsWith(credentials), dynamodb: effects.dynamodbWith(credentials) };
  return ok(`Headgate acts as ${assumed.arn}.`);
}

/** The shortest session that AWS gives: it is used for some seconds. */
export function validationRequest({ roleArn, externalId, sourceIdentity }: ValidatedRole): AssumeRoleRequest {
  return {
    roleArn,
    externalId,
    sessionName: VALIDATION_SESSION,
    durationSeconds: 900,
    ...(sourceIdentity && { sourceIdentity: VALIDATION_SESSION }),
  };
}
