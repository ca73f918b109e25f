import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import type { AwsError } from './aws-error.js';
import type { ForwardedAnswer } from './endpoint.js';

/** What a request is answered with; `forward` gives the same. */
export type Answer = ForwardedAnswer;

export interface Sending {
  readonly requestId: string;
  /** Whether this is the last answer of the connection. */
  readonly closes: boolean;
  readonly stallTimeoutMs: number;
}

/** Sends an answer, with the headers that AWS's answers have: SDKs check the checksum, and people quote the request id. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer, sending: Sending): void {
  response.writeHead(status, {
    'content-type': headers['content-type'] ?? JSON_TYPE,
    'content-length': body.length,
    'x-amzn-requestid': headers['x-amzn-requestid'] ?? sending.requestId,
    'x-amz-crc32': headers['x-amz-crc32'] ?? String(crc32(body)),
    ...(sending.closes && { connection: 'close' }),
  });
  response.end(body);
  // What the system has taken is out of our hands; for the rest the client must keep reading.
  if ((response.socket?.writableLength ?? 0) > 0) {
    response.setTimeout(sending.stallTimeoutMs, () => response.destroy());
  }
}

export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(value)) };
}

export function errorAnswer({ kind, message }: AwsError): Answer {
  return jsonAnswer({ __type: kind.type, message }, kind.status);
}

export function textAnswer(status: number, type: string, text: string): Answer {
  return { status, headers: { 'content-type': type }, body: Buffer.from(text) };
}

const JSON_TYPE = 'application/x-amz-json-1.0';
