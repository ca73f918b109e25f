import { HeadgateError } from '../../base/errors/headgate-error.js';
import { assumeNarrowed } from '../sessions/assume-role.js';
import { validationRequest } from './assume-role-step.js';
import { type Finding, ok, type StepContext, warn } from './validated-role.js';

/** Without the external ID the role must be refused, or another customer of a gateway could have it used for themselves. */
export async function externalIdStep({ effects, role, signal }: StepContext): Promise<Finding> {
  const { externalId, ...withoutId } = validationRequest(role);
  try {
    await assumeNarrowed(effects.sts, withoutId, { ...effects, signal });
  } catch (error) {
    if (!(error instanceof HeadgateError) || error.code === 'CANCELLED') throw error;
    if (error.code === 'ROLE_REFUSED') return ok('Without the external ID, AWS refuses the role.');
    return warn(`It could not be tried: ${error.message}`, ['Validate the schema again.']);
  }
  return warn('The role can be assumed WITHOUT the external ID: its trust policy does not ask for it.', [
    `Add the condition "StringEquals": {"sts:ExternalId": ${JSON.stringify(externalId)}} to every statement of the trust policy of ${role.roleArn} that allows sts:AssumeRole.`,
    'Until then anybody who can make Headgate name this role reaches its tables.',
  ]);
}
