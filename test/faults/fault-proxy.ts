import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

/** What goes wrong with one request. */
export type Fault =
  /** DynamoDB's own errors: `ThrottlingException`, `ExpiredTokenException`, ... */
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly status?: number;
      /** Further fields of the error, such as `ThrottlingReasons`. */
      readonly fields?: Readonly<Record<string, unknown>>;
    }
  /** The connection breaks before the answer. */
  | { readonly kind: 'reset' }
  /** No answer ever comes. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Half of the answer, and then the connection breaks (`broken`) or all looks well (`complete`: no checksum either). */
  | { readonly kind: 'cut'; readonly as: 'broken' | 'damaged' | 'complete' }
  /** Somebody else answers. */
  | { readonly kind: 'html'; readonly status: number }
  /** Another answer in place of DynamoDB's own. */
  | { readonly kind: 'rewrite'; readonly change: (answer: Readonly<Record<string, unknown>>) => object }
  /** BatchGetItem serves only so many keys. */
  | { readonly kind: 'unprocessed'; readonly served: number }
  /** BatchWriteItem of one table takes only so many requests. */
  | { readonly kind: 'unwritten'; readonly served: number };

export interface ProxiedRequest {
  /** For example `Scan`. */
  readonly operation: string;
  /** How many requests of this operation have come since `reset`, this one included. */
  readonly number: number;
  /** The access key id that signed it: tells those apart who share the proxy. */
  readonly accessKeyId: string;
  /** Its JSON, the same at each attempt. */
  readonly body: Buffer;
}

/** A proxy in front of a DynamoDB endpoint that misbehaves when it is told to. */
export interface FaultProxy {
  readonly endpoint: string;
  /** Asked for each request; undefined lets it through. */
  decide: (request: ProxiedRequest) => Fault | undefined;
  /** Requests by operation since the start or the last `reset`. */
  counts(): Readonly<Record<string, number>>;
  /** Requests that are neither answered nor given up by the client. */
  underWay(): number;
  /** Lets everything through and counts from zero. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts the proxy on a free port of the loopback interface. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const counts = new Map<string, number>();
  const agent = new Agent({ keepAlive: true });
  const proxy = { decide: (_request: ProxiedRequest): Fault | undefined => undefined };
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await bytesOf(incoming);
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const number = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, number);
    const accessKeyId = /Credential=([^/]+)/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
    const fault = proxy.decide({ operation, number, accessKeyId, body });
    const exchange = { incoming, outgoing, body, forward: (sent: Buffer) => forward(upstream, incoming, sent, agent) };
    await (fault === undefined ? passOn(exchange) : misbehave(fault, exchange));
  };
  let underWay = 0;
  const server = createServer((incoming, outgoing) => {
    underWay += 1;
    outgoing.once('close', () => {
      underWay -= 1;
    });
    // A client that goes away in the middle is part of the game.
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  return Object.assign(proxy, {
    endpoint: `http://127.0.0.1:${address.port}`,
    counts: () => Object.fromEntries(counts),
    underWay: () => underWay,
    reset: () => {
      counts.clear();
      proxy.decide = () => undefined;
    },
    close: () =>
      new Promise<void>((resolve) => {
        agent.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly body: Buffer;
  forward(body: Buffer): Promise<Answer>;
}

async function passOn({ outgoing, body, forward }: Exchange): Promise<void> {
  send(outgoing, await forward(body));
}

async function misbehave(fault: Fault, exchange: Exchange): Promise<void> {
  const { outgoing, incoming } = exchange;
  switch (fault.kind) {
    case 'error':
      return send(outgoing, errorAnswer(fault));
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      return passOn(exchange);
    case 'cut':
      return sendHalf(exchange, fault.as);
    case 'html':
      return send(outgoing, {
        status: fault.status,
        headers: { 'content-type': 'text/html' },
        body: Buffer.from('<html><body>Sign in</body></html>'),
      });
    case 'rewrite':
      return sendRewritten(exchange, fault.change);
    case 'unprocessed':
      return sendUnprocessed(exchange, fault.served);
    case 'unwritten':
      return sendUnwritten(exchange, fault.served);
  }
}

async function sendHalf({ outgoing, body, forward, incoming }: Exchange, as: 'broken' | 'damaged' | 'complete') {
  const { status, headers, body: whole } = await forward(body);
  const half = whole.subarray(0, whole.length / 2);
  if (as === 'complete') {
    const { 'x-amz-crc32': _checksum, ...others } = headers;
    return send(outgoing, { status, headers: others, body: half });
  }
  if (as === 'damaged') return send(outgoing, { status, headers: { ...headers, 'x-amz-crc32': '1' }, body: half });
  outgoing.writeHead(status, { ...headers, 'content-length': whole.length });
  outgoing.write(half, () => incoming.socket.destroy());
}

async function sendRewritten(
  { outgoing, body, forward }: Exchange,
  change: (answer: Readonly<Record<string, unknown>>) => object,
): Promise<void> {
  const { status, headers, body: whole } = await forward(body);
  const { 'x-amz-crc32': _checksum, ...others } = headers;
  send(outgoing, { status, headers: others, body: Buffer.from(JSON.stringify(change(JSON.parse(whole.toString())))) });
}

/** Serves the first keys and hands the others back, as DynamoDB does when it is short of throughput. */
async function sendUnprocessed({ outgoing, body, forward }: Exchange, served: number): Promise<void> {
  // The request is one that the client made: one table and its keys.
  const request = JSON.parse(body.toString()) as { RequestItems: Record<string, { Keys: unknown[] }> };
  const [[table, asked] = ['', { Keys: [] }]] = Object.entries(request.RequestItems);
  const left = { [table]: { ...asked, Keys: asked.Keys.slice(served) } };
  const kept = { ...request, RequestItems: { [table]: { ...asked, Keys: asked.Keys.slice(0, served) } } };
  const answer =
    served === 0
      ? { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ Responses: { [table]: [] } })) }
      : await forward(Buffer.from(JSON.stringify(kept)));
  const parsed: object = JSON.parse(answer.body.toString());
  const { 'x-amz-crc32': _checksum, ...headers } = answer.headers;
  const unprocessed = asked.Keys.length > served ? left : {};
  send(outgoing, {
    ...answer,
    headers,
    body: Buffer.from(JSON.stringify({ ...parsed, UnprocessedKeys: unprocessed })),
  });
}

async function sendUnwritten({ outgoing, body, forward }: Exchange, served: number): Promise<void> {
  // As above, with requests in the place of keys.
  const request = JSON.parse(body.toString()) as { RequestItems: Record<string, unknown[]> };
  const [[table, asked] = ['', []]] = Object.entries(request.RequestItems);
  const kept = { ...request, RequestItems: { [table]: asked.slice(0, served) } };
  const taken = served === 0 ? {} : JSON.parse((await forward(Buffer.from(JSON.stringify(kept)))).body.toString());
  const left = asked.length > served ? { [table]: asked.slice(served) } : {};
  const answer = Buffer.from(JSON.stringify({ ...taken, UnprocessedItems: left }));
  send(outgoing, { status: 200, headers: {}, body: answer });
}

function errorAnswer({ name, status = 400, fields = {} }: Fault & { readonly kind: 'error' }): Answer {
  const type = `com.amazonaws.dynamodb.v20120810#${name}`;
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify({ __type: type, message: `${name}, as the test wants it`, ...fields })),
  };
}

function send(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, { ...headers, 'content-length': body.length });
  outgoing.end(body);
}

function forward(upstream: string, incoming: IncomingMessage, body: Buffer, agent: Agent): Promise<Answer> {
  const { host: _host, ...headers } = incoming.headers;
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } };
    const outbound = httpRequest(upstream, options, (answer) => {
      bytesOf(answer).then(
        (bytes) => resolve({ status: answer.statusCode ?? 0, headers: plainHeaders(answer), body: bytes }),
        reject,
      );
    });
    outbound.on('error', reject);
    outbound.end(body);
  });
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !hopByHop.has(name) ? [[name, value]] : [],
    ),
  );
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
