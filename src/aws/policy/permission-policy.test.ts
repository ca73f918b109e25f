import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATION_CLASSES, type OperationClass } from '../../access/access-code.js';
import { type ClassNeeds, needsOfPartiql, needsOfVerb } from '../../access/verb-classes.js';
import { evaluatePolicy, type IamQuestion } from '../testing/evaluate-policy.js';
import { classesOfAccess, indexActions, ROLE_ACCESSES, tableActions } from './actions.js';
import { type Permissions, permissionPolicy } from './permission-policy.js';
import { rolePolicies } from './role-policies.js';

const PLACE = { partition: 'aws', region: 'eu-central-1', accountId: '123456789012' } as const;
const ARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table';

/** AWS's "DynamoDB API permissions" of everything that Headgate passes on: verb, its kind of entry, actions on the table. */
const AWS_NEEDS: readonly (readonly [verb: string, entry: string | undefined, actions: readonly string[]])[] = [
  ['GetItem', undefined, ['GetItem']],
  ['BatchGetItem', undefined, ['BatchGetItem']],
  ['Query', undefined, ['Query']],
  ['Scan', undefined, ['Scan']],
  ['TransactGetItems', 'Get', ['GetItem']],
  ['DescribeTable', undefined, ['DescribeTable']],
  ['PutItem', undefined, ['PutItem']],
  ['UpdateItem', undefined, ['UpdateItem']],
  ['DeleteItem', undefined, ['DeleteItem']],
  ['BatchWriteItem', 'PutRequest', ['BatchWriteItem']],
  ['BatchWriteItem', 'DeleteRequest', ['BatchWriteItem']],
  ['TransactWriteItems', 'ConditionCheck', ['ConditionCheckItem']],
  ['TransactWriteItems', 'Put', ['PutItem']],
  ['TransactWriteItems', 'Update', ['UpdateItem']],
  ['TransactWriteItems', 'Delete', ['DeleteItem']],
  ['ExecuteStatement', 'SELECT', ['PartiQLSelect']],
  ['ExecuteStatement', 'INSERT', ['PartiQLInsert']],
  ['ExecuteStatement', 'UPDATE', ['PartiQLUpdate']],
  ['ExecuteStatement', 'DELETE', ['PartiQLDelete']],
  ['CreateTable', undefined, ['CreateTable', 'TagResource']],
  ['UpdateTable', undefined, ['UpdateTable']],
  ['DeleteTable', undefined, ['DeleteTable']],
  ['UpdateTimeToLive', undefined, ['UpdateTimeToLive']],
  ['TagResource', undefined, ['TagResource']],
  ['UntagResource', undefined, ['UntagResource']],
  ['UpdateContinuousBackups', undefined, ['UpdateContinuousBackups']],
];

function needsOf(verb: string, entry: string | undefined): ClassNeeds {
  const needs = needsOfVerb(verb);
  const found =
    needs?.kind === 'entries'
      ? needs.entries.get(entry ?? '')
      : needs?.kind === 'partiql'
        ? needsOfPartiql(entry ?? '')
        : needs;
  if (found === undefined || !('classes' in found)) throw new Error(`no needs are known of ${verb} ${entry}`);
  return found;
}

/** Whether Headgate lets it through, as it is or with a guard. */
function isLetThrough({ classes, guarded }: ClassNeeds, held: readonly OperationClass[]): boolean {
  const covers = (needed: readonly OperationClass[]) => needed.every((one) => held.includes(one));
  return covers(classes) || (guarded !== undefined && covers(guarded.classes));
}

describe('the actions of any set of classes', () => {
  it('are just those of what Headgate lets through', () => {
    fc.assert(
      fc.property(fc.subarray([...OPERATION_CLASSES]), (held) => {
        const through = AWS_NEEDS.filter(([verb, entry]) => isLetThrough(needsOf(verb, entry), held));
        const needed = through.flatMap(([, , actions]) => actions.map((action) => `dynamodb:${action}`));
        expect(tableActions(held)).toEqual([...new Set(needed)].toSorted());
      }),
    );
  });

  it('are asked of indexes too where an index can be read', () => {
    expect(indexActions(['select'])).toEqual(['dynamodb:PartiQLSelect', 'dynamodb:Query', 'dynamodb:Scan']);
    expect(indexActions(['insert', 'update', 'delete', 'ddl', 'explain'])).toEqual([]);
  });
});

const permissions = (given: Partial<Permissions>): Permissions => ({
  place: PLACE,
  tables: ['orders'],
  access: 'R',
  catalogExtras: false,
  denyFullScans: false,
  ...given,
});

const ask = (given: Partial<Permissions>, question: IamQuestion) =>
  evaluatePolicy(permissionPolicy(permissions(given)), question);

describe('the permission policy', () => {
  it.each(ROLE_ACCESSES)('allows on a table what the code needs, and otherwise only to describe it: %s', (access) => {
    const all = tableActions(OPERATION_CLASSES);
    const allowed = all.filter((action) => ask({ access }, { action, resource: `${ARN}/orders` }) === 'allow');
    const needed = new Set([...tableActions(classesOfAccess(access)), 'dynamodb:DescribeTable']);
    expect(allowed).toEqual([...needed].toSorted());
  });

  it('allows nothing on other tables, accounts and regions', () => {
    const policy = permissionPolicy(permissions({ access: 'A', catalogExtras: true }));
    for (const resource of [
      `${ARN}/orders2`,
      `${ARN}/orders/stream/2026`,
      ARN.replace('eu-central-1', 'us-east-1').concat('/orders'),
      ARN.replace('123456789012', '210987654321').concat('/orders'),
    ]) {
      const allowed = tableActions(OPERATION_CLASSES).filter(
        (action) => evaluatePolicy(policy, { action, resource }) === 'allow',
      );
      expect({ resource, allowed }).toEqual({ resource, allowed: [] });
    }
  });

  it('allows reading the indexes of the tables', () => {
    const resource = `${ARN}/orders/index/by_sku`;
    expect(ask({}, { action: 'dynamodb:Query', resource })).toBe('allow');
    expect(ask({ access: 'W' }, { action: 'dynamodb:Query', resource })).toBe('implicit-deny');
    expect(ask({}, { action: 'dynamodb:Query', resource: `${ARN}/orders2/index/by_sku` })).toBe('implicit-deny');
  });

  it('allows listing where every table is wanted, and nowhere else', () => {
    const listing = { action: 'dynamodb:ListTables', resource: '*' };
    expect(ask({ tables: '*' }, listing)).toBe('allow');
    expect(ask({}, listing)).toBe('implicit-deny');
    expect(ask({ tables: '*' }, { action: 'dynamodb:GetItem', resource: `${ARN}/any` })).toBe('allow');
  });

  it('denies full scans on request, and leaves the reads by key', () => {
    const resource = `${ARN}/orders`;
    const given = { denyFullScans: true };
    const scanning = { 'dynamodb:FullTableScan': 'true' };
    expect(ask(given, { action: 'dynamodb:Scan', resource })).toBe('explicit-deny');
    expect(ask(given, { action: 'dynamodb:PartiQLSelect', resource, context: scanning })).toBe('explicit-deny');
    expect(
      ask(given, { action: 'dynamodb:PartiQLSelect', resource, context: { 'dynamodb:FullTableScan': 'false' } }),
    ).toBe('allow');
    expect(ask(given, { action: 'dynamodb:Query', resource })).toBe('allow');
    expect(ask({}, { action: 'dynamodb:PartiQLSelect', resource, context: scanning })).toBe('allow');
  });
});

describe('the policies of a role', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `tenant-${String(i).padStart(4, '0')}`);

  it('are one in the role as long as that fits, then managed ones that each fit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 250 }),
        fc.constantFrom(...ROLE_ACCESSES),
        fc.boolean(),
        (count, access, flag) => {
          const given = permissions({ access, tables: names(count), catalogExtras: flag, denyFullScans: flag });
          const { kind, policies } = rolePolicies(given, '/teams/Reader');
          const sizes = policies.map(({ document }) => JSON.stringify(document).length);
          expect(Math.max(...sizes)).toBeLessThanOrEqual(kind === 'inline' ? 10_240 : 6_144);
          expect(policies.length).toBeLessThanOrEqual(kind === 'inline' ? 1 : 10);
          if (kind === 'managed') {
            expect(JSON.stringify(permissionPolicy(given)).length).toBeGreaterThan(10_240);
            expect(policies.map(({ name }) => name)).toEqual(policies.map((_, i) => `Reader-headgate-${i + 1}`));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('say together what one policy would say', () => {
    const given = permissions({ tables: names(150), denyFullScans: true, catalogExtras: true });
    const { policies } = rolePolicies(given, 'Reader');
    expect(policies.length).toBeGreaterThan(1);
    const whole = permissionPolicy(given);
    for (const table of [...names(150), 'another']) {
      for (const resource of [`${ARN}/${table}`, `${ARN}/${table}/index/i`]) {
        for (const action of [...tableActions(OPERATION_CLASSES), 'dynamodb:DescribeTimeToLive']) {
          const answers = policies.map(({ document }) => evaluatePolicy(document, { action, resource }));
          const together = ['explicit-deny', 'allow', 'implicit-deny'].find((it) =>
            answers.some((answer) => answer === it),
          );
          expect({ resource, action, together }).toEqual({
            resource,
            action,
            together: evaluatePolicy(whole, { action, resource }),
          });
        }
      }
    }
  });

  it('are refused where ten are not enough, with what to do', () => {
    expect(() => rolePolicies(permissions({ tables: names(900) }), 'Reader')).toThrowError(
      expect.objectContaining({ code: 'ROLE_INVALID', hint: expect.stringContaining('"*"') }),
    );
  });
});
