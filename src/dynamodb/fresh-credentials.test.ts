import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectDynamodb } from './connect.js';

const never = new AbortController().signal;
const PAGE = '{"Count":0,"Items":[],"ScannedCount":0}';
const closers: (() => Promise<void>)[] = [];
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headgate-credentials-'));
  closers.push(() => rm(directory, { recursive: true }));
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(directory, 'credentials'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).reverse()) await close();
});

/** Accepts one access key only, and tells what keys the requests came with; `onRefusal` is called before each refusal. */
async function endpointFor(accepted: string, onRefusal: (name: string) => void | Promise<void>, name: string) {
  const keys: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const key = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    keys.push(key);
    if (key === accepted) return response.end(PAGE);
    await onRefusal(key);
    return response.writeHead(400).end(JSON.stringify({ __type: `com.amazon.coral.service#${name}`, message: 'no' }));
  };
  const server = createServer((request, response) => {
    request.resume().on('end', () => void answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const connection = { region: 'us-east-1', endpoint: `http://127.0.0.1:${address.port}` };
  const handle = connectDynamodb({ ...connection, credentials: { kind: 'default' } });
  closers.push(async () => {
    handle.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { scan: () => handle.reader.scan({ tableName: 't' }, never), keys };
}

function useKey(key: string): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', key);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
}

describe('a request that is refused for stale credentials', () => {
  it.each(['ExpiredTokenException', 'UnrecognizedClientException'])(
    'is sent once more with those that are there now: %s',
    async (name) => {
      useKey('old');
      const { scan, keys } = await endpointFor('new', () => useKey('new'), name);
      expect(await scan()).toMatchObject({ itemCount: 0 });
      expect(await scan()).toMatchObject({ itemCount: 0 });
      expect(keys).toEqual(['old', 'new', 'new']);
    },
  );

  it('finds keys that were replaced in the credentials file', async () => {
    const write = (key: string) =>
      writeFile(
        join(directory, 'credentials'),
        `[default]\naws_access_key_id = ${key}\naws_secret_access_key = secret\n`,
      );
    await write('old');
    const { scan, keys } = await endpointFor('new', () => write('new'), 'ExpiredTokenException');
    expect(await scan()).toMatchObject({ itemCount: 0 });
    expect(keys).toEqual(['old', 'new']);
  });

  it.each(['ExpiredTokenException', 'UnrecognizedClientException', 'InvalidClientTokenId'])(
    'is CREDENTIALS_REJECTED when these are refused too: %s',
    async (name) => {
      useKey('old');
      const { scan, keys } = await endpointFor('new', () => undefined, name);
      await expect(scan()).rejects.toMatchObject({ code: 'CREDENTIALS_REJECTED' });
      expect(keys).toEqual(['old', 'old']);
    },
  );

  it('is CREDENTIALS_MISSING when there are none any more', async () => {
    useKey('old');
    const gone = () => {
      vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    };
    const { scan } = await endpointFor('new', gone, 'ExpiredTokenException');
    await expect(scan()).rejects.toMatchObject({ code: 'CREDENTIALS_MISSING' });
  });
});

describe('a request that is refused for another reason', () => {
  it.each(['AccessDeniedException', 'InvalidSignatureException', 'ValidationException'])(
    'is not sent again: %s',
    async (name) => {
      useKey('old');
      const { scan, keys } = await endpointFor('new', () => useKey('new'), name);
      await expect(scan()).rejects.toThrow();
      expect(keys).toEqual(['old']);
    },
  );
});
