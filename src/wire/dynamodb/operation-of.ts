import { needsOfVerb } from '../../access/verb-classes.js';
import { AwsError } from './aws-error.js';
import { UNKNOWN_OPERATION } from './error-types.js';

/** Asked by SDKs that look for the endpoint to use; answered here. */
export const DESCRIBE_ENDPOINTS = 'DescribeEndpoints';

/**
 * The verb that `X-Amz-Target` names. Throws UnknownOperationException for everything that `access` does not know, and so
 * cannot decide: other versions, DynamoDB Streams, backups, global tables.
 */
export function operationOf(target: string): string {
  const verb = /^DynamoDB_20120810\.([A-Za-z]{1,64})$/.exec(target)?.[1];
  if (verb !== undefined && (verb === DESCRIBE_ENDPOINTS || needsOfVerb(verb) !== undefined)) return verb;
  throw new AwsError(UNKNOWN_OPERATION, `Headgate does not know the operation '${target.slice(0, 128)}'.`);
}
