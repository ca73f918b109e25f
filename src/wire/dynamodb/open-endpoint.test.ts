import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Principal } from '../../access/principal.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { SignatureRefused } from '../../identity/signature/signature-refused.js';
import type { EndpointOptions, EndpointRecord, Forward, ForwardedAnswer, Signatures } from './endpoint.js';
import { openDynamodbEndpoint } from './open-endpoint.js';

const PRINCIPAL: Principal = {
  kind: 'client',
  id: 'client-1',
  name: 'one',
  groups: [],
  scopes: new Set(['operations']),
  isAdmin: false,
};

/** Takes what says who it is; signatures themselves are tested where they are verified. */
const signatures: Signatures = {
  async begin({ rawHeaders }) {
    const who = rawHeaders[rawHeaders.indexOf('authorization') + 1];
    if (!rawHeaders.includes('authorization')) throw new SignatureRefused('missing', 'no signature');
    const scopes = new Set(who === 'nobody' ? [] : PRINCIPAL.scopes);
    return { finish: async () => ({ ...PRINCIPAL, scopes }) };
  },
};

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Opened {
  readonly url: string;
  readonly agent: Agent;
  /** In the order in which requests end. */
  readonly records: EndpointRecord[];
  /** Resolves when so many requests have ended. */
  ended(count: number): Promise<void>;
  send(verb: string, body?: string | Buffer, headers?: OutgoingHttpHeaders): Promise<Received>;
  connect(): Promise<Socket>;
  close(): Promise<void>;
}

const OK: ForwardedAnswer = { status: 200, headers: {}, body: Buffer.from('{"fine":1}') };

async function open(forward: Forward = async () => OK, options: Partial<EndpointOptions> = {}): Promise<Opened> {
  const records: EndpointRecord[] = [];
  let onRecord = (): void => {};
  const endpoint = await openDynamodbEndpoint({
    signatures,
    forward,
    port: 0,
    onEnd: (record) => {
      records.push(record);
      onRecord();
    },
    ...options,
  });
  const agent = new Agent({ keepAlive: true });
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    agent.destroy();
    for (const socket of sockets) socket.destroy();
    await endpoint.close();
  });
  return {
    url: endpoint.url,
    agent,
    records,
    ended: (count) =>
      new Promise((resolve) => {
        onRecord = () => {
          if (records.length >= count) resolve();
        };
        onRecord();
      }),
    send: (verb, body = '{}', headers = {}) =>
      sendTo(endpoint.url, { agent, body, headers: { ...headersOf(verb), ...headers } }),
    async connect() {
      const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
      sockets.push(socket);
      // Broken connections are what some of the tests are about.
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    },
    close: () => endpoint.close(),
  };
}

function headersOf(verb: string): Record<string, string> {
  return { authorization: 'somebody', 'x-amz-target': verb.includes('.') ? verb : `DynamoDB_20120810.${verb}` };
}

async function sendTo(
  url: string,
  options: { agent: Agent; body: string | Buffer; headers: OutgoingHttpHeaders; method?: string },
): Promise<Received> {
  const sent = request(url, { method: 'POST', ...options });
  sent.end(options.body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

function errorOf({ status, body }: Received): { status: number; type: string; message: string } {
  const { __type: type, message } = JSON.parse(body.toString());
  return { status, type, message };
}

describe('what is forwarded', () => {
  it('is the call with its principal, and the answer is relayed to the byte', async () => {
    const calls: unknown[] = [];
    const answer = {
      status: 418,
      headers: { 'content-type': 'x/y', 'x-amzn-requestid': 'ID', 'x-amz-crc32': '7', 'set-cookie': 'a=b' },
      body: Buffer.from([0, 255, 13, 10]),
    };
    const { send, records, ended } = await open(async (caller, verb, body, signal) => {
      calls.push({ ...caller, verb, body: body.toString(), aborted: signal.aborted });
      return answer;
    });
    const { status, headers, body } = await send('GetItem', ' {"TableName": "ü"} ');
    expect({ status, body }).toEqual({ status: 418, body: answer.body });
    expect(headers).toMatchObject({ 'content-type': 'x/y', 'x-amzn-requestid': 'ID', 'x-amz-crc32': '7' });
    expect(headers['set-cookie']).toBeUndefined();
    await ended(1);
    const [record] = records;
    expect(record).toMatchObject({ verb: 'GetItem', principalId: 'client-1', status: 418, error: undefined });
    expect(calls).toEqual([
      {
        principal: PRINCIPAL,
        requestId: record?.requestId,
        address: '127.0.0.1',
        verb: 'GetItem',
        body: ' {"TableName": "ü"} ',
        aborted: false,
      },
    ]);
  });

  it('goes over one connection that is kept', async () => {
    const { send, agent } = await open();
    for (let i = 0; i < 3; i++) expect((await send('Query')).status).toBe(200);
    const sockets = Object.values(agent.freeSockets).flat();
    expect(sockets).toHaveLength(1);
  });

  it('keeps the order of requests that are sent one behind the other', async () => {
    const waiting: (() => void)[] = [];
    const bodies: string[] = [];
    const { connect: plug } = await open(async (_caller, _verb, body) => {
      bodies.push(body.toString());
      if (bodies.length === 1) await new Promise<void>((resolve) => waiting.push(resolve));
      else waiting[0]?.();
      return { ...OK, body };
    });
    const socket = await plug();
    socket.write(rawRequest('{"n":1}') + rawRequest('{"n":2}', 'connection: close\r\n'));
    const answers = await text(socket);
    expect(answers.match(/\{"n":\d\}/g)).toEqual(['{"n":1}', '{"n":2}']);
  });
});

describe('what is answered here', () => {
  it.each([
    'DynamoDBStreams_20120810.ListStreams',
    'DynamoDB_20111205.GetItem',
    'GetItems',
    'getItem',
    'ListBackups',
    '.',
  ])('an operation that is not known is refused: %s', async (target) => {
    const { send } = await open(unreachable);
    expect(errorOf(await send(target))).toMatchObject({
      status: 400,
      type: 'com.amazon.coral.service#UnknownOperationException',
    });
  });

  it('errors have a checksum and an id, by which the record of the request is found', async () => {
    const { send, records, ended } = await open(unreachable);
    const { status, headers, body } = await send('GetItem', '{"a":1,"a":2}');
    expect({ status, type: headers['content-type'] }).toEqual({ status: 400, type: 'application/x-amz-json-1.0' });
    expect(JSON.parse(body.toString()).__type).toBe('com.amazon.coral.service#SerializationException');
    expect(headers['x-amz-crc32']).toBe(String(crc32(body)));
    await ended(1);
    expect(headers['x-amzn-requestid']).toBe(records[0]?.requestId);
  });

  it('without a signature nothing is kept or forwarded, and with a query neither', async () => {
    const { send, url, agent } = await open(unreachable, { heldBytes: 0 });
    const unsigned = await sendTo(url, { agent, body: Buffer.alloc(100_000), headers: { 'x-amz-target': 'x' } });
    const type = 'com.amazon.coral.service#MissingAuthenticationTokenException';
    expect(errorOf(unsigned)).toEqual({ status: 400, type, message: 'no signature' });
    const inQuery = await sendTo(`${url}/?X-Amz-Algorithm=x`, { agent, body: '{}', headers: headersOf('GetItem') });
    expect(errorOf(inQuery)).toMatchObject({ type: 'com.amazon.coral.service#IncompleteSignatureException' });
    // The same bytes, signed, would have to be kept.
    expect(errorOf(await send('GetItem'))).toMatchObject({ status: 503 });
  });

  it('a client without the scope is told so', async () => {
    const { send } = await open(unreachable);
    const refused = await send('GetItem', '{}', { authorization: 'nobody' });
    expect(errorOf(refused)).toMatchObject({ status: 400, type: 'com.amazon.coral.service#AccessDeniedException' });
  });

  it('health, the endpoint to use, and what is no operation at all', async () => {
    const { send, url, agent } = await open(unreachable);
    const { host } = new URL(url);
    const health = await sendTo(url, { agent, body: '', headers: {}, method: 'GET' });
    expect([health.status, health.body.toString()]).toEqual([200, `healthy: dynamodb ${host}`]);
    const endpoints = JSON.parse((await send('DescribeEndpoints')).body.toString());
    expect(endpoints).toEqual({ Endpoints: [{ Address: host, CachePeriodInMinutes: 1440 }] });
    for (const [path, method] of [
      ['/', 'PUT'],
      ['/shell/', 'GET'],
      ['/x', 'POST'],
    ] as const) {
      const answer = await sendTo(`${url}${path}`, { agent, body: '', headers: headersOf('GetItem'), method });
      expect([answer.status, answer.body.toString()]).toEqual([404, '<UnknownOperationException/>\n']);
    }
  });
});

describe('an error', () => {
  it('of ours gets a type of AWS, and all that it has to say', async () => {
    const error = new HeadgateError('TABLE_NOT_FOUND', 'No table "x"', { detail: 'Why.', hint: 'Look again' });
    const { send, records, ended } = await open(async () => {
      throw error;
    });
    expect(errorOf(await send('Scan'))).toEqual({
      status: 400,
      type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      message: 'No table "x". Why. Look again.',
    });
    await ended(1);
    expect(records[0]?.error).toBe(error);
  });

  it('that is a bug is not described to the client, and handed on for the log', async () => {
    const { send, records, ended } = await open(async () => {
      throw new TypeError('secret');
    });
    const answer = await send('Scan');
    expect(errorOf(answer)).toMatchObject({
      status: 500,
      type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
    });
    expect(answer.body.toString()).not.toContain('secret');
    await ended(1);
    expect(records[0]?.error).toBeInstanceOf(TypeError);
  });

  it('is what an answer becomes that cannot be sent', async () => {
    const headers = { 'x-amzn-requestid': 'a\r\nset-cookie: b' };
    const { send } = await open(async () => ({ ...OK, headers }));
    const answer = await send('Scan');
    expect([answer.status, answer.headers['set-cookie']]).toEqual([500, undefined]);
  });
});

describe('a body', () => {
  it('that is too large is refused once it was sent, and the connection stays', async () => {
    const { send, agent } = await open(async () => OK, { bodyBytes: 1000 });
    expect(errorOf(await send('PutItem', Buffer.alloc(3000, ' ')))).toMatchObject({
      status: 413,
      type: 'com.amazon.coral.service#RequestEntityTooLargeException',
    });
    expect((await send('PutItem', `{"a":"${'x'.repeat(900)}"}`)).status).toBe(200);
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
  });

  it('without end breaks the connection', async () => {
    const { connect: plug, ended, records } = await open(unreachable, { bodyBytes: 1000 });
    const socket = await plug();
    const closed = once(socket, 'close');
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\nauthorization: x\r\ntransfer-encoding: chunked\r\n\r\n`);
    const chunk = `1000\r\n${' '.repeat(4096)}\r\n`;
    for (let i = 0; i < 3; i++) socket.write(chunk);
    socket.resume();
    await closed;
    await ended(1);
    expect(records[0]?.status).toBe(499);
  });

  it('is not taken when too much is held already, and is when that was answered', async () => {
    const gate = withResolvers();
    const begun = withResolvers();
    const { send } = await open(
      async () => {
        begun.resolve();
        await gate.promise;
        return OK;
      },
      { heldBytes: 1000 },
    );
    const body = `{"a":"${'x'.repeat(600)}"}`;
    const first = send('PutItem', body);
    await begun.promise;
    expect(errorOf(await send('PutItem', body)).status).toBe(503);
    gate.resolve();
    expect((await first).status).toBe(200);
    expect((await send('PutItem', body)).status).toBe(200);
  });
});

describe('a client', () => {
  it('that leaves cancels its call', async () => {
    const begun = withResolvers();
    const {
      connect: plug,
      records,
      ended,
    } = await open(async (_caller, _verb, _body, signal) => {
      begun.resolve();
      await once(signal, 'abort');
      throw signal.reason;
    });
    const socket = await plug();
    socket.write(rawRequest('{}') + rawRequest('{}'));
    await begun.promise;
    socket.destroy();
    await ended(2);
    expect(records.map(({ status }) => status)).toEqual([499, 499]);
  });

  it('that leaves in the middle of its body is no error of the server', async () => {
    const { connect: plug, records, ended } = await open(unreachable);
    const socket = await plug();
    socket.write(rawRequest('{}').slice(0, -1));
    await new Promise<void>((resolve) => setImmediate(resolve));
    socket.end();
    await ended(1);
    expect(records[0]).toMatchObject({ status: 499, verb: undefined });
  });

  it('that sends nothing, or its headers too slowly, is cut off', async () => {
    const { connect: plug } = await open(unreachable, { headersTimeoutMs: 50, requestTimeoutMs: 100 });
    const [silent, slow] = [await plug(), await plug()];
    slow.write('POST / HTTP/1.1\r\nhost: x\r\n');
    const answers = await Promise.all([text(silent), text(slow)]);
    for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1.1 408 |$)/);
  });

  it('that does not read its answer is cut off', async () => {
    const body = Buffer.alloc(32 * 2 ** 20);
    const { connect: plug, records, ended } = await open(async () => ({ ...OK, body }), { stallTimeoutMs: 50 });
    const socket = await plug();
    socket.pause();
    socket.write(rawRequest('{}'));
    await ended(1);
    expect(records[0]?.status).toBe(499);
  });

  it('too many are not let in', async () => {
    const { connect: plug, send } = await open(async () => OK, { maxConnections: 2 });
    await Promise.all([plug(), plug()]);
    await expect(send('Query')).rejects.toThrow(/ECONNRESET|socket hang up/);
  });

  it('that sends what is no HTTP is told so', async () => {
    const { connect: plug } = await open(unreachable);
    const socket = await plug();
    socket.write('hello\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe('closing', () => {
  it('waits for what is under way, lets nobody in, and ends idle connections', async () => {
    const gate = withResolvers();
    const begun = withResolvers();
    const {
      send,
      close,
      connect: plug,
      url,
      agent,
    } = await open(async () => {
      begun.resolve();
      await gate.promise;
      return OK;
    });
    const idle = await plug();
    const idleClosed = once(idle.resume(), 'close');
    const answer = send('Query');
    await begun.promise;
    const closed = close();
    await idleClosed;
    const late = sendTo(url, { agent: new Agent(), body: '{}', headers: headersOf('Query') });
    await expect(late).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    gate.resolve();
    const { status, headers } = await answer;
    expect([status, headers.connection]).toEqual([200, 'close']);
    await closed;
    agent.destroy();
  });

  it('cancels what does not end in time', async () => {
    const begun = withResolvers();
    const { send, close } = await open(
      async (_caller, _verb, _body, signal) => {
        begun.resolve();
        await once(signal, 'abort');
        throw signal.reason;
      },
      { graceMs: 10 },
    );
    const answer = send('Query');
    await begun.promise;
    await close();
    expect(errorOf(await answer)).toMatchObject({
      status: 503,
      type: 'com.amazon.coral.service#ServiceUnavailableException',
    });
  });

  it('frees the port, which a second endpoint cannot take before', async () => {
    const { url, close } = await open();
    const port = Number(new URL(url).port);
    const second = { signatures, forward: unreachable, port };
    await expect(openDynamodbEndpoint(second)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    await close();
    const endpoint = await openDynamodbEndpoint(second);
    await endpoint.close();
  });
});

const unreachable: Forward = async () => {
  throw new Error('this must not be forwarded');
};

function rawRequest(body: string, more = ''): string {
  const headers = 'host: x\r\nauthorization: x\r\nx-amz-target: DynamoDB_20120810.Query\r\n';
  return `POST / HTTP/1.1\r\n${headers}content-length: ${body.length}\r\n${more}\r\n${body}`;
}

function withResolvers(): { promise: Promise<void>; resolve(): void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
