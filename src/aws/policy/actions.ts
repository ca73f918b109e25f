import { type AccessCode, classesOf, type OperationClass } from '../../access/access-code.js';

/** What a role is made for: one of the codes that open something, or the shape of tables without their items. */
export type RoleAccess = Exclude<AccessCode, 'none'> | 'metadata';
export const ROLE_ACCESSES: readonly RoleAccess[] = ['R', 'W', 'RW', 'RA', 'RWA', 'A', 'metadata'];

/** The classes of operations that Headgate lets through under this access. */
export function classesOfAccess(access: RoleAccess): readonly OperationClass[] {
  return access === 'metadata' ? ['explain'] : classesOf(access);
}

/**
 * The IAM actions on tables that the verbs of these classes need, sorted. Exactly those: transactions need the actions of their
 * entries, PartiQL has its own, and `dynamodb:ListTables`, which knows no resource, is not among them.
 */
export function tableActions(classes: readonly OperationClass[]): readonly string[] {
  const has = (one: OperationClass) => classes.includes(one);
  const actions = classes.flatMap((one) => ACTIONS[one]);
  // One action for puts and deletes of any item: Headgate passes on a batch only where what is in it is granted.
  if (has('delete') || (has('insert') && has('update'))) actions.push('dynamodb:BatchWriteItem');
  return [...new Set(actions)].sort();
}

/** Those of `tableActions` that IAM also asks for on the index that is read. */
export function indexActions(classes: readonly OperationClass[]): readonly string[] {
  return tableActions(classes).filter((action) => READ_FROM_INDEX.has(action));
}

/** Describing beyond DescribeTable: for the catalog, and for verbs of the class `explain`. */
export const CATALOG_EXTRAS = [
  'dynamodb:DescribeContinuousBackups',
  'dynamodb:DescribeTimeToLive',
  'dynamodb:ListTagsOfResource',
] as const;

/** Those of `CATALOG_EXTRAS` that are verbs of Headgate (`access/verb-classes.ts`). */
export const EXPLAIN_VERB_EXTRAS = ['dynamodb:DescribeTimeToLive', 'dynamodb:ListTagsOfResource'] as const;

const ACTIONS: Readonly<Record<OperationClass, readonly string[]>> = {
  select: [
    'dynamodb:BatchGetItem',
    'dynamodb:ConditionCheckItem',
    'dynamodb:GetItem',
    'dynamodb:PartiQLSelect',
    'dynamodb:Query',
    'dynamodb:Scan',
  ],
  explain: ['dynamodb:DescribeTable'],
  insert: ['dynamodb:PartiQLInsert', 'dynamodb:PutItem'],
  update: ['dynamodb:PartiQLUpdate', 'dynamodb:UpdateItem'],
  delete: ['dynamodb:DeleteItem', 'dynamodb:PartiQLDelete'],
  ddl: [
    'dynamodb:CreateTable',
    'dynamodb:DeleteTable',
    'dynamodb:TagResource',
    'dynamodb:UntagResource',
    'dynamodb:UpdateContinuousBackups',
    'dynamodb:UpdateTable',
    'dynamodb:UpdateTimeToLive',
  ],
};

const READ_FROM_INDEX = new Set(['dynamodb:PartiQLSelect', 'dynamodb:Query', 'dynamodb:Scan']);
