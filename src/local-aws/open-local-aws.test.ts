import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openLocalAws } from './open-local-aws.js';
import {
  type LocalAwsUnderTest,
  OWN_ACCOUNT,
  openLocalAwsUnderTest,
  PLACE,
  policyOf,
  type ShortStatement,
  trustOf,
} from './testing/local-aws-under-test.js';
import { elementOf, postToSts } from './testing/sign-request.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const TABLES = `arn:aws:dynamodb:${PLACE.region}:${PLACE.account}:table`;
const Key = { pk: { S: 'ann' } };
const definition = {
  TableName: 'Music',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' as const },
    { AttributeName: 'genre', AttributeType: 'S' as const },
  ],
  BillingMode: 'PAY_PER_REQUEST' as const,
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byGenre',
      KeySchema: [{ AttributeName: 'genre', KeyType: 'HASH' as const }],
      Projection: { ProjectionType: 'ALL' as const },
    },
  ],
};

describe('local AWS in front of an embedded DynamoDB', () => {
  let local: LocalAwsUnderTest;
  let admin: DynamoDBClient;

  beforeAll(async () => {
    local = await openLocalAwsUnderTest();
    admin = await userIn(PLACE.account, 'admin', ['Allow', 'dynamodb:*', '*']);
    await admin.send(new CreateTableCommand(definition));
  });
  afterAll(() => local.close());

  async function userIn(account: string, name: string, ...statements: readonly ShortStatement[]) {
    const policies = { Only: policyOf(...statements) };
    return local.client(await local.aws.accounts.putUser({ account, name, policies }));
  }

  /** A user with one statement that has a condition, and may do nothing else. */
  async function userWith(action: string, condition: object, effect = 'Allow') {
    const allowed = { Effect: 'Allow', Action: action, Resource: '*' };
    const conditional = { Effect: effect, Action: action, Resource: '*', Condition: condition };
    const Statement = effect === 'Deny' ? [allowed, conditional] : [conditional];
    const policies = { Only: { Version: '2012-10-17', Statement } };
    return local.client(await local.aws.accounts.putUser({ account: PLACE.account, name: 'ann', policies }));
  }

  const denied = { name: 'AccessDeniedException' };

  it('describes tables in the account and the region that it plays', async () => {
    const { Table } = await admin.send(new DescribeTableCommand({ TableName: 'Music' }));
    expect(Table?.TableArn).toBe(`${TABLES}/Music`);
    expect(Table?.GlobalSecondaryIndexes?.[0]?.IndexArn).toBe(`${TABLES}/Music/index/byGenre`);
  });

  it('passes items on as they are, also what looks like an ARN of the embedded one', async () => {
    const n = '12345678901234567890123456789012345678';
    const Item = { ...Key, n: { N: n }, arn: { S: 'arn:aws:dynamodb:dynoxide:000000000000:table/x' } };
    await admin.send(new PutItemCommand({ TableName: 'Music', Item }));
    expect((await admin.send(new GetItemCommand({ TableName: 'Music', Key }))).Item).toEqual(Item);
  });

  it('has no tables in another account', async () => {
    const other = await userIn('444455556666', 'admin', ['Allow', '*', '*']);
    expect((await other.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    const missing = { name: 'ResourceNotFoundException' };
    await expect(other.send(new DescribeTableCommand({ TableName: 'Music' }))).rejects.toMatchObject(missing);
    await expect(other.send(new ScanCommand({ TableName: 'Music' }))).rejects.toMatchObject(missing);
    await expect(other.send(new CreateTableCommand(definition))).rejects.toThrow(
      'Local AWS keeps tables only for account 111122223333 in region eu-central-1.',
    );
  });

  it('has no tables in another region', async () => {
    const keys = await local.aws.accounts.putUser({
      ...{ account: PLACE.account, name: 'regional' },
      policies: { Only: policyOf(['Allow', 'dynamodb:*', '*']) },
    });
    const elsewhere = local.client(keys, 'us-east-1');
    expect((await elsewhere.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    expect((await local.client(keys).send(new ListTablesCommand({}))).TableNames).toEqual(['Music']);
  });

  it('lets nobody reach a table of another account by its ARN', async () => {
    const stranger = await userIn(OWN_ACCOUNT, 'stranger', ['Allow', '*', '*']);
    const text = `because no resource-based policy allows the dynamodb:Scan action`;
    await expect(stranger.send(new ScanCommand({ TableName: `${TABLES}/Music` }))).rejects.toThrow(text);
    const tags = new ListTagsOfResourceCommand({ ResourceArn: `${TABLES}/Music` });
    await expect(stranger.send(tags)).rejects.toMatchObject(denied);
    const elsewhere = `${TABLES.replace(PLACE.region, 'us-east-1')}/Music`;
    await expect(admin.send(new ScanCommand({ TableName: elsewhere }))).rejects.toThrow('Invalid TableArn');
  });

  it('judges by the partition key of the table or of the index', async () => {
    const ann = await userWith('dynamodb:*', {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['ann', `${'$'}{aws:username}-2`] },
    });
    const get = (pk: string) => ann.send(new GetItemCommand({ TableName: 'Music', Key: { pk: { S: pk } } }));
    await get('ann');
    await get('ann-2');
    await expect(get('bob')).rejects.toMatchObject(denied);
    const query = (name: string, value: string, IndexName?: string) =>
      ann.send(
        new QueryCommand({
          ...{ TableName: 'Music', IndexName, KeyConditionExpression: '#k = :v' },
          ExpressionAttributeNames: { '#k': name },
          ExpressionAttributeValues: { ':v': { S: value } },
        }),
      );
    await query('pk', 'ann');
    await query('genre', 'ann', 'byGenre');
    await expect(query('pk', 'bob')).rejects.toMatchObject(denied);
    await expect(query('genre', 'bob', 'byGenre')).rejects.toMatchObject(denied);
    // The trap that AWS documents: a scan has no leading keys, and all of none are allowed.
    await ann.send(new ScanCommand({ TableName: 'Music' }));
  });

  it('judges by whether PartiQL scans the whole table', async () => {
    const ann = await userWith('dynamodb:PartiQLSelect', { Bool: { 'dynamodb:FullTableScan': 'true' } }, 'Deny');
    const select = (text: string) => ann.send(new ExecuteStatementCommand({ Statement: text }));
    await select(`SELECT * FROM "Music" WHERE pk = 'ann' AND x > 1`);
    await select(`SELECT * FROM "Music"."byGenre" WHERE genre = 'x'`);
    await expect(select('SELECT * FROM "Music"')).rejects.toMatchObject(denied);
    await expect(select(`SELECT * FROM "Music"."byGenre" WHERE pk = 'ann'`)).rejects.toMatchObject(denied);
    await expect(select(`SELECT * FROM "Music" WHERE pk = 'ann' OR x > 1`)).rejects.toMatchObject(denied);
  });

  it('judges by attributes and by what is selected', async () => {
    const ann = await userWith('dynamodb:GetItem', {
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'genre'] },
      StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    });
    const get = (ProjectionExpression?: string) =>
      ann.send(new GetItemCommand({ TableName: 'Music', Key, ProjectionExpression }));
    await get('genre');
    await expect(get('genre, n')).rejects.toMatchObject(denied);
    await expect(get()).rejects.toMatchObject(denied);
  });

  it('judges by the verb around an entry of a transaction', async () => {
    const condition = { StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } };
    const ann = await userWith('dynamodb:PutItem', condition);
    const put = { TableName: 'Music', Item: { pk: { S: 'new' } } };
    await ann.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }] }));
    await expect(ann.send(new PutItemCommand(put))).rejects.toMatchObject(denied);
  });

  it('answers what is no operation, no JSON or not signed as DynamoDB does', async () => {
    const post = async (headers: Readonly<Record<string, string>>) => {
      const answer = await fetch(local.aws.dynamodbEndpoint, { method: 'POST', body: '{}', headers });
      return [answer.status, await answer.json()];
    };
    expect(await post({ 'x-amz-target': 'DynamoDB_20120810.ListTables' })).toEqual([
      400,
      {
        __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
        message: 'Request is missing Authentication Token',
      },
    ]);
    expect(await post({ 'x-amz-target': 'DynamoDBStreams_20120810.ListStreams' })).toEqual([
      400,
      { __type: 'com.amazon.coral.service#UnknownOperationException' },
    ]);
    expect(await (await fetch(local.aws.dynamodbEndpoint)).text()).toMatch(/^healthy: 127\.0\.0\.1/);
  });

  it('refuses a body that is larger than DynamoDB takes', async () => {
    const big = fetch(local.aws.dynamodbEndpoint, { method: 'POST', body: 'x'.repeat(2 ** 25) });
    expect((await big).status).toBe(413);
  });

  it('lets the SDK assume a role by a profile, as on any laptop', async () => {
    const headgate = await local.aws.accounts.putUser({
      ...{ account: OWN_ACCOUNT, name: 'headgate' },
      policies: { Assume: policyOf(['Allow', 'sts:AssumeRole', '*']) },
    });
    const { arn } = await local.aws.accounts.putRole({
      ...{ account: PLACE.account, name: 'Reader' },
      trustPolicy: trustOf(OWN_ACCOUNT, { StringEquals: { 'sts:ExternalId': 'x-1' } }),
      permissionPolicies: { Read: policyOf(['Allow', 'dynamodb:GetItem', `${TABLES}/Music`]) },
    });
    const directory = await temporaryDirectory();
    const profile = (name: string, externalId: string) =>
      `[profile ${name}]\nrole_arn = ${arn}\nsource_profile = own\nexternal_id = ${externalId}\nregion = ${PLACE.region}\n`;
    await writeFile(join(directory, 'config'), profile('right', 'x-1') + profile('wrong', 'x-2'));
    await writeFile(
      join(directory, 'credentials'),
      `[own]\naws_access_key_id = ${headgate.accessKeyId}\naws_secret_access_key = ${headgate.secretAccessKey}\n`,
    );
    setEnvironment({
      AWS_CONFIG_FILE: join(directory, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
      AWS_ENDPOINT_URL_STS: local.aws.stsEndpoint,
      AWS_ENDPOINT_URL_DYNAMODB: local.aws.dynamodbEndpoint,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_PROFILE: undefined,
    });
    const withProfile = (name: string) => {
      const client = new DynamoDBClient({ profile: name, maxAttempts: 1, ...{ ignoreCache: true } });
      closers.push(async () => client.destroy());
      return client;
    };
    const right = withProfile('right');
    expect((await right.send(new GetItemCommand({ TableName: 'Music', Key }))).Item?.['pk']).toEqual(Key.pk);
    await expect(right.send(new ScanCommand({ TableName: 'Music' }))).rejects.toMatchObject(denied);
    await expect(withProfile('wrong').send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${OWN_ACCOUNT}:user/headgate is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    });
  });
});

describe('users and roles in a directory', () => {
  const role = {
    account: PLACE.account,
    name: 'Reader',
    path: '/team/',
    trustPolicy: trustOf(OWN_ACCOUNT),
    permissionPolicies: { Read: policyOf(['Allow', 'dynamodb:ListTables', '*']) },
    maxSessionSeconds: 7_200,
  };
  const assumer = { account: OWN_ACCOUNT, name: 'headgate', policies: { Assume: policyOf(['Allow', 'sts:*', '*']) } };

  async function openIn(directory: string) {
    const local = await openLocalAwsUnderTest({ directory });
    closers.push(() => local.close());
    return local;
  }

  it('are there again after a restart, with the same keys', async () => {
    const directory = await temporaryDirectory();
    const first = await openIn(directory);
    const keys = await first.aws.accounts.putUser(assumer);
    await first.aws.accounts.putRole(role);
    await first.aws.close();
    const second = await openIn(directory);
    expect((await second.assume(keys, 'team/Reader', { DurationSeconds: '7200' })).status).toBe(200);
    expect(await second.aws.accounts.putUser(assumer)).toEqual(keys);
    expect((await stat(join(directory, 'accounts.json'))).mode & 0o777).toBe(0o600);
  });

  it('may be edited while it runs; a mistake is told once and changes nothing', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'accounts.json');
    const local = await openIn(directory);
    const keys = await local.aws.accounts.putUser(assumer);
    await local.aws.accounts.putRole(role);
    const edit = async (change: (text: string) => string) => {
      await writeFile(path, change(await readFile(path, 'utf8')));
      local.wait(1_000);
    };
    const statusNow = async () => (await local.assume(keys, 'team/Reader')).status;
    expect(await statusNow()).toBe(200);
    await edit((text) => text.replace(`"AWS": "${OWN_ACCOUNT}"`, '"AWS": "121212121212"'));
    expect(await statusNow()).toBe(403);
    await edit((text) => text.replace('121212121212', '12'));
    expect(await statusNow()).toBe(403);
    local.wait(1_000);
    expect(await statusNow()).toBe(403);
    expect(local.problems).toMatchObject([
      {
        code: 'LOCAL_AWS_INVALID',
        message: `Local AWS does not take ${PLACE.account}.roles.Reader.trustPolicy.`,
        detail: 'MalformedPolicyDocument: Invalid principal in policy: "AWS":"12"',
      },
    ]);
    await edit((text) => text.replace('"12"', `"${OWN_ACCOUNT}"`));
    expect(await statusNow()).toBe(200);
    await edit(() => '{');
    expect(await statusNow()).toBe(200);
    expect(local.problems.map(({ code }) => code)).toEqual(['LOCAL_AWS_INVALID', 'LOCAL_AWS_INVALID']);
  });

  it('keep an edit that is made just before a call changes something else', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'accounts.json');
    const local = await openIn(directory);
    await local.aws.accounts.putUser(assumer);
    const edited = (await readFile(path, 'utf8')).replace('"headgate"', '"renamed"');
    await writeFile(path, edited);
    await local.aws.accounts.putRole(role);
    const accounts = JSON.parse(await readFile(path, 'utf8'));
    expect(Object.keys(accounts[OWN_ACCOUNT].users)).toEqual(['renamed']);
    expect(Object.keys(accounts[PLACE.account].roles)).toEqual(['Reader']);
  });

  it('are not lost when several are put at once', async () => {
    const directory = await temporaryDirectory();
    const local = await openIn(directory);
    const names = Array.from({ length: 10 }, (_, index) => `user-${index}`);
    await Promise.all(names.map((name) => local.aws.accounts.putUser({ account: OWN_ACCOUNT, name })));
    const { [OWN_ACCOUNT]: account } = JSON.parse(await readFile(join(directory, 'accounts.json'), 'utf8'));
    expect(Object.keys(account.users).toSorted()).toEqual(names);
  });

  it('of a file that IAM would refuse are not opened', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'accounts.json'), '{"12": {}}');
    await expect(openIn(directory)).rejects.toMatchObject({ code: 'LOCAL_AWS_INVALID' });
  });

  it.each([
    ['a malformed policy', { permissionPolicies: { P: { Statement: [] } } }, 'MalformedPolicyDocument: Syntax errors'],
    [
      'a trust policy without principal',
      { trustPolicy: policyOf(['Allow', 'sts:*', '*']) },
      'prohibited field Resource',
    ],
    ['a name with a slash', { name: 'a/b' }, 'is no name of a role'],
    ['an account of 11 digits', { account: '11112222333' }, 'must be an account id of 12 digits'],
    ['sessions of a day', { maxSessionSeconds: 86_400 }, 'Too big'],
    ['large policies', { permissionPolicies: largePolicies() }, 'LimitExceeded: Maximum policy size of 10240 bytes'],
  ])('take no role with %s', async (_what, change, detail) => {
    const local = await openIn(await temporaryDirectory());
    await expect(local.aws.accounts.putRole({ ...role, ...change })).rejects.toMatchObject({
      code: 'LOCAL_AWS_INVALID',
      detail: expect.stringContaining(detail),
    });
  });
});

describe('the server of local AWS', () => {
  it('says which port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => taken.close(() => resolve())));
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const options = { directory: undefined, embeddedEndpoint: 'http://127.0.0.1:9', place: PLACE, port };
    await expect(openLocalAws(options)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });

  it('answers as DynamoDB in trouble when the embedded one is gone, and is gone itself after close, also twice', async () => {
    const options = { directory: undefined, embeddedEndpoint: 'http://127.0.0.1:9', place: PLACE };
    const aws = await openLocalAws(options);
    closers.push(() => aws.close());
    const policies = { All: policyOf(['Allow', 'dynamodb:*', '*']) };
    const keys = await aws.accounts.putUser({ account: PLACE.account, name: 'admin', policies });
    const endpoint = aws.dynamodbEndpoint;
    const client = new DynamoDBClient({ region: PLACE.region, credentials: { ...keys }, endpoint, maxAttempts: 1 });
    closers.push(async () => client.destroy());
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'InternalServerError' });
    const identity = await postToSts(aws.stsEndpoint, { Action: 'GetCallerIdentity' }, keys);
    expect(elementOf(identity.xml, 'Account')).toBe(PLACE.account);
    await aws.close();
    await aws.close();
    await expect(fetch(endpoint)).rejects.toThrow();
  });
});

function largePolicies() {
  return { Large: policyOf(['Allow', 'dynamodb:*', `arn:aws:dynamodb:*:*:table/${'x'.repeat(10_200)}`]) };
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'headgate-local-aws-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Until the end of the test. */
function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = (entries: readonly (readonly [string, string | undefined])[]) => {
    for (const [name, value] of entries) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  set(Object.entries(variables));
  closers.push(async () => set(before));
}
