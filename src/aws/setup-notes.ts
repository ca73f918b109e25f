import { classesOfAccess } from './policy/actions.js';
import type { RolePolicies } from './policy/role-policies.js';
import type { RoleSetup } from './role-setup.js';

/** What IAM cannot say as finely as Headgate, and what the choices of this set-up mean. */
export function setupNotes(setup: RoleSetup, policies: RolePolicies): readonly string[] {
  const { access, tables, principal, denyFullScans, catalogExtras } = setup;
  const classes = classesOfAccess(access);
  const writes = (one: 'insert' | 'update' | 'delete') => classes.includes(one);
  const notes: readonly (readonly [boolean, string])[] = [
    [tables === '*', 'The role reaches every table of the account in this region, also those that are made later.'],
    [
      writes('insert') && !writes('update'),
      'IAM cannot tell an insert from an overwrite: dynamodb:PutItem allows both. That nothing is overwritten is ensured by Headgate, which adds a condition to each put.',
    ],
    [
      writes('insert') && writes('update') && !writes('delete'),
      'Puts in batches need dynamodb:BatchWriteItem, which also allows deletes. That nothing is deleted is ensured by Headgate, which reads what is in a batch.',
    ],
    [
      !classes.includes('explain'),
      'dynamodb:DescribeTable is included, though the access code does not open it: Headgate needs the keys of the tables. It reads no items.',
    ],
    [
      denyFullScans && classes.includes('select'),
      'Full scans are denied, so that no items can be sampled: declare the columns of the tables in the configuration.',
    ],
    [
      !catalogExtras && classes.includes('explain'),
      'Time to live, backups and tags cannot be described: DescribeTimeToLive and ListTagsOfResource will be refused, and expired items cannot be hidden unless their attribute is named.',
    ],
    [
      principal.kind === 'account' && principal.principalsLike.length === 0,
      'The role trusts the whole account of Headgate: everyone there who is allowed sts:AssumeRole on it and knows the external ID can assume it.',
    ],
    [
      policies.kind === 'managed',
      `The tables are too many for a policy inside the role, so there are ${policies.policies.length} managed policies, each with some of the tables.`,
    ],
  ];
  return notes.filter(([holds]) => holds).map(([, note]) => note);
}
