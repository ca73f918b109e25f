import { randomUUID } from 'node:crypto';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { inParallel } from '../../base/in-parallel.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { PROBED_ACTIONS } from '../../dynamodb/permission-probes.js';
import type { IndexDescription, KeyAttribute, TableDescription } from '../../dynamodb/table-description.js';
import { classesOfAccess, tableActions } from '../policy/actions.js';
import { indexArn, tableArn } from '../policy/place.js';
import { TABLES_AT_ONCE } from './tables-step.js';
import { type Finding, fail, ok, type RoleConnection, type StepContext, skipped, warn } from './validated-role.js';

/**
 * Whether the role may do to each table what the access code needs. One item and one index are really read, by keys that are not
 * there: half a unit each. Every other action is tried by a request that DynamoDB refuses for its lack of a key.
 */
export async function accessStep(context: StepContext): Promise<Finding> {
  const { role, session, described } = context;
  if (session === undefined) throw new TypeError('there is no session');
  if (described.length === 0) return skipped('No table could be described.');
  if (role.access === 'metadata') return ok('Only descriptions are wanted, and they can be read.');
  const found = await inParallel(described, TABLES_AT_ONCE, (table) => refusalsOn(table, context, session));
  const refused = found.flat();
  const scannable = role.denyFullScans ? await scannableTables(context, session) : [];
  if (refused.length > 0) return explainRefusals(refused, context);
  if (scannable.length > 0) {
    return warn(`Full scans should be denied, and are allowed on ${scannable.join(', ')}.`, [
      'Add the statement DenyScan of the generated permission policy to the role: some other policy of it allows dynamodb:Scan.',
    ]);
  }
  return ok(
    `What access ${role.access} needs is allowed on ${described.length === 1 ? 'the table' : `${described.length} tables`}.`,
  );
}

async function scannableTables({ described, signal }: StepContext, { dynamodb }: RoleConnection): Promise<string[]> {
  const may = await inParallel(described, TABLES_AT_ONCE, (table) =>
    dynamodb.probes.isPermitted('Scan', table, signal),
  );
  return described.filter((_, i) => may[i] === true).map(({ name }) => name);
}

interface Refusal {
  readonly table: string;
  /** Undefined: on the table itself. */
  readonly index?: string;
  readonly action: string;
  /** What AWS said, where it was really tried. */
  readonly told?: string | undefined;
}

async function refusalsOn(
  table: TableDescription,
  { role, signal, untilPropagated }: StepContext,
  { dynamodb }: RoleConnection,
): Promise<readonly Refusal[]> {
  const { reader, probes } = dynamodb;
  const refused: Refusal[] = [];
  const attempt = async (refusal: Refusal, call: () => Promise<unknown>) => {
    try {
      await untilPropagated(call);
    } catch (error) {
      if (!(error instanceof HeadgateError) || error.code !== 'AWS_ACCESS_DENIED') throw error;
      refused.push({ ...refusal, told: error.detail });
    }
  };
  const classes = classesOfAccess(role.access);
  const actions = tableActions(classes);
  const tableName = table.name;
  if (classes.includes('select')) {
    const key = absentKey([table.partitionKey, ...(table.sortKey === undefined ? [] : [table.sortKey])]);
    await attempt({ table: tableName, action: 'dynamodb:GetItem' }, () => reader.getItem({ tableName, key }, signal));
    const index = table.indexes.find(({ usable }) => usable);
    if (index !== undefined) {
      await attempt({ table: tableName, index: index.name, action: 'dynamodb:Query' }, () =>
        reader.query({ tableName, indexName: index.name, limit: 1, ...absentFrom(index) }, signal),
      );
    }
  }
  for (const action of PROBED_ACTIONS) {
    const name = `dynamodb:${action}`;
    const isTried = action === 'GetItem' || (action === 'Scan' && role.denyFullScans);
    if (!actions.includes(name) || isTried) continue;
    await attempt({ table: tableName, action: name }, async () => {
      if (await probes.isPermitted(action, table, signal)) return;
      throw new HeadgateError('AWS_ACCESS_DENIED', `AWS refuses ${name} on ${tableName}.`);
    });
  }
  return refused;
}

function explainRefusals(refused: readonly Refusal[], { role, described }: StepContext): Finding {
  const { place } = role;
  const onIndexes = refused.filter(({ index }) => index !== undefined);
  const onTables = refused.filter(({ index }) => index === undefined);
  const actions = [...new Set(onTables.map(({ action }) => action))];
  const tables = [...new Set(onTables.map(({ table }) => table))];
  const indexed = [...new Set(onIndexes.map(({ table }) => table))];
  const told = refused.find((it) => it.told !== undefined)?.told;
  const messages = [
    ...(tables.length > 0 ? [`AWS refuses ${actions.join(', ')} on ${tables.join(', ')}.`] : []),
    ...(indexed.length > 0 ? [`AWS refuses to read indexes of ${indexed.join(', ')}.`] : []),
    ...(told === undefined ? [] : [`It says: ${told}`]),
  ];
  const isAll = tables.length === described.length;
  return fail(messages.join(' '), [
    ...(tables.length > 0
      ? [
          `Allow ${actions.join(', ')} on ${tables.map((name) => tableArn(place, name)).join(', ')} in the permission policy of ${role.roleArn}.`,
        ]
      : []),
    ...(indexed.length > 0
      ? [
          `Add ${indexed.map((name) => indexArn(place, name)).join(', ')} to the resources: IAM asks for the ARN of an index, not of its table.`,
        ]
      : []),
    ...(isAll
      ? ['Perhaps the permission policy is not attached to the role, or names another region or account.']
      : []),
    'A permissions boundary, a service control policy, a resource policy of the table or its KMS key may refuse too.',
    'If the policy was changed in the last minute, validate again.',
  ]);
}

/** A key that no item has. */
function absentKey(attributes: readonly KeyAttribute[]): Record<string, AttributeValue> {
  return Object.fromEntries(attributes.map(({ name, type }) => [name, absentValue(type)]));
}

function absentFrom({ partitionKeys }: IndexDescription) {
  return {
    keyConditionExpression: partitionKeys.map((_, i) => `#k${i} = :k${i}`).join(' AND '),
    names: Object.fromEntries(partitionKeys.map(({ name }, i) => [`#k${i}`, name])),
    values: Object.fromEntries(partitionKeys.map(({ type }, i) => [`:k${i}`, absentValue(type)])),
  };
}

function absentValue(type: KeyAttribute['type']): AttributeValue {
  const text = `headgate-validation-${randomUUID()}`;
  switch (type) {
    case 'S':
      return { S: text };
    case 'N':
      return { N: `-${BigInt(`0x${randomUUID().replaceAll('-', '').slice(0, 28)}`)}` };
    case 'B':
      return { B: Buffer.from(text).toString('base64') };
  }
}
