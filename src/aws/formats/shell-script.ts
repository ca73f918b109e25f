import { splitRoleName } from '../names.js';
import { policyJson } from '../policy/document.js';
import { INLINE_POLICY_NAME, managedPolicyPrefix } from '../policy/role-policies.js';
import type { RolePlan } from '../role-setup.js';
import { SESSION_SECONDS } from '../sessions/assume-role.js';
import { ROLE_TAG, roleDescription } from './role-tag.js';

/**
 * A bash script for the AWS CLI that makes the role, or brings the one that it made before to this plan. It changes no role that
 * does not carry Headgate's tag: an existing role keeps its other permissions, and must not be opened to Headgate by a wrong name.
 */
export function renderShellScript(plan: RolePlan): string {
  const { policies } = plan;
  return [
    head(plan),
    ROLE,
    policies.kind === 'inline' ? inlinePart(plan) : managedPart(plan),
    `printf 'The role is ready: %s\\n' "$role_arn"\n`,
  ].join('\n');
}

/** A text as one word of a shell, whatever is in it. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function head(plan: RolePlan): string {
  const { setup, roleArn, notes } = plan;
  const { path, name } = splitRoleName(setup.roleName);
  return `#!/usr/bin/env bash
# Creates or updates an IAM role, so that Headgate can reach the tables of its schema ${setup.schema}.
# Run it with the AWS CLI and credentials of an administrator of IAM in account ${setup.accountId}; it can be run again.
${notes.map((note) => `# Note: ${note}\n`).join('')}set -euo pipefail

account=${shellWord(setup.accountId)}
role_name=${shellWord(name)}
role_path=${shellWord(path)}
role_arn=${shellWord(roleArn)}
tag='${ROLE_TAG}'
schema=${shellWord(setup.schema)}
description=${shellWord(roleDescription(plan))}
inline_policy='${INLINE_POLICY_NAME}'
managed_prefix=${shellWord(managedPolicyPrefix(setup.roleName))}

${document('trust_policy', policyJson(plan.trustPolicy))}`;
}

/** Policies are JSON, of which no line is the end mark. */
function document(variable: string, json: string): string {
  return `${variable}=$(cat <<'END_OF_POLICY'\n${json}END_OF_POLICY\n)\n`;
}

const ROLE = `fail() {
  printf '%s\\n' "$1" >&2
  exit 1
}

# Whether IAM says that it is not there; any other refusal ends the script.
is_missing() {
  local problem
  problem=$(aws iam "$@" 2>&1 > /dev/null) && return 1
  [[ $problem == *NoSuchEntity* ]] || fail "$problem"
}

actual=$(aws sts get-caller-identity --query Account --output text)
[[ $actual == "$account" ]] || fail "These credentials are of account $actual; the role belongs into $account."

if found=$(aws iam get-role --role-name "$role_name" --query Role.Arn --output text 2> /dev/null); then
  [[ $found == "$role_arn" ]] || fail "There is a role of this name with another path: $found"
  marked=$(aws iam list-role-tags --role-name "$role_name" --query "Tags[?Key=='$tag'].Value" --output text)
  [[ -n $marked ]] || fail "$role_arn is there and was not made for Headgate: choose another name, or give it the tag $tag."
  aws iam update-assume-role-policy --role-name "$role_name" --policy-document "$trust_policy"
elif is_missing get-role --role-name "$role_name"; then
  aws iam create-role --role-name "$role_name" --path "$role_path" --description "$description" \\
    --max-session-duration ${SESSION_SECONDS} --assume-role-policy-document "$trust_policy" \\
    --tags "Key=$tag,Value=$schema" > /dev/null
fi

# Takes managed policies of an earlier run off the role, except the first $1.
detach_managed_policies_after() {
  local attached arn
  attached=$(aws iam list-attached-role-policies --role-name "$role_name" \\
    --query "AttachedPolicies[?starts_with(PolicyName, '$managed_prefix')].PolicyArn" --output text)
  for arn in $attached; do
    if [[ $arn =~ -([0-9]+)$ ]] && ((BASH_REMATCH[1] > $1)); then
      aws iam detach-role-policy --role-name "$role_name" --policy-arn "$arn"
    fi
  done
}
`;

function inlinePart({ policies }: RolePlan): string {
  return `${policies.policies.map((each) => document('policy', policyJson(each.document))).join('\n')}
aws iam put-role-policy --role-name "$role_name" --policy-name "$inline_policy" --policy-document "$policy"
detach_managed_policies_after 0
`;
}

function managedPart({ setup, partition, policies }: RolePlan): string {
  const arnStart = `arn:${partition}:iam::${setup.accountId}:policy${splitRoleName(setup.roleName).path}`;
  const each = policies.policies.map(
    ({ document: it }, i) => `${document('policy', policyJson(it))}put_managed_policy ${i + 1} "$policy"\n`,
  );
  return `policy_arn_start=${shellWord(arnStart)}

put_managed_policy() {
  local name=$managed_prefix$1 arn=$policy_arn_start$managed_prefix$1 versions
  if is_missing get-policy --policy-arn "$arn"; then
    aws iam create-policy --policy-name "$name" --path "$role_path" --policy-document "$2" > /dev/null
  else
    # IAM keeps five versions of a policy, and lists the newest first.
    versions=$(aws iam list-policy-versions --policy-arn "$arn" --query 'Versions[?!IsDefaultVersion].VersionId' --output text)
    read -r -a versions <<< "$versions"
    if ((\${#versions[@]} >= 4)); then
      aws iam delete-policy-version --policy-arn "$arn" --version-id "\${versions[\${#versions[@]} - 1]}"
    fi
    aws iam create-policy-version --policy-arn "$arn" --policy-document "$2" --set-as-default > /dev/null
  fi
  aws iam attach-role-policy --role-name "$role_name" --policy-arn "$arn"
}

${each.join('\n')}
detach_managed_policies_after ${policies.policies.length}
inline=$(aws iam list-role-policies --role-name "$role_name" --query 'PolicyNames[]' --output text)
for name in $inline; do
  if [[ $name == "$inline_policy" ]]; then
    aws iam delete-role-policy --role-name "$role_name" --policy-name "$name"
  fi
done
`;
}
