import { randomUUID } from 'node:crypto';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { type Finding, ok, type StepContext, skipped, warn } from './validated-role.js';

/**
 * A table outside the list must be refused. It need not be there: AWS asks IAM before it looks, so that ResourceNotFound tells
 * that the role would be let in. The name begins like a listed one, because policies are often written with `orders*`.
 */
export async function reachStep({ role, session, signal }: StepContext): Promise<Finding> {
  if (session === undefined) throw new TypeError('there is no session');
  if (role.tables === '*') return skipped('The schema is of every table.');
  const { directory, probes } = session.dynamodb;
  const name = `${(role.tables[0] ?? '').slice(0, 200)}-headgate-reach-${randomUUID()}`;
  const stranger = { name, partitionKey: { name: 'id', type: 'S' }, sortKey: undefined } as const;
  const reached = [
    ...((await isReached(async () => void (await directory.describeTable(name, signal)))) ? ['describe'] : []),
    ...((await isReached(async () => refusedUnless(await probes.isPermitted('GetItem', stranger, signal))))
      ? ['read']
      : []),
    ...((await isReached(async () => refusedUnless(await probes.isPermitted('PutItem', stranger, signal))))
      ? ['write']
      : []),
  ];
  if (reached.length === 0) return ok('AWS refuses a table outside the list.');
  return warn(`The role is broader than the schema: it may ${reached.join(' and ')} tables that are not in the list.`, [
    `Name just the tables of the schema, without wildcards, in the permission policies of ${role.roleArn}; look for other policies attached to it.`,
    'Headgate refuses the other tables all the same; but without its session policies nothing else would.',
  ]);
}

async function isReached(call: () => Promise<void>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof HeadgateError && error.code === 'AWS_ACCESS_DENIED') return false;
    if (error instanceof HeadgateError && error.code === 'TABLE_NOT_FOUND') return true;
    throw error;
  }
}

function refusedUnless(isPermitted: boolean): void {
  if (!isPermitted) throw new HeadgateError('AWS_ACCESS_DENIED', 'AWS refuses the table.');
}
