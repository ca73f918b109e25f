import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { AwsFault } from '../aws-fault.js';
import type { SignedRequest } from '../signature.js';
import { listOf, objectOf } from './request-body.js';

/** The embedded DynamoDB behind the gate. */
export interface EmbeddedUpstream {
  /** Sends a request on as it came; the answer is still to be read. Throws the fault InternalServerError. */
  send(request: SignedRequest, signal: AbortSignal): Promise<IncomingMessage>;
  /** See `FindPartitionKey`. */
  findPartitionKey(table: string, index: string | undefined): Promise<string | undefined>;
  close(): void;
}

export function embeddedUpstream(endpoint: string): EmbeddedUpstream {
  const agent = new Agent({ keepAlive: true });
  const never = new AbortController().signal;
  const send: EmbeddedUpstream['send'] = ({ method, target, headers, body }, signal) =>
    new Promise((resolve, reject) => {
      const sent = Object.fromEntries([...headers].filter(([name]) => !OWN_HEADERS.has(name)));
      const options = { method, agent, signal, headers: { ...sent, 'content-length': body.length } };
      httpRequest(new URL(target, endpoint), options, resolve)
        .on('error', (error) =>
          reject(new AwsFault('InternalServerError', `The embedded DynamoDB: ${error.message}`, 500)),
        )
        .end(body);
    });
  return {
    send,
    async findPartitionKey(table, index) {
      const answer = await send(describeRequest(table), never);
      const text = (await buffer(answer)).toString('utf8');
      return answer.statusCode === 200 ? partitionKeyOf(JSON.parse(text), index) : undefined;
    },
    close: () => agent.destroy(),
  };
}

/** They belong to one connection, not to the request. And answers are read here, so they come as plain text. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'expect', 'content-length', 'transfer-encoding', 'accept-encoding'],
]);

/** The embedded DynamoDB wants to see a signature, whatever it is. */
const ANY_SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local';

function describeRequest(table: string): SignedRequest {
  return {
    method: 'POST',
    target: '/',
    headers: new Map([
      ['x-amz-target', 'DynamoDB_20120810.DescribeTable'],
      ['content-type', 'application/x-amz-json-1.0'],
      ['x-amz-date', '20260101T000000Z'],
      ['authorization', ANY_SIGNATURE],
    ]),
    body: Buffer.from(JSON.stringify({ TableName: table })),
  };
}

function partitionKeyOf(answer: unknown, index: string | undefined): string | undefined {
  const table = objectOf(objectOf(answer)?.['Table']) ?? {};
  const indexes = [...listOf(table['GlobalSecondaryIndexes']), ...listOf(table['LocalSecondaryIndexes'])].map(objectOf);
  const described = index === undefined ? table : indexes.find((each) => each?.['IndexName'] === index);
  const key = listOf(described?.['KeySchema'])
    .map(objectOf)
    .find((each) => each?.['KeyType'] === 'HASH');
  const name = key?.['AttributeName'];
  return typeof name === 'string' ? name : undefined;
}
