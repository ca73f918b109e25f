import { z } from 'zod';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { AwsFault } from '../aws-fault.js';
import { parsePolicy } from '../policy/parse-policy.js';

const policies = z.record(z.string().regex(/^[\w+=,.@-]{1,128}$/, 'is no name of a policy'), z.unknown());

export const userDefinition = z.strictObject({
  accessKeyId: z.string().regex(/^AKIA[A-Z0-9]{12,124}$/, 'must begin with AKIA'),
  secretAccessKey: z.string().min(1),
  /** By name; JSON as AWS takes it. */
  policies: policies.default({}),
});

export const roleDefinition = z.strictObject({
  /** Begins and ends with a slash. */
  path: z
    .string()
    .regex(/^\/([!-~]+\/)?$/, 'must begin and end with a slash')
    .max(512)
    .default('/'),
  trustPolicy: z.unknown(),
  /** Inline policies by name. */
  permissionPolicies: policies.default({}),
  maxSessionSeconds: z.int().min(3_600).max(43_200).default(3_600),
});

export const accountsDefinition = z.record(
  z.string().regex(/^\d{12}$/, 'must be an account id of 12 digits'),
  z.strictObject({
    users: z.record(z.string().regex(/^[\w+=,.@-]{1,64}$/, 'is no name of a user'), userDefinition).default({}),
    roles: z.record(z.string().regex(/^[\w+=,.@-]{1,64}$/, 'is no name of a role'), roleDefinition).default({}),
  }),
);

export type UserDefinition = z.infer<typeof userDefinition>;
export type RoleDefinition = z.infer<typeof roleDefinition>;
/** Users and roles by account id: what the file holds. */
export type AccountsDefinition = z.infer<typeof accountsDefinition>;

/**
 * Checks shape, policies and AWS's limits of size. Throws LOCAL_AWS_INVALID, naming the member or the policy and what IAM would
 * say of it.
 */
export function checkAccounts(json: unknown): AccountsDefinition {
  const parsed = accountsDefinition.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    // What is wrong with a name stands one level further down.
    const [inner] = issue?.code === 'invalid_key' ? issue.issues : [];
    throw invalid(issue?.path.join('.') ?? '', (inner ?? issue)?.message ?? 'is not of the form');
  }
  for (const [account, { users, roles }] of Object.entries(parsed.data)) {
    for (const [name, { policies }] of Object.entries(users)) {
      checkPolicies(`${account}.users.${name}.policies`, policies, USER_POLICIES_BYTES);
    }
    for (const [name, { trustPolicy, permissionPolicies }] of Object.entries(roles)) {
      const where = `${account}.roles.${name}`;
      checkPolicies(`${where}.permissionPolicies`, permissionPolicies, ROLE_POLICIES_BYTES);
      if (sizeOf(trustPolicy) > TRUST_POLICY_BYTES) throw tooLarge(`${where}.trustPolicy`, TRUST_POLICY_BYTES);
      checkPolicy(`${where}.trustPolicy`, () => parsePolicy(trustPolicy, 'trust'));
    }
  }
  return parsed.data;
}

/** IAM's quotas: characters of all inline policies together, white space aside, and of a trust policy. */
const USER_POLICIES_BYTES = 2_048;
const ROLE_POLICIES_BYTES = 10_240;
const TRUST_POLICY_BYTES = 2_048;

function checkPolicies(where: string, policies: Readonly<Record<string, unknown>>, mostBytes: number): void {
  const sizes = Object.values(policies).map(sizeOf);
  if (sizes.reduce((sum, size) => sum + size, 0) > mostBytes) throw tooLarge(where, mostBytes);
  for (const [name, policy] of Object.entries(policies)) {
    checkPolicy(`${where}.${name}`, () => parsePolicy(policy, 'identity'));
  }
}

function checkPolicy(where: string, parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (error instanceof AwsFault) throw invalid(where, `${error.code}: ${error.message}`);
    throw error;
  }
}

function sizeOf(policy: unknown): number {
  return JSON.stringify(policy ?? null).length;
}

function tooLarge(where: string, mostBytes: number): HeadgateError {
  return invalid(where, `LimitExceeded: Maximum policy size of ${mostBytes} bytes exceeded.`);
}

function invalid(where: string, what: string): HeadgateError {
  return new HeadgateError('LOCAL_AWS_INVALID', `Local AWS does not take ${where === '' ? 'the accounts' : where}.`, {
    detail: what,
    hint: 'Correct it: IAM would refuse it too.',
  });
}
