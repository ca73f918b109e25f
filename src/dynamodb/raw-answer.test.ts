import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { sendAndRead } from './raw-answer.js';
import { fakeEndpoint } from './testing/fake-endpoint.js';

const BODY = Buffer.from(`{"Count":1,"Items":[{"id":{"S":"${'x'.repeat(100_000)}"}}],"ScannedCount":1}`);
const CHECKSUM = { 'x-amz-crc32': String(crc32(BODY)) };
const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe('the bytes of an answer', () => {
  it('are the body as it was sent, also when it comes in pieces', async () => {
    const { client } = await clientOf((response) => {
      response.writeHead(200, CHECKSUM);
      response.write(BODY.subarray(0, 7));
      response.end(BODY.subarray(7));
    });
    expect(BODY.equals(await send(client))).toBe(true);
  });

  it('are asked for again when the checksum tells that they are damaged', async () => {
    const { client, attempts } = await clientOf((response, attempt) => {
      const damaged = Buffer.from(BODY);
      damaged[50] = 0x79;
      response.writeHead(200, CHECKSUM).end(attempt === 1 ? damaged : BODY);
    });
    expect(BODY.equals(await send(client))).toBe(true);
    expect(attempts()).toBe(2);
  });

  it('are asked for again when a whole-looking beginning came, by checksum', async () => {
    const { client, attempts } = await clientOf((response, attempt) => {
      response.writeHead(200, CHECKSUM).end(attempt === 1 ? '{"Count":0,"Items":[],"ScannedCount":0}' : BODY);
    });
    expect(BODY.equals(await send(client))).toBe(true);
    expect(attempts()).toBe(2);
  });

  it('are asked for again when the connection ends in the middle', async () => {
    const { client, attempts } = await clientOf((response, attempt) => {
      response.writeHead(200, { 'content-length': BODY.length });
      if (attempt > 1) response.end(BODY);
      else response.write(BODY.subarray(0, 20_000), () => response.destroy());
    });
    expect(BODY.equals(await send(client))).toBe(true);
    expect(attempts()).toBe(2);
  });

  it('are asked for again when they cannot be read, and given up with the error of the reading', async () => {
    const { client, attempts } = await clientOf((response, attempt) => {
      response.writeHead(200).end(attempt === 1 ? BODY.subarray(0, 20_000) : BODY);
    });
    const read = (bytes: Uint8Array): { Count: number } => JSON.parse(Buffer.from(bytes).toString());
    const ask = () => sendAndRead(client, new ScanCommand({ TableName: 'any' }), { signal: never, read });
    expect(await ask()).toMatchObject({ Count: 1 });
    expect(attempts()).toBe(2);
    const other = await clientOf((response) => response.writeHead(200).end('<html>'));
    const fails = sendAndRead(other.client, new ScanCommand({ TableName: 'any' }), { signal: never, read });
    await expect(fails).rejects.toBeInstanceOf(SyntaxError);
    expect(other.attempts()).toBe(3);
  });

  it('are given up as DYNAMODB_FAILED when every attempt is damaged', async () => {
    const { client, attempts } = await clientOf((response) => {
      response.writeHead(200, { 'x-amz-crc32': '1' }).end(BODY);
    });
    await expect(send(client)).rejects.toMatchObject({ code: 'DYNAMODB_FAILED' });
    expect(attempts()).toBe(3);
  });

  it('are not kept of an answer that is an error; the SDK retries and throws as ever', async () => {
    const { client, attempts } = await clientOf((response, attempt) => {
      if (attempt === 1) response.writeHead(500).end('{"__type":"InternalServerError"}');
      else response.writeHead(400).end('{"__type":"x#ValidationException","message":"no"}');
    });
    await expect(send(client)).rejects.toMatchObject({ name: 'ValidationException', message: 'no' });
    expect(attempts()).toBe(2);
  });

  it('are not read to the end once the signal is aborted', async () => {
    const abort = new AbortController();
    let disconnected: Promise<unknown> | undefined;
    const { client, attempts } = await clientOf((response) => {
      disconnected = once(response, 'close');
      response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 20_000));
    });
    // Told when the client has the head of the answer, so that the abort falls into the reading of the body.
    const abortSoon = () => setImmediate(() => abort.abort());
    subscribe('http.client.response.finish', abortSoon);
    closers.push(async () => void unsubscribe('http.client.response.finish', abortSoon));
    await expect(send(client, abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await disconnected;
    expect(attempts()).toBe(1);
  });
});

function send(client: DynamoDBClient, signal = never): Promise<Uint8Array> {
  return sendAndRead(client, new ScanCommand({ TableName: 'any' }), { signal, read: (bytes) => bytes });
}

async function clientOf(answer: Parameters<typeof fakeEndpoint>[0]) {
  const fake = await fakeEndpoint(answer);
  const client = new DynamoDBClient({
    endpoint: fake.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 3,
  });
  closers.push(async () => {
    client.destroy();
    await fake.close();
  });
  return { client, attempts: fake.attempts };
}
