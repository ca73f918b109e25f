import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectError } from './expect-error.js';
import { openWorkplace, type Workplace } from './workplace.js';

let workplace: Workplace;
const servers: Server[] = [];
beforeAll(async () => {
  workplace = await openWorkplace();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    if (server.listening) await new Promise((done) => server.close(done));
  }
});
afterAll(() => workplace?.close());

const KEYS = 'credentials: { accessKeyId: AKIDEXAMPLE, secretAccessKey: secret }';

/** Writes headgate.yaml with one schema of these lines. */
async function configure(...lines: readonly string[]): Promise<void> {
  const schema = ['name: sales', ...lines].map((line, i) => `${i === 0 ? '  - ' : '    '}${line}\n`);
  await writeFile(join(workplace.cwd, 'headgate.yaml'), `schemas:\n${schema.join('')}`);
}

type Answer = (operation: string, response: ServerResponse, body: string) => void;

/** A server in the place of DynamoDB; `operation` is that of the request, such as Scan. Returns its URL. */
async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    // The request is read to its end, else the client sees a broken connection and not the answer.
    void text(request).then((body) =>
      answer(String(request.headers['x-amz-target']).split('.')[1] ?? '', response, body),
    );
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return urlOf(server);
}

function urlOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening on a port');
  return `http://127.0.0.1:${address.port}`;
}

function refuse(type: string, message: string): Answer {
  return (_operation, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }));
  };
}

const QUERY = ['query', 'SELECT * FROM sales.orders'];
const COMMANDS = [QUERY, ['tables'], ['describe', 'sales.orders']];

describe.each(COMMANDS)('headgate %s', (...command) => {
  test('tells of credentials that AWS does not know', async () => {
    await configure(
      `endpoint: ${await serve(refuse('UnrecognizedClientException', 'The security token is invalid.'))}`,
      KEYS,
    );
    const outcome = await workplace.headgate(command);
    expectError(
      outcome,
      'CREDENTIALS_REJECTED',
      'AWS does not accept the credentials',
      'The security token is invalid.',
    );
  });

  test('tells of an action that is not allowed', async () => {
    const message = 'User: arn:aws:iam::1:user/x is not authorized to perform: dynamodb:ListTables';
    await configure(`endpoint: ${await serve(refuse('AccessDeniedException', message))}`, KEYS);
    expectError(await workplace.headgate(command), 'AWS_ACCESS_DENIED', message, 'Allow the action on the table');
  });

  test('tells of credentials that are nowhere to be found', async () => {
    await configure('region: eu-central-1');
    expectError(await workplace.headgate(command), 'CREDENTIALS_MISSING', 'aws sso login', 'AWS_PROFILE');
  });

  test('tells of a region that is not configured', async () => {
    await configure(KEYS);
    expectError(await workplace.headgate(command), 'REGION_MISSING', 'AWS_REGION');
  });

  test('tells of a server that is not running', async () => {
    const url = await serve(() => {});
    await new Promise((done) => servers.pop()?.close(done));
    await configure(`endpoint: ${url}`, KEYS);
    expectError(await workplace.headgate(command), 'ENDPOINT_UNREACHABLE', url, 'start the local DynamoDB');
  });

  test.each([200, 404])('tells of a server that is no DynamoDB and answers %d', async (status) => {
    const url = await serve((_operation, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>Hello</body></html>');
    });
    await configure(`endpoint: ${url}`, KEYS);
    expectError(await workplace.headgate(command), 'ENDPOINT_UNREACHABLE', url, 'does not speak DynamoDB');
  });
});

describe('a table of the allowlist', () => {
  test('is named when one that is not on it comes near', async () => {
    await configure('region: eu-central-1', 'tables: [orders, customers]');
    expectError(
      await workplace.headgate(['query', 'SELECT * FROM sales.order']),
      'TABLE_NOT_FOUND',
      'Did you mean orders?',
    );
    expectError(await workplace.headgate(['describe', 'ordes']), 'TABLE_NOT_FOUND', 'Did you mean orders?');
  });

  test('that DynamoDB does not have is told as missing', async () => {
    const missing = 'Requested resource not found: Table: orders not found';
    await configure(`endpoint: ${await serve(refuse('ResourceNotFoundException', missing))}`, KEYS, 'tables: [orders]');
    expectError(await workplace.headgate(QUERY), 'TABLE_NOT_FOUND', 'orders');
    expectError(await workplace.headgate(['describe', 'orders']), 'TABLE_NOT_FOUND', 'orders');
  });
});

test('Ctrl-C during a long scan stops the requests to DynamoDB too', async () => {
  let pages = 0;
  let askedAgain = (): void => {};
  const scanning = new Promise<void>((resolve) => {
    askedAgain = resolve;
  });
  const url = await serve((operation, response, body) => {
    // A sample has a limit, the scan of the statement has none.
    if (operation === 'Scan' && !('Limit' in JSON.parse(body)) && ++pages === 20) askedAgain();
    response.end(JSON.stringify(ENDLESS[operation] ?? {}));
  });
  await configure(`endpoint: ${url}`, KEYS, 'tables: [orders]');
  const running = workplace.start(['query', 'SELECT sum(total) FROM sales.orders']);
  await Promise.race([scanning, running.outcome]);
  running.interrupt();
  const { status, stdout, stderr } = await running.outcome;
  const pagesAtTheEnd = pages;
  expect(stderr).toMatch(/^cancelled\. Read [\d,.]+ units in [\d,]+ requests\.\n$/);
  expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
  // Whatever was under way when the process ended has arrived by now, because a new request takes longer.
  await fetch(url, { method: 'POST', body: '{}' });
  expect(pages).toBe(pagesAtTheEnd);
});

/** Answers of a table whose scan never ends. */
const ENDLESS: Readonly<Record<string, unknown>> = {
  DescribeTable: {
    Table: {
      TableName: 'orders',
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      ItemCount: 100_000,
      TableSizeBytes: 10_000_000,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    },
  },
  Scan: {
    Items: [{ id: { S: 'a' }, total: { N: '1' } }],
    Count: 1,
    ScannedCount: 1,
    LastEvaluatedKey: { id: { S: 'a' } },
    ConsumedCapacity: { TableName: 'orders', CapacityUnits: 1 },
  },
};
