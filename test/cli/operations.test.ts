import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDynamodb } from '../../src/dynamodb/connect.js';
import { expectError } from './expect-error.js';
import { openWorkplace, type Running, type Workplace } from './workplace.js';

// All commands talk to the gateway that is started here.
let workplace: Workplace;
let up: Running;
let greeting: string;
beforeAll(async () => {
  workplace = await openWorkplace();
  up = workplace.start(['up', '--demo']);
  greeting = await up.said('Press Ctrl-C');
}, 120_000);
afterAll(() => workplace?.close());

const SEATTLE = { iata: 'SEA', city: 'Seattle', state: 'WA' };

test('op runs an operation, plain or in DynamoDB JSON, from words, a file or standard input', async () => {
  const operation = { verb: 'GetItem', TableName: 'demo.airports', Key: { iata: 'SEA' } };
  const { status, stdout, stderr } = await workplace.headgate(['op', JSON.stringify(operation), '--schema', 'demo']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'Read 0.5 units, <$0.0001.\n' });
  expect(JSON.parse(stdout).Item).toMatchObject(SEATTLE);

  const file = join(workplace.cwd, 'get.json');
  await writeFile(file, JSON.stringify({ ...operation, Key: { iata: { S: 'SEA' } } }));
  const typed = await workplace.headgate(['op', '--file', file, '--dynamodb-json']);
  expect(JSON.parse(typed.stdout).Item.city).toEqual({ S: 'Seattle' });

  const input = `{"verb": "Query", "TableName": "demo.shop", "KeyConditionExpression": "PK = :p AND SK = :s",
    "ExpressionAttributeValues": {":p": "CUSTOMER#C007", ":s": "PROFILE"}}`;
  expect((await workplace.headgate(['op', '-'], { input })).status).toBe(0);
});

test('op with fetchAll writes one item to a line, and says when a limit ended the reading', async () => {
  const all = { verb: 'Scan', TableName: 'demo.airports', fetchAll: true };
  const { stdout, stderr } = await workplace.headgate(['op', JSON.stringify(all)]);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows).toHaveLength(3376);
  expect(rows.find(({ iata }) => iata === 'SEA')).toMatchObject(SEATTLE);
  expect(stderr).toBe('Read 36.0 units, <$0.0001.\n');
  const few = await workplace.headgate(['op', JSON.stringify({ ...all, maxItems: 2 })]);
  expect(few.stdout.trim().split('\n')).toHaveLength(2);
  expect(few.stderr).toContain('warning: There may be more: the reading ended at maxItems.');
});

test('what is not granted, not JSON or not an operation is said so', async () => {
  const put = JSON.stringify({ verb: 'PutItem', TableName: 'demo.airports', Item: { iata: 'XXX' } });
  expectError(await workplace.headgate(['op', put]), 'ACCESS_DENIED', 'insert and update on demo.airports');
  expectError(await workplace.headgate(['op', '{"verb": ']), 'REQUEST_INVALID', 'not valid JSON');
  expectError(await workplace.headgate(['op', '{"verb": "Frob"}']), 'VERB_UNKNOWN', 'Frob');
  expectError(await workplace.headgate(['op']), 'USAGE', 'There is no operation');
  expectError(await workplace.headgate(['action', 'getItm']), 'NOT_FOUND', 'Did you mean getItem?');
});

test('actions are listed and run', async () => {
  expect((await workplace.headgate(['actions'])).stdout).toContain('Reads one item by its key.');
  const described = JSON.parse((await workplace.headgate(['actions', '--format', 'json'])).stdout);
  expect(described.find(({ name }: { name: string }) => name === 'getItem').input).toMatchObject({ type: 'object' });
  const input = JSON.stringify({ table: 'demo.airports', partitionKey: 'SEA' });
  const { stdout } = await workplace.headgate(['action', 'getItem', '--input', input]);
  expect(JSON.parse(stdout)).toMatchObject({ found: true, item: SEATTLE });
});

test('up --demo shows how to ask the endpoint, and the keys of its client work there until they are revoked', async () => {
  const endpoint = /--endpoint-url (\S+) --region us-east-1/.exec(greeting)?.[1] ?? 'none is shown';
  expect(greeting).toContain('eval "$(npx headgate client keys create demo --format env)"');

  const made = await workplace.headgate(['client', 'keys', 'create', 'demo', '--format', 'env']);
  const [, accessKeyId = '', secretAccessKey = ''] =
    /^export AWS_ACCESS_KEY_ID=(\w+)\nexport AWS_SECRET_ACCESS_KEY=([\w-]+)\nunset AWS_SESSION_TOKEN\n$/.exec(
      made.stdout,
    ) ?? [];
  const credentials = { kind: 'keys', accessKeyId, secretAccessKey } as const;
  const dynamodb = connectDynamodb({ region: 'us-east-1', endpoint, credentials });
  try {
    const { signal } = new AbortController();
    expect(await dynamodb.directory.listTables(signal)).toContain('airports');
    const listed = await workplace.headgate(['client', 'keys', 'list', 'demo']);
    expect(listed.stdout).toContain(accessKeyId);
    expect(listed.stdout).not.toContain(secretAccessKey);
    expect((await workplace.headgate(['client', 'keys', 'revoke', 'demo', accessKeyId])).status).toBe(0);
    await expect(dynamodb.directory.listTables(signal)).rejects.toMatchObject({ code: 'CREDENTIALS_REJECTED' });
  } finally {
    dynamodb.close();
  }
});

test('up ends well after all that', async () => {
  up.interrupt();
  expect((await up.outcome).status).toBe(0);
});
