import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { connectDynamodb } from './connect.js';
import { errorTypeOf } from './raw-call.js';
import { fakeEndpoint } from './testing/fake-endpoint.js';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function callTo(
  answer: (response: ServerResponse, attempt: number) => void,
  signal = new AbortController().signal,
) {
  const server = await fakeEndpoint(answer);
  const credentials = { kind: 'keys', accessKeyId: 'a', secretAccessKey: 'b' } as const;
  const handle = connectDynamodb({ region: 'us-east-1', endpoint: server.endpoint, credentials });
  closers.push(() => handle.close(), server.close);
  return {
    attempts: server.attempts,
    call: () => handle.raw.rawCall({ verb: 'PutItem', body: Buffer.from('{}'), signal }),
  };
}

describe('the answer to a raw call', () => {
  it.each([200, 400, 500])('is what came with status %i, bytes and headers, after one attempt', async (status) => {
    const body = '{ "__type" : "com.amazonaws#ThrottlingException", "n": 12345678901234567890 }';
    const headers = { 'x-amzn-requestid': 'R', 'x-amz-crc32': String(crc32(Buffer.from(body))) };
    const { call, attempts } = await callTo((response) => response.writeHead(status, headers).end(body));
    const answer = await call();
    expect({ ...answer, body: Buffer.from(answer.body).toString() }).toEqual({ status, headers, body });
    expect(errorTypeOf(answer)).toBe(status === 200 ? undefined : 'ThrottlingException');
    expect(attempts()).toBe(1);
  });

  it('is an error after one attempt where the connection breaks, because the write may have been done', async () => {
    const { call, attempts } = await callTo((response) => void response.destroy());
    await expect(call()).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
    expect(attempts()).toBe(1);
  });

  it('is an error after one attempt where its bytes are damaged', async () => {
    const { call, attempts } = await callTo((response) => response.writeHead(200, { 'x-amz-crc32': '1' }).end('{}'));
    await expect(call()).rejects.toMatchObject({ code: 'DYNAMODB_FAILED' });
    expect(attempts()).toBe(1);
  });

  it('is asked for once more when the credentials were stale, and then an error of the gateway', async () => {
    const stale = '{"__type":"com.amazon.coral.service#ExpiredTokenException"}';
    const passing = await callTo((response, attempt) =>
      response.writeHead(attempt === 1 ? 400 : 200).end(attempt === 1 ? stale : '{}'),
    );
    expect(await passing.call()).toMatchObject({ status: 200 });
    expect(passing.attempts()).toBe(2);
    const failing = await callTo((response) => response.writeHead(400).end(stale));
    await expect(failing.call()).rejects.toMatchObject({ code: 'CREDENTIALS_REJECTED' });
    expect(failing.attempts()).toBe(2);
  });

  it('is not waited for after the signal', async () => {
    const controller = new AbortController();
    const { call } = await callTo(() => controller.abort(), controller.signal);
    await expect(call()).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('has no type of error where its body is no JSON', () => {
    expect(errorTypeOf({ status: 502, headers: {}, body: Buffer.from('<html>') })).toBeUndefined();
  });
});
