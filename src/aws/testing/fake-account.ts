import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ProbedAction } from '../../dynamodb/permission-probes.js';
import type { TableDescription } from '../../dynamodb/table-description.js';
import type { PolicyDocument } from '../policy/document.js';
import type { AssumedRole, AssumeRoleRequest, Sts } from '../sts.js';
import type { ValidatedDynamodb, ValidationEffects } from '../validation/validated-role.js';
import { evaluatePolicy } from './evaluate-policy.js';
import { FakeClock } from './fake-clock.js';

/** An AWS account of one role and some tables, in which the policies count; and Headgate's own identity before it. */
export interface FakeAccount {
  callerArn: string;
  readonly roleArn: string;
  trust: PolicyDocument;
  policies: readonly PolicyDocument[];
  /** Whether Headgate's own policy lets it assume the role. */
  callerMay: boolean;
  readonly region: string;
  tables: readonly TableDescription[];
  /** Before this moment IAM knows nothing of the role. */
  knownFromMs: number;
  /** Thrown by every call to STS, or by the first ones. */
  stsFailures: HeadgateError[];
}

export interface FakeWorld {
  readonly effects: ValidationEffects;
  readonly clock: FakeClock;
  /** Calls to DynamoDB, such as `GetItem orders`; a probe has a question mark. */
  readonly calls: readonly string[];
  /** Read units that DynamoDB bills, by table. */
  readonly units: ReadonlyMap<string, number>;
  opened: number;
  closed: number;
}

const EXPIRATION = new Date('2026-01-01T01:00:00Z');

export function fakeWorld(account: FakeAccount): FakeWorld {
  const calls: string[] = [];
  const units = new Map<string, number>();
  const clock = new FakeClock();
  const world: FakeWorld = {
    calls,
    units,
    clock,
    opened: 0,
    closed: 0,
    effects: {
      clock,
      random: () => 0.5,
      sts: ownSts(account, clock),
      stsWith: () => {
        world.opened++;
        const arn = account.roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
        return {
          ...ownSts(account, clock),
          callerArn: async () => `${arn}/headgate-validation`,
          close: () => void world.closed++,
        };
      },
      dynamodbWith: () => {
        world.opened++;
        return { ...dynamodbOf(account, { calls, units }), close: () => void world.closed++ };
      },
    },
  };
  return world;
}

function ownSts(account: FakeAccount, clock: FakeClock): Sts {
  const failIfTold = () => {
    const failure = account.stsFailures.shift();
    if (failure !== undefined) throw failure;
  };
  return {
    close: () => {},
    async callerArn() {
      failIfTold();
      return account.callerArn;
    },
    async assumeRole(request) {
      failIfTold();
      if (clock.now() >= account.knownFromMs && isTrusted(account, request)) return assumed(account, request);
      throw new HeadgateError('ROLE_REFUSED', `AWS does not allow Headgate to assume ${request.roleArn}.`, {
        detail: `User: ${account.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${request.roleArn}`,
      });
    },
  };
}

function isTrusted({ roleArn, trust, callerArn, callerMay }: FakeAccount, request: AssumeRoleRequest): boolean {
  const callerRole = callerArn.replace(':sts:', ':iam:').replace(/:assumed-role\/([^/]+)\/.*$/, ':role/$1');
  const principals = [callerRole, callerRole.replace(/:(role|user)\/.*$/, ':root')];
  const Statement = trust.Statement.filter(
    ({ Principal }) => Principal !== undefined && principals.includes(Principal.AWS),
  );
  const context = { 'sts:ExternalId': request.externalId ?? '', 'aws:PrincipalArn': callerRole };
  const may = (action: string) =>
    evaluatePolicy({ ...trust, Statement }, { action, resource: '*', context }) === 'allow';
  const maySetSource = request.sourceIdentity === undefined || may('sts:SetSourceIdentity');
  return callerMay && request.roleArn === roleArn && may('sts:AssumeRole') && maySetSource;
}

function assumed({ roleArn }: FakeAccount, { sessionName }: AssumeRoleRequest): AssumedRole {
  const arn = `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${sessionName}`;
  const credentials = { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't', expiration: EXPIRATION };
  return { credentials, arn, packedPolicyPercent: undefined };
}

function dynamodbOf(
  account: FakeAccount,
  log: { readonly calls: string[]; readonly units: Map<string, number> },
): Omit<ValidatedDynamodb, 'close'> {
  const [, partition, , , accountId] = account.roleArn.split(':');
  const arnOf = (table: string) => `arn:${partition}:dynamodb:${account.region}:${accountId}:table/${table}`;
  const may = (action: string, resource: string) => {
    const answers = account.policies.map((policy) =>
      evaluatePolicy(policy, { action: `dynamodb:${action}`, resource }),
    );
    return answers.includes('allow') && !answers.includes('explicit-deny');
  };
  const authorize = (action: string, resource: string) => {
    if (may(action, resource)) return;
    throw new HeadgateError('AWS_ACCESS_DENIED', 'AWS refused the action for these credentials.', {
      detail: `not authorized to perform: dynamodb:${action} on resource: ${resource}`,
    });
  };
  const find = (name: string) => {
    const table = account.tables.find((it) => it.name === name);
    if (table === undefined) throw new HeadgateError('TABLE_NOT_FOUND', `Table "${name}" does not exist.`);
    return table;
  };
  const read = (table: string) => {
    log.units.set(table, (log.units.get(table) ?? 0) + 0.5);
    return { items: Buffer.from('[]'), itemCount: 0, scannedCount: 0, lastEvaluatedKey: undefined, readUnits: 0.5 };
  };
  return {
    directory: {
      async listTables() {
        log.calls.push('ListTables');
        authorize('ListTables', '*');
        return account.tables.map(({ name }) => name);
      },
      async describeTable(name) {
        log.calls.push(`DescribeTable ${name}`);
        authorize('DescribeTable', arnOf(name));
        return find(name);
      },
      timeToLiveAttribute: async () => undefined,
    },
    reader: {
      async getItem({ tableName, key }) {
        log.calls.push(`GetItem ${tableName}`);
        authorize('GetItem', arnOf(tableName));
        const { partitionKey, sortKey } = find(tableName);
        const names = [partitionKey.name, ...(sortKey === undefined ? [] : [sortKey.name])];
        if (JSON.stringify(Object.keys(key)) !== JSON.stringify(names))
          throw new HeadgateError('DYNAMODB_REJECTED', 'key');
        return read(tableName);
      },
      async query({ tableName, indexName }) {
        log.calls.push(`Query ${tableName} ${indexName}`);
        authorize('Query', `${arnOf(tableName)}/index/${indexName}`);
        return read(tableName);
      },
    },
    probes: {
      async isPermitted(action: ProbedAction, { name }) {
        log.calls.push(`${action}? ${name}`);
        if (!may(action, arnOf(name))) return false;
        find(name);
        return true;
      },
    },
  };
}
