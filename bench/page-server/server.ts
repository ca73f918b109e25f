import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { Operations } from './answer/operations.js';
import { Refusal } from './answer/refusal.js';
import { servedTable, type TableSpec } from './tables/table-spec.js';
import { Throttle, type ThrottleOptions } from './throttle.js';

export interface PageServerOptions {
  readonly tables: readonly TableSpec[];
  /** Waited before every answer. */
  readonly latencyMs?: number;
  readonly throttle?: ThrottleOptions;
}

/** The server on any free port of loopback, in this process. */
export async function listen(
  options: PageServerOptions,
): Promise<{ readonly endpoint: string; readonly server: Server }> {
  const operations = new Operations({
    tables: options.tables.map(servedTable),
    throttle: new Throttle(options.throttle ?? {}),
  });
  const server = createServer((request, response) => {
    // What fails here is a fault of the server itself: the benchmark shall see it.
    respond(request, response, { operations, latencyMs: options.latencyMs ?? 0 }).catch((error: unknown) => {
      send(response, 500, [Buffer.from(JSON.stringify({ __type: 'InternalServerError', message: String(error) }))]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page server has no port.');
  return { endpoint: `http://127.0.0.1:${address.port}`, server };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { operations, latencyMs }: { readonly operations: Operations; readonly latencyMs: number },
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set, so that chunks are buffers
  const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
  if (latencyMs > 0) await delay(latencyMs);
  try {
    send(response, 200, operations.answer(operation, Buffer.concat(chunks).toString('utf8')));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(response, 400, [
      Buffer.from(JSON.stringify({ __type: error.type, message: error.message, ...error.details })),
    ]);
  }
}

function send(response: ServerResponse, status: number, body: readonly Buffer[]): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.reduce((length, part) => length + part.length, 0),
    'x-amz-crc32': body.reduce((checksum, part) => crc32(part, checksum), 0),
    'x-amzn-requestid': randomUUID(),
  });
  response.cork();
  for (const part of body) response.write(part);
  response.end();
}
