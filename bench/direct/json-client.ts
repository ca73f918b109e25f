import { Agent, request } from 'node:http';

/** An answer of DynamoDB that is an error. */
export class DirectError extends Error {
  constructor(
    readonly status: number,
    body: string,
  ) {
    super(`${status}: ${body}`);
  }
}

export interface DirectClient {
  /** Sends one operation of DynamoDB, for example `Query`, and gives the bytes of its answer. Throws `DirectError`. */
  send(operation: string, body: unknown): Promise<Buffer>;
  /** The same, parsed. */
  ask(operation: string, body: unknown): Promise<DirectAnswer>;
  close(): void;
}

/** The members that benchmarks look at; items are in DynamoDB JSON. */
export interface DirectAnswer {
  readonly Items?: readonly Record<string, unknown>[];
  readonly Item?: Record<string, unknown>;
  readonly Count?: number;
  readonly ScannedCount?: number;
  readonly LastEvaluatedKey?: Record<string, unknown>;
  readonly Responses?: Readonly<Record<string, readonly Record<string, unknown>[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, unknown>>;
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
}

interface Capacity {
  readonly CapacityUnits: number;
}

/** A client without SDK: the least that can be done to get an answer. For local endpoints, which check no signature. */
export function directClient(endpoint: string): DirectClient {
  const agent = new Agent({ keepAlive: true });
  const send = (operation: string, body: unknown) =>
    new Promise<Buffer>((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-date': '20260101T000000Z',
      };
      const sent = request(endpoint, { method: 'POST', agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          if (response.statusCode === 200) resolve(bytes);
          else reject(new DirectError(response.statusCode ?? 0, bytes.toString('utf8')));
        });
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(body));
    });
  return {
    send,
    // What the endpoint sends is DynamoDB's answer.
    ask: async (operation, body) => JSON.parse((await send(operation, body)).toString('utf8')) as DirectAnswer,
    close: () => agent.destroy(),
  };
}

/** Units that an answer says it consumed. */
export function unitsOfAnswer({ ConsumedCapacity: consumed = [] }: DirectAnswer): number {
  const list = Array.isArray(consumed) ? (consumed as readonly Capacity[]) : [consumed as Capacity];
  return list.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
}
