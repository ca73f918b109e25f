import { splitRoleName } from '../names.js';
import { consoleAddress } from '../partition.js';
import { policyJson } from '../policy/document.js';
import type { RolePlan } from '../role-setup.js';
import { ROLE_TAG, roleDescription } from './role-tag.js';

/** What to click and to paste in the AWS console, as numbered steps. */
export function renderConsoleSteps(plan: RolePlan): string {
  const { setup, partition, roleArn, notes } = plan;
  const { path, name } = splitRoleName(setup.roleName);
  const steps = [
    `Sign in to account ${setup.accountId} as an administrator of IAM and open ${consoleAddress(partition)}. IAM is the same in all regions.`,
    `Open Roles, choose "Create role", then "Custom trust policy". Replace the text there by:\n\n${policyJson(plan.trustPolicy)}`,
    ...permissionSteps(plan),
    `Open the role again: its ARN must be ${roleArn}. Then validate the schema ${setup.schema} in Headgate.`,
    `If Headgate may not assume roles yet, give its own identity this policy, in its own account:\n\n${policyJson(plan.callerPolicy)}`,
  ];
  const pathNote =
    path === '/'
      ? []
      : [`The console cannot make a role with the path ${path}: use the AWS CLI, CloudFormation or Terraform.`];
  return [
    `The IAM role ${name} for the Headgate schema ${setup.schema}: ${roleDescription(plan)}`,
    ...(pathNote.length + notes.length === 0
      ? []
      : [[...pathNote, ...notes].map((note) => `Note: ${note}`).join('\n')]),
    ...steps.map((step, i) => `${i + 1}. ${step.trimEnd()}`),
  ]
    .join('\n\n')
    .concat('\n');
}

function permissionSteps({ setup, policies, ...rest }: RolePlan): readonly string[] {
  const { name } = splitRoleName(setup.roleName);
  const describe = `As its name write ${name}, as description "${roleDescription({ setup, policies, ...rest })}", and add the tag ${ROLE_TAG} with the value ${setup.schema}`;
  const inline = policies.kind === 'inline';
  const open = `Open the role ${name}, choose "Add permissions"`;
  return [
    `Choose "Next" twice, without choosing any policy. ${describe}. Choose "Create role".`,
    ...policies.policies.map(({ name: policy, document }) =>
      inline
        ? `${open}, then "Create inline policy" and "JSON". Replace the text there by what follows, and name the policy ${policy}:\n\n${policyJson(document)}`
        : `Open Policies, choose "Create policy" and "JSON". Replace the text there by what follows, and name the policy ${policy}:\n\n${policyJson(document)}`,
    ),
    ...(inline
      ? []
      : [`${open}, then "Attach policies", and attach ${policies.policies.map((each) => each.name).join(', ')}.`]),
  ];
}
