import { splitRoleName } from '../names.js';
import type { RolePlan } from '../role-setup.js';
import { SESSION_SECONDS } from '../sessions/assume-role.js';
import { ROLE_TAG, roleDescription } from './role-tag.js';

/** A CloudFormation template, in JSON, which needs no quoting rules. It makes a named role: CAPABILITY_NAMED_IAM. */
export function renderCloudFormation(plan: RolePlan): string {
  const { setup, trustPolicy, policies } = plan;
  const { path, name } = splitRoleName(setup.roleName);
  const isInline = policies.kind === 'inline';
  const managed = isInline
    ? []
    : policies.policies.map(({ name: ManagedPolicyName, document: PolicyDocument }, i) => [
        `HeadgatePolicy${i + 1}`,
        { Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName, Path: path, PolicyDocument } },
      ]);
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      Path: path,
      Description: roleDescription(plan),
      MaxSessionDuration: SESSION_SECONDS,
      AssumeRolePolicyDocument: trustPolicy,
      ...(isInline
        ? { Policies: policies.policies.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: document })) }
        : { ManagedPolicyArns: managed.map(([id]) => ({ Ref: id })) }),
      Tags: [{ Key: ROLE_TAG, Value: setup.schema }],
    },
  };
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `${roleDescription(plan)} For account ${setup.accountId}; create the stack with CAPABILITY_NAMED_IAM.`,
    Resources: { ...Object.fromEntries(managed), HeadgateRole: role },
    Outputs: { RoleArn: { Description: `Must be ${plan.roleArn}`, Value: { 'Fn::GetAtt': ['HeadgateRole', 'Arn'] } } },
  };
  return `${JSON.stringify(template, null, 2)}\n`;
}
