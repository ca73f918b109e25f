import { afterEach, describe, expect, it } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { connectDynamodb } from './connect.js';
import { fakeEndpoint } from './testing/fake-endpoint.js';
import { throttleOf } from './throttling.js';

const never = new AbortController().signal;
const KEYS = { kind: 'keys', accessKeyId: 'key', secretAccessKey: 'secret' } as const;
const PAGE = '{"Count":0,"Items":[],"ScannedCount":0}';
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The error of a read that DynamoDB refuses, and how often it was asked. */
async function refusal(answer: Readonly<Record<string, unknown>>) {
  const fake = await fakeEndpoint((response) => response.writeHead(400).end(JSON.stringify(answer)));
  const handle = connectDynamodb({ region: 'us-east-1', endpoint: fake.endpoint, credentials: KEYS });
  closers.push(async () => {
    handle.close();
    await fake.close();
  });
  const scan = handle.reader.scan({ tableName: 't', throwThrottling: true }, never);
  const error: unknown = await scan.catch((thrown: unknown) => thrown);
  return { error, attempts: fake.attempts() };
}

function reasons(...names: string[]) {
  return names.map((reason) => ({ reason, resource: 'arn:aws:dynamodb:table/t' }));
}

describe('a refusal for throughput', () => {
  it.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])(
    'is thrown at once where the caller wants that, and is of the table when nothing else is said: %s',
    async (name) => {
      const { error, attempts } = await refusal({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' });
      expect(error).toMatchObject({ code: 'DYNAMODB_THROTTLED', detail: 'no' });
      expect(throttleOf(error)).toBe('table');
      expect(attempts).toBe(1);
    },
  );

  it.each([
    ['ProvisionedThroughputExceededException', 'ThrottlingReasons', 'TableReadKeyRangeThroughputExceeded'],
    ['ThrottlingException', 'throttlingReasons', 'IndexReadKeyRangeThroughputExceeded'],
  ])('is of a key range when that is the only reason: %s, %s', async (name, field, reason) => {
    const answer = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no', [field]: reasons(reason) };
    const { error } = await refusal(answer);
    expect(throttleOf(error)).toBe('key-range');
    expect(error).toMatchObject({ detail: `no ${reason} on arn:aws:dynamodb:table/t.` });
  });

  it('is of the table when that is one of the reasons', async () => {
    const both = reasons('TableReadKeyRangeThroughputExceeded', 'TableReadProvisionedThroughputExceeded');
    const { error } = await refusal({ __type: 'x#ThrottlingException', message: 'no', throttlingReasons: both });
    expect(throttleOf(error)).toBe('table');
  });

  it('is retried by the SDK for a caller that does not ask for it', async () => {
    const fake = await fakeEndpoint((response, attempt) => {
      if (attempt === 1) response.writeHead(400).end('{"__type":"x#ThrottlingException"}');
      else response.end(PAGE);
    });
    const handle = connectDynamodb({ region: 'us-east-1', endpoint: fake.endpoint, credentials: KEYS });
    closers.push(async () => {
      handle.close();
      await fake.close();
    });
    expect(await handle.reader.scan({ tableName: 't' }, never)).toMatchObject({ itemCount: 0 });
    expect(fake.attempts()).toBe(2);
  });
});

describe('any other error', () => {
  it('is no throttling', () => {
    expect(throttleOf(new HeadgateError('DYNAMODB_FAILED', 'x'))).toBeUndefined();
    expect(throttleOf(new Error('x'))).toBeUndefined();
    expect(throttleOf(undefined)).toBeUndefined();
  });
});
