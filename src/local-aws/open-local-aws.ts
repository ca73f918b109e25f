import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { accountsFile } from './accounts/accounts-file.js';
import { AccountRegistry, type LocalAccounts } from './accounts/local-accounts.js';
import { RoleSessions } from './accounts/sessions.js';
import { answerDynamodb } from './gate/answer-dynamodb.js';
import type { TablesPlace } from './gate/dynamodb-gate.js';
import { embeddedUpstream } from './gate/embedded-upstream.js';
import type { SignedRequest } from './signature.js';
import { answerSts, throttledSts } from './sts/answer-sts.js';
import type { StsAnswer } from './sts/sts-answer.js';

export interface LocalAwsOptions {
  /** Keeps users and roles in `accounts.json` there, which people may edit while it runs. Undefined: in memory. */
  readonly directory: string | undefined;
  /** Of the embedded DynamoDB, for example `http://127.0.0.1:41234`. */
  readonly embeddedEndpoint: string;
  /** The one account and region that have its tables. */
  readonly place: TablesPlace;
  /** 0 or undefined: any free one. */
  readonly port?: number | undefined;
  /** Milliseconds since 1970; decides when sessions expire and when changed roles are seen. */
  readonly clock?: () => number;
  /** How long a new, changed or deleted role takes to be seen, by the clock; at AWS it is seconds. 0 when left out. */
  readonly propagationMs?: number;
  /** Told when an edited file cannot be used (users and roles then stay as they were), and of defects. */
  readonly onProblem?: (problem: HeadgateError) => void;
}

export interface LocalAws {
  /** For DynamoDB clients. */
  readonly dynamodbEndpoint: string;
  /** For STS clients. The same server: it tells the two by the request. */
  readonly stsEndpoint: string;
  readonly accounts: LocalAccounts;
  /** The next calls of STS, so many of them, are answered by Throttling. */
  throttleSts(calls: number): void;
  /** Ends the server at once; the embedded DynamoDB stays. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * STS and IAM on loopback, in front of an embedded DynamoDB. Throws PORT_IN_USE, FILE_ERROR, and LOCAL_AWS_INVALID for a file
 * of accounts that IAM would refuse.
 */
export async function openLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { directory, place, clock = Date.now, propagationMs = 0, onProblem = () => {} } = options;
  const file = directory === undefined ? undefined : accountsFile(join(directory, 'accounts.json'));
  const accounts = await AccountRegistry.open({ file, clock, propagationMs, onProblem });
  const by = { accounts, clock, sessions: new RoleSessions() };
  const upstream = embeddedUpstream(options.embeddedEndpoint);
  const gate = { by, place, upstream, findPartitionKey: upstream.findPartitionKey };
  let throttledCalls = 0;
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    if (incoming.method !== 'POST') return sendHealth(incoming, response);
    const request = await readRequest(incoming);
    if (request === undefined) return void response.writeHead(413).end();
    await accounts.refresh();
    if (request.headers.has('x-amz-target')) return answerDynamodb(request, response, gate);
    const requestId = randomUUID();
    const isThrottled = throttledCalls > 0;
    if (isThrottled) throttledCalls -= 1;
    sendXml(response, isThrottled ? throttledSts(requestId) : answerSts(request, requestId, by), requestId);
  };
  const server = createServer((incoming, response) => {
    // By the clock that signatures are checked by: SDKs sign by the time that servers tell.
    response.setHeader('date', new Date().toUTCString());
    answer(incoming, response).catch((cause: unknown) => {
      response.destroy();
      // A caller that has gone is no problem; all else is a defect.
      if (incoming.errored === null) onProblem(defect(cause));
    });
  });
  const endpoint = await listen(server, options.port ?? 0);
  let closing: Promise<unknown> | undefined;
  return {
    dynamodbEndpoint: endpoint,
    stsEndpoint: endpoint,
    accounts,
    throttleSts(calls) {
      throttledCalls = calls;
    },
    async close() {
      if (closing === undefined) {
        closing = once(server, 'close');
        server.close();
        server.closeAllConnections();
        upstream.close();
      }
      await closing;
    },
  };
}

/** DynamoDB takes 16 MB. */
const BODY_BYTES_MAX = 16 * 2 ** 20;

/** Undefined when the body is larger than DynamoDB takes. */
async function readRequest(incoming: IncomingMessage): Promise<SignedRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    // Read to its end in any case: who still sends does not read an answer.
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  if (size > BODY_BYTES_MAX) return undefined;
  const headers = new Map(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : `${value}`,
    ]),
  );
  return { method: incoming.method ?? '', target: incoming.url ?? '/', headers, body: Buffer.concat(chunks) };
}

/** As DynamoDB answers a request that is none of its own. */
function sendHealth(incoming: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain' }).end(`healthy: ${incoming.headers.host ?? ''} `);
}

function sendXml(response: ServerResponse, { status, xml }: StsAnswer, requestId: string): void {
  response.writeHead(status, {
    'content-type': 'text/xml',
    'content-length': Buffer.byteLength(xml),
    'x-amzn-requestid': requestId,
  });
  response.end(xml);
}

function defect(cause: unknown): HeadgateError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new HeadgateError('INTERNAL', 'Local AWS could not answer a request.', { detail, cause });
}

/** On loopback only: it is no place for real data. Throws PORT_IN_USE. */
async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new HeadgateError('PORT_IN_USE', `Port ${port} for local AWS is not free.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Choose another port, or 0 for any free one.',
      cause,
    });
  }
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
}
