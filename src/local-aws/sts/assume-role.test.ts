import { createHash } from 'node:crypto';
import { GetItemCommand, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type LocalAwsUnderTest,
  OWN_ACCOUNT,
  openLocalAwsUnderTest,
  PLACE,
  policyOf,
  trustOf,
} from '../testing/local-aws-under-test.js';
import { elementOf, postToSts, type SigningKeys } from '../testing/sign-request.js';

const PROPAGATION_MS = 8_000;
const USER = `arn:aws:iam::${OWN_ACCOUNT}:user/headgate`;
const ROLE = `arn:aws:iam::${PLACE.account}:role/Reader`;
const EXTERNAL = { StringEquals: { 'sts:ExternalId': 'secret-42' } };
const READ = { Read: policyOf(['Allow', ['dynamodb:ListTables', 'dynamodb:GetItem'], '*']) };
const REFUSED = `User: ${USER} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`;

let local: LocalAwsUnderTest;
let keys: SigningKeys;

beforeAll(async () => {
  local = await openLocalAwsUnderTest({ propagationMs: PROPAGATION_MS });
});

beforeEach(async () => {
  const policies = { Assume: policyOf(['Allow', 'sts:*', '*']) };
  keys = await local.aws.accounts.putUser({ account: OWN_ACCOUNT, name: 'headgate', policies });
  await putRole({ trustPolicy: trustOf(USER, EXTERNAL), permissionPolicies: READ, maxSessionSeconds: 7_200 });
});

afterAll(() => local.close());

/** The role, as everybody sees it. */
async function putRole(role: Omit<Parameters<typeof local.aws.accounts.putRole>[0], 'account' | 'name'>) {
  await local.aws.accounts.putRole({ account: PLACE.account, name: 'Reader', ...role });
  local.wait(PROPAGATION_MS);
}

const assume = (form: Readonly<Record<string, string>> = {}, by = keys) =>
  local.assume(by, 'Reader', { ExternalId: 'secret-42', ...form });

describe('AssumeRole', () => {
  it('gives credentials that DynamoDB takes, until they expire', async () => {
    const { status, xml, keys: session } = await assume({ DurationSeconds: '900' });
    expect(status).toBe(200);
    expect(xml).toMatch(
      /^<AssumeRoleResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/">\n {2}<AssumeRoleResult>/,
    );
    expect(elementOf(xml, 'Arn')).toBe(`arn:aws:sts::${PLACE.account}:assumed-role/Reader/ann`);
    expect(elementOf(xml, 'AssumedRoleId')).toMatch(/^AROA[A-Z2-7]{16}:ann$/);
    expect(elementOf(xml, 'Expiration')).toMatch(/^2026-01-31T12:\d\d:\d\dZ$/);
    expect(elementOf(xml, 'PackedPolicySize')).toBeUndefined();
    const client = local.client(session);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    // The clock stands a quarter of a second after a whole one, where sessions end.
    local.wait(899_749);
    await client.send(new ListTablesCommand({}));
    local.wait(1);
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    });
    const identity = await postToSts(local.aws.stsEndpoint, { Action: 'GetCallerIdentity' }, session);
    expect([identity.status, elementOf(identity.xml, 'Code')]).toEqual([403, 'ExpiredToken']);
  });

  it.each([
    ['no external id', { ExternalId: '' }, 400],
    ['another external id', { ExternalId: 'other' }, 403],
  ])('is refused with %s', async (_what, form, status) => {
    expect((await assume(form)).status).toBe(status);
  });

  it('is refused without the external id that the trust policy asks for', async () => {
    const { status, code, message } = await local.assume(keys, 'Reader');
    expect({ status, code, message }).toEqual({ status: 403, code: 'AccessDenied', message: REFUSED });
  });

  it('is refused in the same words for a role that is not there', async () => {
    const { code, message } = await local.assume(keys, 'Nobody');
    expect([code, message]).toEqual(['AccessDenied', REFUSED.replace('Reader', 'Nobody')]);
    const inPath = await local.assume(keys, 'path/Reader', { ExternalId: 'secret-42' });
    expect(inPath.message).toBe(REFUSED.replace('Reader', 'path/Reader'));
  });

  it('is refused when the own policies do not allow it, and says so when they deny it', async () => {
    await local.aws.accounts.putUser({ account: OWN_ACCOUNT, name: 'headgate' });
    expect((await assume()).message).toBe(REFUSED);
    const policies = { No: policyOf(['Allow', '*', '*'], ['Deny', 'sts:AssumeRole', ROLE]) };
    await local.aws.accounts.putUser({ account: OWN_ACCOUNT, name: 'headgate', policies });
    expect((await assume()).message).toBe(`${REFUSED} with an explicit deny in an identity-based policy`);
  });

  it('knows the role by its path', async () => {
    await putRole({ path: '/team/', trustPolicy: trustOf(OWN_ACCOUNT), permissionPolicies: READ });
    expect((await local.assume(keys, 'Reader')).code).toBe('AccessDenied');
    const { status, xml } = await local.assume(keys, 'team/Reader');
    expect([status, elementOf(xml, 'Arn')]).toEqual([200, `arn:aws:sts::${PLACE.account}:assumed-role/Reader/ann`]);
  });

  it.each([
    ['sts:RoleSessionName', { RoleSessionName: 'bob' }, { RoleSessionName: 'ann' }],
    ['sts:SourceIdentity', { SourceIdentity: 'bob' }, { SourceIdentity: 'ann' }],
  ])('can be bound to %s', async (key, wrong, right) => {
    const trustPolicy = trustOf(USER, { StringEquals: { [key]: 'ann' } });
    const [statement] = trustPolicy.Statement;
    const both = { ...statement, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] };
    await putRole({ trustPolicy: { ...trustPolicy, Statement: [both] } });
    expect((await assume(wrong)).code).toBe('AccessDenied');
    expect((await assume(right)).status).toBe(200);
  });

  it('can be bound to the ARN of the caller', async () => {
    await putRole({ trustPolicy: trustOf('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/other' } }) });
    expect((await assume()).code).toBe('AccessDenied');
    await putRole({ trustPolicy: trustOf('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/head*' } }) });
    expect((await assume()).status).toBe(200);
  });

  it('with a source identity needs a permission of its own', async () => {
    const { code, message } = await assume({ SourceIdentity: 'ann' });
    expect([code, message]).toEqual(['AccessDenied', REFUSED.replace('AssumeRole', 'SetSourceIdentity')]);
  });

  it.each([
    [
      { DurationSeconds: '899' },
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      { DurationSeconds: '43201' },
      "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
    ],
    [{ DurationSeconds: '7201' }, 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'],
    [{ RoleArn: 'arn:aws:iam::12:role/Reader' }, 'arn:aws:iam::12:role/Reader is invalid'],
    [
      { RoleArn: 'Reader', RoleSessionName: 'a b' },
      "2 validation errors detected: Value 'Reader' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ],
    [{ 'Tags.member.1.Key': 'a' }, 'Local AWS does not support the parameter Tags.member.1.Key of AssumeRole.'],
  ])('%j is invalid', async (form, text) => {
    const { status, code, message } = await assume(form);
    expect({ status, code, message }).toEqual({ status: 400, code: 'ValidationError', message: text });
  });
});

describe('a session policy', () => {
  const policyText = (policy: object) => ({ Policy: JSON.stringify(policy) });

  it('narrows what the role may do, and adds nothing', async () => {
    const { xml, keys: session } = await assume(
      policyText(policyOf(['Allow', ['dynamodb:GetItem', 'dynamodb:Scan'], '*'])),
    );
    expect(Number(elementOf(xml, 'PackedPolicySize'))).toBeGreaterThan(0);
    const client = local.client(session);
    const who = `User: arn:aws:sts::${PLACE.account}:assumed-role/Reader/ann is not authorized to perform:`;
    const refusal = (action: string, policy: string, table: string) =>
      `${who} dynamodb:${action} on resource: arn:aws:dynamodb:${PLACE.region}:${PLACE.account}:table/${table} because no ${policy} policy allows the dynamodb:${action} action`;
    await expect(client.send(new ListTablesCommand({}))).rejects.toThrow(refusal('ListTables', 'session', '*'));
    await expect(client.send(new ScanCommand({ TableName: 'xyz' }))).rejects.toThrow(
      refusal('Scan', 'identity-based', 'xyz'),
    );
    const get = client.send(new GetItemCommand({ TableName: 'xyz', Key: { pk: { S: 'a' } } }));
    await expect(get).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each([
    ['no JSON', { Policy: '{' }, 'MalformedPolicyDocument', 'This policy contains invalid Json'],
    [
      'a bad action',
      policyText(policyOf(['Allow', 'GetItem', '*'])),
      'MalformedPolicyDocument',
      'must be prefaced by a vendor',
    ],
    [
      'a name as resource',
      policyText(policyOf(['Allow', 's3:*', 'x'])),
      'MalformedPolicyDocument',
      'Resource x must be in ARN format or "*".',
    ],
    [
      '2,049 characters',
      { Policy: ' '.repeat(2_049) },
      'ValidationError',
      'Member must have length less than or equal to 2048',
    ],
  ])('of %s is refused', async (_what, form, code, text) => {
    const answer = await assume(form);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(answer.message).toContain(text);
  });

  it('within 2,048 characters can still be too large when it is packed', async () => {
    const names = Array.from({ length: 12 }, (_, index) => createHash('sha256').update(`${index}`).digest('hex'));
    const tables = names.map((name) => `arn:aws:dynamodb:*:*:table/${name}`);
    const Statement = [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: tables }];
    const form = policyText({ Version: '2012-10-17', Statement });
    expect(form.Policy.length).toBeLessThan(2_048);
    const { status, code, message } = await assume(form);
    expect([status, code]).toEqual([400, 'PackedPolicyTooLarge']);
    expect(message).toMatch(/^Packed policy consumes \d{3}% of allotted space, please use smaller policy\.$/);
  });
});

describe('a chain of roles', () => {
  const SESSION = `arn:aws:sts::${PLACE.account}:assumed-role/Reader/ann`;

  beforeEach(async () => {
    const permissionPolicies = { Assume: policyOf(['Allow', 'sts:*', '*']) };
    const trust = {
      ...trustOf(USER),
      Statement: trustOf(USER).Statement.map((each) => ({ ...each, Action: 'sts:*' })),
    };
    await putRole({ trustPolicy: trust, permissionPolicies });
    await local.aws.accounts.putRole({
      ...{ account: PLACE.account, name: 'Next', maxSessionSeconds: 43_200 },
      trustPolicy: trustOf(ROLE),
      permissionPolicies: READ,
    });
    local.wait(PROPAGATION_MS);
  });

  it('lasts an hour at most, whatever the role gives', async () => {
    const { keys: first } = await assume();
    expect((await local.assume(first, 'Next', { DurationSeconds: '3600' })).status).toBe(200);
    const { code, message } = await local.assume(first, 'Next', { DurationSeconds: '3601' });
    expect([code, message]).toEqual([
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    ]);
  });

  it('passes the source identity on, which the next role must allow', async () => {
    const { xml, keys: first } = await assume({ SourceIdentity: 'ann' });
    expect(elementOf(xml, 'SourceIdentity')).toBe('ann');
    const refused = await local.assume(first, 'Next');
    expect(refused.message).toBe(
      `User: ${SESSION} is not authorized to perform: sts:SetSourceIdentity on resource: arn:aws:iam::${PLACE.account}:role/Next`,
    );
  });

  it('keeps the source identity, which cannot be changed', async () => {
    const trust = {
      ...trustOf(ROLE),
      Statement: trustOf(ROLE).Statement.map((each) => ({ ...each, Action: 'sts:*' })),
    };
    await local.aws.accounts.putRole({ account: PLACE.account, name: 'Next', trustPolicy: trust });
    local.wait(PROPAGATION_MS);
    const { keys: first } = await assume({ SourceIdentity: 'ann' });
    const { xml, keys: second } = await local.assume(first, 'Next');
    expect(elementOf(xml, 'SourceIdentity')).toBe('ann');
    expect((await local.assume(first, 'Next', { SourceIdentity: 'ann' })).status).toBe(200);
    expect((await local.assume(first, 'Next', { SourceIdentity: 'bob' })).code).toBe('AccessDenied');
    expect(second.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  });

  it('ends when a session policy does not let it go on', async () => {
    const { keys: narrowed } = await assume({ Policy: JSON.stringify(policyOf(['Allow', 'dynamodb:*', '*'])) });
    expect((await local.assume(narrowed, 'Next')).code).toBe('AccessDenied');
  });
});

describe('a role that changes', () => {
  it('is seen to have changed, to be new and to be gone only after a while', async () => {
    const newcomer = {
      account: PLACE.account,
      name: 'Newcomer',
      trustPolicy: trustOf(OWN_ACCOUNT),
      permissionPolicies: READ,
    };
    await local.aws.accounts.putRole(newcomer);
    const codeNow = async () => (await local.assume(keys, 'Newcomer')).code;
    local.wait(PROPAGATION_MS - 1);
    expect(await codeNow()).toBe('AccessDenied');
    local.wait(1);
    expect(await codeNow()).toBeUndefined();

    await local.aws.accounts.putRole({ ...newcomer, trustPolicy: trustOf(PLACE.account) });
    expect(await codeNow()).toBeUndefined();
    local.wait(PROPAGATION_MS);
    expect(await codeNow()).toBe('AccessDenied');

    await local.aws.accounts.putRole(newcomer);
    local.wait(PROPAGATION_MS);
    await local.aws.accounts.deleteRole(PLACE.account, 'Newcomer');
    expect(await codeNow()).toBeUndefined();
    local.wait(PROPAGATION_MS);
    expect(await codeNow()).toBe('AccessDenied');
  });

  it('changes what its sessions may do, and ends them when it is deleted, also when it is made again', async () => {
    const client = local.client((await assume()).keys);
    await client.send(new ListTablesCommand({}));
    await putRole({ trustPolicy: trustOf(USER, EXTERNAL) });
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await local.aws.accounts.deleteRole(PLACE.account, 'Reader');
    local.wait(PROPAGATION_MS);
    const unknown = {
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    };
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject(unknown);
    await putRole({ trustPolicy: trustOf(USER, EXTERNAL), permissionPolicies: READ });
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject(unknown);
  });
});

describe('STS', () => {
  const identity = (by: SigningKeys) => postToSts(local.aws.stsEndpoint, { Action: 'GetCallerIdentity' }, by);

  it('tells users and sessions who they are, whatever their policies say', async () => {
    await local.aws.accounts.putUser({
      account: OWN_ACCOUNT,
      name: 'none',
      policies: { No: policyOf(['Deny', '*', '*']) },
    });
    const denied = await local.aws.accounts.putUser({
      account: OWN_ACCOUNT,
      name: 'none',
      policies: { No: policyOf(['Deny', '*', '*']) },
    });
    const { xml } = await identity(denied);
    expect(['Arn', 'Account'].map((name) => elementOf(xml, name))).toEqual([
      `arn:aws:iam::${OWN_ACCOUNT}:user/none`,
      OWN_ACCOUNT,
    ]);
    expect(elementOf(xml, 'UserId')).toMatch(/^AIDA[A-Z2-7]{16}$/);
    const session = await identity((await assume()).keys);
    expect(elementOf(session.xml, 'Arn')).toBe(`arn:aws:sts::${PLACE.account}:assumed-role/Reader/ann`);
    expect(elementOf(session.xml, 'UserId')).toMatch(/^AROA[A-Z2-7]{16}:ann$/);
  });

  it('answers an error in the form of AWS', async () => {
    const { xml } = await identity({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' });
    const requestId = elementOf(xml, 'RequestId');
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(xml).toBe(`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>InvalidClientTokenId</Code>
    <Message>The security token included in the request is invalid.</Message>
  </Error>
  <RequestId>${requestId}</RequestId>
</ErrorResponse>
`);
  });

  it('takes no wrong secret, no wrong token, no token of another, and no session without its token', async () => {
    const [one, other] = [(await assume()).keys, (await assume()).keys];
    const codes = async (by: SigningKeys) => elementOf((await identity(by)).xml, 'Code');
    expect(await codes({ ...keys, secretAccessKey: 'x' })).toBe('SignatureDoesNotMatch');
    expect(await codes({ ...one, secretAccessKey: other.secretAccessKey })).toBe('SignatureDoesNotMatch');
    expect(await codes({ ...one, sessionToken: 'x' })).toBe('InvalidClientTokenId');
    expect(await codes({ ...one, sessionToken: other.sessionToken })).toBe('InvalidClientTokenId');
    expect(await codes({ accessKeyId: one.accessKeyId, secretAccessKey: one.secretAccessKey })).toBe(
      'InvalidClientTokenId',
    );
    expect(await codes({ ...keys, sessionToken: one.sessionToken })).toBe('InvalidClientTokenId');
  });

  it.each([
    [{ Action: 'GetSessionToken' }, 'InvalidAction', 'Could not find operation GetSessionToken for version 2011-06-15'],
    [
      { Action: 'AssumeRole', Version: '2010-05-08' },
      'InvalidAction',
      'Could not find operation AssumeRole for version 2010-05-08',
    ],
    [{ Action: '' }, 'MissingAction', 'Missing Action'],
  ])('refuses %j', async (form, code, message) => {
    const { xml } = await postToSts(local.aws.stsEndpoint, form, keys);
    expect([elementOf(xml, 'Code'), elementOf(xml, 'Message')]).toEqual([code, message]);
  });

  it('refuses what is not signed', async () => {
    const answer = await fetch(local.aws.stsEndpoint, {
      method: 'POST',
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });
    expect([answer.status, elementOf(await answer.text(), 'Code')]).toEqual([403, 'MissingAuthenticationToken']);
  });

  it('throttles as many calls as it is told', async () => {
    local.aws.throttleSts(2);
    const answers = [await assume(), await assume(), await assume()];
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [400, 'Throttling'],
      [400, 'Throttling'],
      [200, undefined],
    ]);
    expect(answers[0]?.message).toBe('Rate exceeded');
  });
});
