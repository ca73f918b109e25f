import { splitRoleName } from '../names.js';
import type { RolePlan } from '../role-setup.js';
import { SESSION_SECONDS } from '../sessions/assume-role.js';
import { hclString, hclValue } from './hcl.js';
import { ROLE_TAG, roleDescription } from './role-tag.js';

/** A Terraform module in one file, laid out as `terraform fmt` does. It refuses credentials of another account. */
export function renderTerraform(plan: RolePlan): string {
  const { setup, policies } = plan;
  return [
    HEAD,
    roleBlock(plan),
    ...policies.policies.flatMap(({ name, document }, i) =>
      policies.kind === 'inline'
        ? [inlineBlock(name, hclValue(document, 1))]
        : [
            managedBlock(`headgate_${i + 1}`, {
              name,
              path: splitRoleName(setup.roleName).path,
              policy: hclValue(document, 1),
            }),
          ],
    ),
    `output "role_arn" {
  description = ${hclString(`Must be ${plan.roleArn}`)}
  value       = aws_iam_role.headgate.arn
}
`,
  ].join('\n');
}

const HEAD = `terraform {
  required_version = ">= 1.2"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 4.0"
    }
  }
}

data "aws_caller_identity" "current" {}
`;

function roleBlock(plan: RolePlan): string {
  const { setup, trustPolicy } = plan;
  const { path, name } = splitRoleName(setup.roleName);
  return `resource "aws_iam_role" "headgate" {
  name                 = ${hclString(name)}
  path                 = ${hclString(path)}
  description          = ${hclString(roleDescription(plan))}
  max_session_duration = ${SESSION_SECONDS}

  assume_role_policy = jsonencode(${hclValue(trustPolicy, 1)})

  tags = {
    ${ROLE_TAG} = ${hclString(setup.schema)}
  }

  lifecycle {
    precondition {
      condition     = data.aws_caller_identity.current.account_id == ${hclString(setup.accountId)}
      error_message = ${hclString(`The role belongs into account ${setup.accountId}, and these credentials are of another.`)}
    }
  }
}
`;
}

function inlineBlock(name: string, policy: string): string {
  return `resource "aws_iam_role_policy" "headgate" {
  name = ${hclString(name)}
  role = aws_iam_role.headgate.id

  policy = jsonencode(${policy})
}
`;
}

function managedBlock(
  id: string,
  given: { readonly name: string; readonly path: string; readonly policy: string },
): string {
  return `resource "aws_iam_policy" "${id}" {
  name = ${hclString(given.name)}
  path = ${hclString(given.path)}

  policy = jsonencode(${given.policy})
}

resource "aws_iam_role_policy_attachment" "${id}" {
  role       = aws_iam_role.headgate.name
  policy_arn = aws_iam_policy.${id}.arn
}
`;
}
