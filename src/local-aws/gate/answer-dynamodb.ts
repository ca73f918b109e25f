import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { AwsFault } from '../aws-fault.js';
import type { SignedRequest } from '../signature.js';
import { dynamodbError } from './dynamodb-error.js';
import { type GateOptions, passGate } from './dynamodb-gate.js';
import type { EmbeddedUpstream } from './embedded-upstream.js';

/**
 * Answers a request to DynamoDB: by the embedded one when the policies allow it, else by the refusal. An answer passes as it
 * comes, except that descriptions of tables show the account and the region that local AWS plays.
 */
export async function answerDynamodb(
  request: SignedRequest,
  response: ServerResponse,
  { upstream, ...gate }: GateOptions & { readonly upstream: EmbeddedUpstream },
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const passage = await passGate(request, gate);
    if (passage.kind === 'answer') return sendJson(response, 200, passage.json);
    const answer = await upstream.send(request, gone.signal);
    const status = answer.statusCode ?? 500;
    if (SHOWS_ARNS.has(passage.verb) && status === 200) {
      const text = (await buffer(answer)).toString('utf8');
      const { account, region } = gate.place;
      return sendJson(response, status, text.replace(ARN_OF_TABLE, `"arn:aws:dynamodb:${region}:${account}:table/`));
    }
    const { connection: _connection, 'keep-alive': _keepAlive, ...headers } = answer.headers;
    response.writeHead(status, headers);
    await pipeline(answer, response);
  } catch (error) {
    // The caller has gone, and nobody is left to be told.
    if (gone.signal.aborted || response.headersSent) response.destroy();
    else if (error instanceof AwsFault) sendJson(response, error.status, dynamodbError(error));
    else throw error;
  }
}

/** No items in these answers, so nothing but ARNs looks like one. */
const SHOWS_ARNS: ReadonlySet<string> = new Set(['CreateTable', 'DescribeTable', 'UpdateTable', 'DeleteTable']);
const ARN_OF_TABLE = /"arn:aws:dynamodb:[^:"]*:\d{12}:table\//g;

function sendJson(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(json),
    'x-amzn-requestid': randomBytes(26).toString('hex').toUpperCase(),
    'x-amz-crc32': crc32(json),
  });
  response.end(json);
}
