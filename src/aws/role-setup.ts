import { HeadgateError } from '../base/errors/headgate-error.js';
import type { TrustedPrincipal } from './caller.js';
import {
  checkAccountId,
  checkExternalId,
  checkPrincipalArn,
  checkRegion,
  checkRoleName,
  checkSchemaName,
  checkTableName,
  type NameCheck,
} from './names.js';
import { type Partition, partitionOfRegion } from './partition.js';
import type { RoleAccess } from './policy/actions.js';
import type { PolicyDocument } from './policy/document.js';
import { roleArn, type TableList } from './policy/place.js';
import { type RolePolicies, rolePolicies } from './policy/role-policies.js';
import { callerPolicy, trustPolicy } from './policy/trust-policy.js';
import { setupNotes } from './setup-notes.js';

export const DEFAULT_ROLE_NAME = 'HeadgateReadRole';

/** What somebody types to let a schema in by a role. */
export interface RoleSetup {
  readonly schema: string;
  readonly region: string;
  readonly accountId: string;
  /** With its path, where it has one: `/teams/HeadgateReadRole`. */
  readonly roleName: string;
  readonly tables: TableList;
  readonly access: RoleAccess;
  /** Undefined: the one of the region. */
  readonly partition?: Partition | undefined;
  readonly externalId: string;
  /** Whom the role trusts: `trustedPrincipal` of Headgate's own identity. */
  readonly principal: TrustedPrincipal;
  readonly sourceIdentity: boolean;
  readonly catalogExtras: boolean;
  readonly denyFullScans: boolean;
}

/** Everything that the owner of the account has to set up, and what Headgate will use. The same set-up gives the same plan. */
export interface RolePlan {
  readonly setup: RoleSetup;
  readonly partition: Partition;
  readonly roleArn: string;
  readonly trustPolicy: PolicyDocument;
  readonly policies: RolePolicies;
  /** For Headgate's own identity, in its own account. */
  readonly callerPolicy: PolicyDocument;
  /** What the owner should know before setting it up, in sentences. */
  readonly notes: readonly string[];
}

/** Throws ROLE_INVALID with every problem of the set-up, and when there are too many tables for one role. */
export function planRole(setup: RoleSetup): RolePlan {
  const problems = setupProblems(setup);
  if (problems.length > 0) {
    throw new HeadgateError('ROLE_INVALID', 'The role cannot be set up like this.', {
      detail: problems.map(({ field, problem }) => `${field}: ${problem}`).join(' '),
      hint: 'Mend these values and try again.',
    });
  }
  const { region, accountId, roleName, tables, access, catalogExtras, denyFullScans } = setup;
  const partition = setup.partition ?? partitionOfRegion(region);
  const arn = roleArn({ partition, accountId }, roleName);
  const permissions = { place: { partition, region, accountId }, tables, access, catalogExtras, denyFullScans };
  const policies = rolePolicies(permissions, roleName);
  return {
    setup,
    partition,
    roleArn: arn,
    trustPolicy: trustPolicy(setup),
    policies,
    callerPolicy: callerPolicy(arn, setup),
    notes: setupNotes(setup, policies),
  };
}

export type SetupField =
  | 'schema'
  | 'region'
  | 'account'
  | 'role'
  | 'external ID'
  | 'tables'
  | 'partition'
  | 'trusted principal';

export interface SetupProblem {
  readonly field: SetupField;
  readonly problem: string;
}

/** What is wrong with what was typed, each field by itself and all together; empty when a plan can be made. */
export function setupProblems(setup: RoleSetup): readonly SetupProblem[] {
  const { schema, region, accountId, roleName, externalId, tables, principal } = setup;
  const check = (field: SetupField, text: string, by: NameCheck) => {
    const found = by(text);
    return found === undefined ? [] : [{ field, problem: found.problem }];
  };
  return [
    ...check('schema', schema, checkSchemaName),
    ...check('region', region, checkRegion),
    ...check('account', accountId, checkAccountId),
    ...check('role', roleName, checkRoleName),
    ...check('external ID', externalId, checkExternalId),
    ...(tables === '*' ? [] : tables.flatMap((table) => check('tables', table, checkTableName))),
    ...listProblems(tables),
    ...check('trusted principal', principal.arn, checkPrincipalArn),
    ...partitionProblems(setup),
  ];
}

function listProblems(tables: TableList): readonly SetupProblem[] {
  if (tables === '*') return [];
  if (tables.length === 0) return [{ field: 'tables', problem: 'Name at least one table, or "*" for all of them.' }];
  const twice = tables.find((table, i) => tables.indexOf(table) < i);
  return twice === undefined ? [] : [{ field: 'tables', problem: `"${twice}" is named twice.` }];
}

/** Nothing crosses partitions: neither does a role, nor whom it trusts. */
function partitionProblems({ region, partition, principal }: RoleSetup): readonly SetupProblem[] {
  const own = partitionOfRegion(region);
  if (partition !== undefined && partition !== own) {
    return [{ field: 'partition', problem: `The region ${region} is in the partition ${own}, not in ${partition}.` }];
  }
  const trusted = principal.arn.split(':')[1];
  if (trusted === own) return [];
  const problem = `Headgate's own identity is in the partition ${trusted}, and ${region} is in ${own}: run a Headgate there.`;
  return [{ field: 'trusted principal', problem }];
}
