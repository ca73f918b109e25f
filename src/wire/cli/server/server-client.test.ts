import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { errorIn, serverClient } from './server-client.js';

const NEVER = new AbortController().signal;

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}

it('sends the token and the body as JSON, and gives the data of the envelope', async () => {
  const url = await listen(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url: path, headers } = request;
    const seen = [method, path, headers.authorization, headers['content-type'], body];
    response.end(JSON.stringify({ success: true, data: seen }));
  });
  const client = serverClient({ url, token: async () => 't' }, NEVER);
  const expected = ['POST', '/v1/x', 'Bearer t', 'application/json', '{"a":1}'];
  expect(await client.call('POST', '/v1/x', { a: 1 })).toEqual(expected);
  const anybody = serverClient({ url, token: async () => undefined }, NEVER);
  expect(await anybody.call('GET', '/v1/x')).toEqual(['GET', '/v1/x', null, null, '']);
});

it('throws the error that the gateway answers, with everything that it tells', async () => {
  const error = { code: 'SQL_SYNTAX', message: 'm', detail: 'd', hint: 'h', position: { line: 1, column: 2 } };
  const url = await listen((_request, response) => {
    response.statusCode = 400;
    response.end(JSON.stringify({ success: false, error: { ...error, requestId: 'r' } }));
  });
  const client = serverClient({ url, token: async () => undefined }, NEVER);
  await expect(client.call('GET', '/')).rejects.toMatchObject(error);
  await expect(client.stream('/', {})).rejects.toMatchObject(error);
});

it('takes a code of a later version for INTERNAL, and what is no error for none', () => {
  expect(errorIn({ code: 'NEW_CODE', message: 'm' })).toMatchObject({ code: 'INTERNAL', message: 'm' });
  expect(errorIn({ code: 'toString', message: 'm', position: { line: 1 } })).toMatchObject({ code: 'INTERNAL' });
  for (const value of [undefined, null, 'text', {}, { code: 'SQL_SYNTAX' }]) expect(errorIn(value)).toBeUndefined();
});

it('says where nobody answers, where somebody else does, and when it was cancelled', async () => {
  const nobody = serverClient({ url: 'http://127.0.0.1:1', token: async () => undefined }, NEVER);
  await expect(nobody.call('GET', '/')).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
  const page = await listen((_request, response) => void response.writeHead(502).end('<html>'));
  const other = serverClient({ url: page, token: async () => undefined }, NEVER);
  await expect(other.call('GET', '/')).rejects.toMatchObject({
    code: 'ENDPOINT_UNREACHABLE',
    message: expect.stringContaining('502'),
  });
  const silent = await listen(() => undefined);
  const stop = new AbortController();
  const waiting = serverClient({ url: silent, token: async () => undefined }, stop.signal).call('GET', '/');
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
});
