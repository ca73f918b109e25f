import { parseCaller, trustedPrincipal } from '../caller.js';
import { retryPassing } from '../sessions/retry-passing.js';
import { type Finding, fail, ok, type StepContext } from './validated-role.js';

/** Who Headgate is, and whether such a one can assume the role at all. */
export async function ownCredentialsStep(context: StepContext): Promise<Finding> {
  const { effects, role, signal } = context;
  const callerArn = await retryPassing(() => effects.sts.callerArn(signal), { ...effects, signal });
  const caller = parseCaller(callerArn);
  trustedPrincipal(callerArn, role.trust);
  if (caller.partition !== role.place.partition) {
    return fail(
      `Headgate is ${callerArn}, in the partition ${caller.partition}; the role is in ${role.place.partition}.`,
      [
        'Roles cannot be assumed across partitions: run a Headgate with credentials of that partition, and make the schema there.',
      ],
    );
  }
  context.callerArn = callerArn;
  return ok(`Headgate is ${callerArn}.`);
}
