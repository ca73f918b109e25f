import type { RolePlan } from '../role-setup.js';

/** Everything of the plan as JSON: the policies as IAM takes them, and what they are for. */
export function renderJson({ setup, roleArn, trustPolicy, policies, callerPolicy, notes }: RolePlan): string {
  const { schema, region, accountId, externalId, access, tables } = setup;
  const whole = {
    schema,
    region,
    accountId,
    roleArn,
    externalId,
    access,
    tables,
    trustPolicy,
    permissionPolicies: policies.policies.map(({ name, document }) => ({ name, kind: policies.kind, document })),
    headgatePolicy: callerPolicy,
    notes,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
