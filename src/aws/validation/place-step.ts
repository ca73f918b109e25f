import { parseCaller } from '../caller.js';
import { partitionOfRegion } from '../partition.js';
import { retryPassing } from '../sessions/retry-passing.js';
import { type Finding, fail, ok, type StepContext } from './validated-role.js';

/** Whether the session is good in the region, and of the account that the schema says. */
export async function placeStep({ effects, role, session, signal }: StepContext): Promise<Finding> {
  if (session === undefined) throw new TypeError('there is no session');
  const { accountId, region, partition } = role.place;
  const { sts } = session;
  const actual = parseCaller(await retryPassing(() => sts.callerArn(signal), { ...effects, signal }));
  if (actual.accountId !== accountId) {
    return fail(`The role is in account ${actual.accountId}, and the schema says ${accountId}.`, [
      'Compare the account ID of the schema with the one in the ARN of the role.',
    ]);
  }
  if (partitionOfRegion(region) !== partition) {
    return fail(`The region ${region} is not in the partition ${partition}.`, ['Correct the region of the schema.']);
  }
  return ok(`The session is of account ${accountId}, and good in ${region}.`);
}
