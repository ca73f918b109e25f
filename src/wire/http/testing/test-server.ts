import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openResultStore, type ResultStore, type ResultStoreOptions } from '../../../results/open-result-store.js';
import { openLog } from '../server/log.js';
import { type HttpServer, openHttpServer } from '../server/open-http-server.js';
import type { HttpServerOptions } from '../server/options.js';
import { fakeServices } from './fake-services.js';

export interface TestServer extends HttpServer {
  readonly results: ResultStore;
  /** The lines of the log so far. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  /** Sends a request as `ada`, or as another whose token is given; a body that is no text goes as JSON. */
  ask(call: string, asked?: Asked): Promise<Answer>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Connects, writes, and reads until the other side ends. */
  raw(text: string): Promise<string>;
  connect(text: string): Socket;
}

export interface Asked {
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, for expectations. Undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: expectations look into answers of any form.
  readonly json: any;
}

const endings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

type TestOptions = Partial<HttpServerOptions> & { readonly store?: Partial<ResultStoreOptions> };

/** A server with a store of its own on a free port, until the test has ended. */
export async function startTestServer({ store, ...options }: TestOptions = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'headgate-http-'));
  endings.push(() => rm(directory, { recursive: true }));
  const results = await openResultStore({ directory, ...store });
  endings.push(() => results.close());
  const logged: Record<string, unknown>[] = [];
  const log = openLog({ write: (line) => logged.push(JSON.parse(line)) }, 'debug');
  const server = await openHttpServer({
    services: fakeServices(),
    results,
    log,
    port: 0,
    version: '1.2.3',
    graceMs: 50,
    ...options,
  });
  endings.push(() => server.close());
  return {
    ...server,
    results,
    logged,
    fetch: (path, init) => fetch(server.url + path, init),
    ask: (call, asked) => ask(server.url, call, asked),
    connect: (text) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      endings.push(async () => void socket.destroy());
      socket.write(text);
      return socket;
    },
    raw: (text) => readAll(server.port, text),
  };
}

async function ask(url: string, call: string, { body, headers, signal, ...asked }: Asked = {}): Promise<Answer> {
  const [method = 'GET', path = '/'] = call.split(' ', 2);
  const token = 'token' in asked ? asked.token : 'ada';
  const isText = typeof body === 'string';
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readAll(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let read = '';
    socket.on('data', (bytes) => {
      read += bytes;
    });
    // A reset ends the reading as an orderly end does.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(read));
    socket.write(text);
  });
}
