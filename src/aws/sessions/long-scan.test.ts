import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectDynamodb, type DynamodbConnectionHandle } from '../../dynamodb/connect.js';
import type { Key } from '../../dynamodb/table-reader.js';
import { connectSts } from '../sts.js';
import { FakeClock } from '../testing/fake-clock.js';
import { fakeStsEndpoint, stsSession } from '../testing/fake-sts-endpoint.js';
import { roleSessions } from './role-sessions.js';

const MINUTE_MS = 60_000;
const PAGES = 14;
const never = new AbortController().signal;
const closers: (() => void | Promise<void>)[] = [];

let clock: FakeClock;
/** When the credentials of an access key end, on the side of AWS. */
let endsMs: Map<string, number>;
/** By which the sessions end sooner than STS said. */
let earlierMs: number;
let served: { readonly page: number; readonly key: string }[];
let refusals: number;
let handle: DynamodbConnectionHandle;

beforeEach(async () => {
  clock = new FakeClock();
  endsMs = new Map();
  earlierMs = 0;
  served = [];
  refusals = 0;
  const stsServer = await fakeStsEndpoint((parameters) => {
    const accessKeyId = `ASIA${endsMs.size + 1}`;
    const expiration = new Date(clock.now() + Number(parameters.get('DurationSeconds')) * 1000);
    endsMs.set(accessKeyId, expiration.getTime() - earlierMs);
    return stsSession({ accessKeyId, expiration, sessionName: parameters.get('RoleSessionName') ?? '' });
  });
  const own = { kind: 'keys', accessKeyId: 'AKIAOWN', secretAccessKey: 'secret' } as const;
  const sts = connectSts({ region: 'eu-central-1', endpoint: stsServer.endpoint, credentials: own });
  const sessions = roleSessions({ stsOf: () => sts, clock, random: Math.random });
  const provide = sessions.providerOf({
    schema: 'shop',
    roleArn: 'arn:aws:iam::123456789012:role/Reader',
    externalId: 'headgate-1',
    sessionName: 'user-alice',
    sourceIdentity: false,
    policy: undefined,
  });
  const endpoint = await pagedTable();
  handle = connectDynamodb({ region: 'eu-central-1', endpoint, credentials: { kind: 'provider', provide } });
  closers.push(
    stsServer.close,
    sts.close,
    () => sessions.close(),
    () => handle.close(),
  );
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A DynamoDB of one table, a page for each request, that takes only credentials which have not ended. */
async function pagedTable(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const key = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      if (clock.now() >= (endsMs.get(key) ?? 0)) {
        refusals++;
        const __type = 'com.amazon.coral.service#ExpiredTokenException';
        return response.writeHead(400).end(JSON.stringify({ __type, message: 'The security token is expired' }));
      }
      const { ExclusiveStartKey } = JSON.parse(Buffer.concat(chunks).toString());
      const page = ExclusiveStartKey === undefined ? 0 : Number(ExclusiveStartKey.page.N) + 1;
      served.push({ page, key });
      const item = { page: { N: String(page) } };
      const answer = {
        Count: 1,
        ScannedCount: 1,
        Items: [item],
        ...(page < PAGES - 1 ? { LastEvaluatedKey: item } : {}),
      };
      return response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

/** Reads the table to its end, with so many minutes between the pages. */
async function scan(minutes: number): Promise<void> {
  for (let from: { exclusiveStartKey?: Key } = {}; ; ) {
    const { lastEvaluatedKey } = await handle.reader.scan({ tableName: 'orders', ...from }, never);
    if (lastEvaluatedKey === undefined) return;
    from = { exclusiveStartKey: lastEvaluatedKey };
    clock.advance(minutes * MINUTE_MS);
  }
}

describe('a scan that lasts longer than its sessions', () => {
  const everyPageOnce = Array.from({ length: PAGES }, (_, i) => i);

  it('goes on with new ones, of which none is refused, and reads every page once', async () => {
    await scan(17);
    expect(served.map(({ page }) => page)).toEqual(everyPageOnce);
    expect(new Set(served.map(({ key }) => key)).size).toBeGreaterThanOrEqual(4);
    expect(refusals).toBe(0);
  });

  it('also when AWS ends them sooner than it said', async () => {
    earlierMs = 20 * MINUTE_MS;
    await scan(17);
    expect(served.map(({ page }) => page)).toEqual(everyPageOnce);
    expect(new Set(served.map(({ key }) => key)).size).toBeGreaterThanOrEqual(4);
    expect(refusals).toBeGreaterThanOrEqual(3);
  });
});
