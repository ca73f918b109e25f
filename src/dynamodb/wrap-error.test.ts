import { afterEach, describe, expect, it, vi } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { connectDynamodb, type DynamodbConnection } from './connect.js';
import { openEmbedded } from './embedded/open-embedded.js';
import { fakeEndpoint } from './testing/fake-endpoint.js';
import { wrapError } from './wrap-error.js';

const signal = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
const KEYS = { kind: 'keys', accessKeyId: 'key', secretAccessKey: 'secret' } as const;

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).reverse()) await close();
});

describe('an error answer of DynamoDB becomes', () => {
  it.each([
    ['com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', 'TABLE_NOT_FOUND'],
    ['com.amazon.coral.service#InvalidSignatureException', 'CREDENTIALS_REJECTED'],
    ['com.amazon.coral.service#IncompleteSignature', 'CREDENTIALS_REJECTED'],
    ['com.amazon.coral.service#MissingAuthenticationToken', 'CREDENTIALS_REJECTED'],
    ['com.amazon.coral.service#AccessDeniedException', 'AWS_ACCESS_DENIED'],
    ['com.amazon.coral.validate#ValidationException', 'DYNAMODB_REJECTED'],
    ['com.amazon.coral.service#SerializationException', 'DYNAMODB_REJECTED'],
  ])('%s: %s, after one attempt', async (type, code) => {
    const { fails, attempts } = await endpointThatAnswers(400, JSON.stringify({ __type: type, message: 'the words' }));
    const error = await fails();
    expect(error.code).toBe(code);
    expect(error.cause).toMatchObject({ message: 'the words' });
    expect(attempts()).toBe(1);
  });

  it('AWS_ACCESS_DENIED with the words of AWS, which name action and resource', async () => {
    const words = 'User: arn:aws:iam::1:user/u is not authorized to perform: dynamodb:Scan on resource: arn:aws:x';
    const { fails } = await endpointThatAnswers(
      400,
      JSON.stringify({ __type: 'AccessDeniedException', Message: words }),
    );
    expect((await fails()).detail).toBe(words);
  });

  it('TABLE_NOT_FOUND with the name of the table, from a real server', async () => {
    const embedded = await openEmbedded({ directory: undefined, signal });
    closers.push(() => embedded.close());
    const scan = await scanError({ region: 'us-east-1', endpoint: embedded.endpoint, credentials: KEYS });
    expect(scan).toMatchObject({ code: 'TABLE_NOT_FOUND', message: expect.stringContaining('"nowhere"') });
  });
});

describe('what is retried before it becomes an error:', () => {
  it.each([
    [500, 'InternalServerError', 'DYNAMODB_FAILED'],
    [503, 'ServiceUnavailable', 'DYNAMODB_FAILED'],
  ])('status %i, %s: %s', async (status, type, code) => {
    const { fails, attempts } = await endpointThatAnswers(status, JSON.stringify({ __type: type, message: 'm' }));
    expect((await fails()).code).toBe(code);
    expect(attempts()).toBe(6);
  });
});

describe('throttling becomes DYNAMODB_THROTTLED', () => {
  it.each(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'])(
    'when it is called %s, with its reasons',
    (name) => {
      const reasons = [{ reason: 'TableReadKeyRangeThroughputExceeded', resource: 'arn:aws:dynamodb:table/t' }];
      const thrown = Object.assign(new Error('Slow down.'), { name, ThrottlingReasons: reasons });
      const error = wrapError(thrown, { endpoint: undefined, region: 'eu-west-1' });
      expect(error).toMatchObject({
        code: 'DYNAMODB_THROTTLED',
        message: expect.stringContaining('DynamoDB in eu-west-1'),
        detail: 'Slow down. TableReadKeyRangeThroughputExceeded on arn:aws:dynamodb:table/t.',
        cause: thrown,
      });
    },
  );
});

describe('an endpoint that is not DynamoDB gives ENDPOINT_UNREACHABLE and names it', () => {
  it.each([
    [404, '<html>Not Found</html>'],
    [403, 'plain text'],
    [400, '{"message":"no type"}'],
    [502, '<html>Bad Gateway</html>'],
  ])('when it answers %i with %s', async (status, body) => {
    const { fails, endpoint } = await endpointThatAnswers(status, body);
    expect(await fails()).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', message: expect.stringContaining(endpoint) });
  });

  it('when it answers 200 with a page, to a call that is decoded', async () => {
    const { endpoint } = await endpointThatAnswers(200, '<html>Welcome</html>');
    const handle = connect({ region: 'us-east-1', endpoint, credentials: KEYS });
    await expect(handle.directory.listTables(signal)).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
  });

  it('but DYNAMODB_FAILED when it answers 200 with a page to a read', async () => {
    const { fails } = await endpointThatAnswers(200, '<html>Welcome</html>');
    expect(await fails()).toMatchObject({ code: 'DYNAMODB_FAILED', hint: expect.stringContaining('endpoint') });
  });

  it('when nothing listens there, with the advice to look at the server', async () => {
    const { endpoint, close } = await fakeEndpoint(() => {});
    await close();
    const error = await scanError({ region: 'us-east-1', endpoint, credentials: KEYS });
    expect(error).toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: expect.stringContaining(endpoint),
      hint: expect.stringContaining('server running'),
    });
  });

  it('when it speaks http and https was asked for', async () => {
    const { endpoint } = await endpointThatAnswers(200, '{}');
    const https = endpoint.replace('http:', 'https:');
    const error = await scanError({ region: 'us-east-1', endpoint: https, credentials: KEYS });
    expect(error).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', hint: expect.stringContaining('https or http') });
  });

  it('when it hangs up on every request', async () => {
    const fake = await fakeEndpoint((response) => response.destroy());
    closers.push(fake.close);
    const error = await scanError({ region: 'us-east-1', endpoint: fake.endpoint, credentials: KEYS });
    expect(error.code).toBe('ENDPOINT_UNREACHABLE');
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN'])(
    'when its name is not known (%s), with the region when that made the name',
    (code) => {
      const unknown = Object.assign(new Error('getaddrinfo'), { code });
      expect(wrapError(unknown, { endpoint: undefined, region: 'eu-nowhere-1' })).toMatchObject({
        code: 'ENDPOINT_UNREACHABLE',
        hint: expect.stringContaining('"eu-nowhere-1"'),
      });
      expect(wrapError(unknown, { endpoint: 'http://nowhere:8000', region: 'us-east-1' })).toMatchObject({
        message: expect.stringContaining('http://nowhere:8000'),
        hint: expect.stringContaining('host name'),
      });
    },
  );

  it.each([
    'ETIMEDOUT',
    'ECONNRESET',
    'EHOSTUNREACH',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'HPE_INVALID_CONSTANT',
  ])('when the network says %s', (code) => {
    const error = wrapError(Object.assign(new Error('x'), { code }), { endpoint: 'http://e', region: 'us-east-1' });
    expect(error.code).toBe('ENDPOINT_UNREACHABLE');
  });

  it('when the SDK waited too long', () => {
    const slow = Object.assign(new Error('x'), { name: 'TimeoutError' });
    expect(wrapError(slow, { endpoint: undefined, region: 'us-east-1' }).code).toBe('ENDPOINT_UNREACHABLE');
  });
});

describe('before anything is sent', () => {
  it('no credentials anywhere become CREDENTIALS_MISSING', async () => {
    withoutAwsConfiguration();
    const fake = await fakeEndpoint(() => {});
    closers.push(fake.close);
    const connection = { region: 'us-east-1', endpoint: fake.endpoint, credentials: { kind: 'default' } } as const;
    expect(await scanError(connection)).toMatchObject({ code: 'CREDENTIALS_MISSING' });
    expect(fake.attempts()).toBe(0);
  });

  it('no region anywhere becomes REGION_MISSING', async () => {
    withoutAwsConfiguration();
    const error = await scanError({ region: undefined, endpoint: undefined, credentials: KEYS });
    expect(error).toMatchObject({ code: 'REGION_MISSING', hint: expect.stringContaining('AWS_REGION') });
  });

  it('an aborted signal becomes CANCELLED', async () => {
    const fake = await fakeEndpoint(() => {});
    closers.push(fake.close);
    const handle = connect({ region: 'us-east-1', endpoint: fake.endpoint, credentials: KEYS });
    const scan = handle.reader.scan({ tableName: 'nowhere' }, AbortSignal.abort());
    await expect(scan).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('anything else', () => {
  it('that is a HeadgateError stays the same', () => {
    const error = new HeadgateError('UNITS_EXCEEDED', 'x');
    expect(wrapError(error, { endpoint: undefined, region: 'us-east-1' })).toBe(error);
  });

  it.each([[new TypeError('bug')], ['text'], [undefined]])('is INTERNAL: %s', (thrown) => {
    expect(wrapError(thrown, { endpoint: undefined, region: 'us-east-1' }).code).toBe('INTERNAL');
  });
});

async function endpointThatAnswers(status: number, body: string) {
  const fake = await fakeEndpoint((response) => response.writeHead(status).end(body));
  closers.push(fake.close);
  return {
    ...fake,
    fails: () => scanError({ region: 'us-east-1', endpoint: fake.endpoint, credentials: KEYS }),
  };
}

function connect(connection: DynamodbConnection) {
  const handle = connectDynamodb(connection);
  closers.push(async () => handle.close());
  return handle;
}

async function scanError(connection: DynamodbConnection): Promise<HeadgateError> {
  const scan = connect(connection).reader.scan({ tableName: 'nowhere' }, signal);
  const error = await scan.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HeadgateError) return error;
  throw new Error(`Expected a HeadgateError, got ${error}`);
}

function withoutAwsConfiguration(): void {
  for (const name of [
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_PROFILE',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ]) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
}
