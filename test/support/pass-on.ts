import { Agent, request } from 'node:http';
import type { Forward, ForwardedAnswer } from '../../src/wire/dynamodb/endpoint.js';

export interface PassingForwarder {
  readonly forward: Forward;
  close(): void;
}

/** Sends every call as it is to a local DynamoDB, which checks no signature; it decides nothing. */
export function passOn(upstream: string): PassingForwarder {
  const agent = new Agent({ keepAlive: true, noDelay: true });
  return {
    close: () => agent.destroy(),
    forward: (_caller, verb, body, signal) =>
      new Promise<ForwardedAnswer>((resolve, reject) => {
        const headers = {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': body.length,
          'x-amz-target': `DynamoDB_20120810.${verb}`,
          'x-amz-date': '20260101T000000Z',
          authorization:
            'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        };
        const sent = request(upstream, { method: 'POST', agent, headers, signal }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            // Of the headers that are relayed none comes as a list.
            const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
            resolve({
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(received),
              body: Buffer.concat(chunks),
            });
          });
        });
        sent.on('error', reject);
        sent.end(body);
      }),
  };
}
