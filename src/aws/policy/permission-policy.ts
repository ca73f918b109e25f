import { CATALOG_EXTRAS, classesOfAccess, indexActions, type RoleAccess, tableActions } from './actions.js';
import { oneOrMore, type PolicyDocument, policyDocument, type Statement } from './document.js';
import { indexArn, type Place, type TableList, tableArn } from './place.js';

/** What the role is to be allowed. */
export interface Permissions {
  readonly place: Place;
  readonly tables: TableList;
  readonly access: RoleAccess;
  /** Describing time to live, backups and tags too. */
  readonly catalogExtras: boolean;
  /** No Scan, and no PartiQL statement that would scan; columns must then be declared, as none can be sampled. */
  readonly denyFullScans: boolean;
}

/**
 * What the role may do: on its tables, and on their indexes, what Headgate does under the access code, and no more.
 * DescribeTable is always there, also for W: Headgate cannot guard a write of a table whose keys it does not know.
 */
export function permissionPolicy(permissions: Permissions): PolicyDocument {
  return policyDocument([...tableStatements(permissions), ...generalStatements(permissions)]);
}

/** Those statements that name the tables: they grow with the number of tables. */
export function tableStatements(permissions: Permissions): readonly Statement[] {
  const { place, tables, access, catalogExtras, denyFullScans } = permissions;
  const classes = [...classesOfAccess(access), 'explain'] as const;
  const allowed = (actions: readonly string[]) => actions.filter((it) => !denyFullScans || it !== 'dynamodb:Scan');
  const names = tables === '*' ? ['*'] : tables.toSorted();
  const onTables = oneOrMore(names.map((name) => tableArn(place, name)));
  const onIndexes = oneOrMore(names.map((name) => indexArn(place, name)));
  const fromIndexes = allowed(indexActions(classes));
  return [
    allow('HeadgateTables', allowed(tableActions(classes)), onTables),
    ...(fromIndexes.length > 0 ? [allow('HeadgateIndexes', fromIndexes, onIndexes)] : []),
    ...(catalogExtras ? [allow('HeadgateCatalogExtras', CATALOG_EXTRAS, onTables)] : []),
  ];
}

/** Those that do not. */
export function generalStatements({ tables, access, denyFullScans }: Permissions): readonly Statement[] {
  const reads = classesOfAccess(access).includes('select');
  return [
    // This action has no resource-level permission.
    ...(tables === '*' ? [allow('HeadgateListTables', ['dynamodb:ListTables'], '*')] : []),
    // Denied and not only left out, so that another policy of the role cannot give it back.
    ...(denyFullScans && reads ? DENY_FULL_SCANS : []),
  ];
}

function allow(sid: string, actions: readonly string[], resource: string | readonly string[]): Statement {
  return { Sid: sid, Effect: 'Allow', Action: oneOrMore(actions), Resource: resource };
}

const DENY_FULL_SCANS: readonly Statement[] = [
  { Sid: 'DenyScan', Effect: 'Deny', Action: 'dynamodb:Scan', Resource: '*' },
  {
    Sid: 'DenyFullTableScanByPartiQL',
    Effect: 'Deny',
    Action: 'dynamodb:PartiQLSelect',
    Resource: '*',
    Condition: { Bool: { 'dynamodb:FullTableScan': 'true' } },
  },
];
