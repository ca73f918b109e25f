import { crc32 } from 'node:zlib';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { DynamodbCalls } from './calls.js';
import { STALE_CREDENTIALS } from './fresh-credentials.js';
import { ListTablesCommand } from './sdk.js';
import { REJECTED_CREDENTIALS } from './wrap-error.js';

/** One call of DynamoDB's API as it travels. */
export interface RawCall {
  /** `GetItem`. */
  readonly verb: string;
  /** JSON 1.0 in UTF-8. */
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

/** The answer as it came, errors included. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; those of the connection are left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Calls in DynamoDB's own bytes, for those who relay them. */
export interface RawCalls {
  /**
   * Sends the call once, signed with the connection's credentials, and returns the answer whatever its status. Only a refusal
   * of stale credentials is sent again, with fresh ones: nothing was done then. Throws ENDPOINT_UNREACHABLE, CANCELLED,
   * REGION_MISSING, CREDENTIALS_MISSING, CREDENTIALS_REJECTED, and DYNAMODB_FAILED for an answer that arrived damaged.
   */
  rawCall(call: RawCall): Promise<RawAnswer>;
}

/** Raw calls over the SDK's client: its credentials, signing and connections, without its retries and its JSON. */
export function rawCalls(calls: Pick<DynamodbCalls, 'send'>): RawCalls {
  return {
    async rawCall({ verb, body, signal }) {
      // Any command does: its body and target are replaced before it is signed, and its answer before it is decoded.
      const command = new ListTablesCommand({});
      let answer: RawAnswer | undefined;
      command.middlewareStack.add(
        (next) => (args) => {
          // The SDK types the request as unknown; at this step it is its own HttpRequest.
          const request = args.request as { body: unknown; headers: Record<string, string> };
          request.body = body;
          request.headers['x-amz-target'] = `DynamoDB_20120810.${verb}`;
          request.headers['content-length'] = String(body.byteLength);
          return next(args);
        },
        { step: 'build', priority: 'low', name: 'replaceCall' },
      );
      command.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          // As above: the SDK's own HttpResponse, with a Node stream as body.
          const response = result.response as HttpAnswer;
          answer = await readAnswer(response);
          throwRefusedCredentials(answer);
          return { ...result, response: Object.assign(response, { statusCode: 200, body: Buffer.from('{}') }) };
        },
        { step: 'deserialize', priority: 'low', name: 'keepAnswer' },
      );
      command.middlewareStack.add(
        (next) => (args) =>
          next(args).catch((error: unknown) => {
            throw new Once(error);
          }),
        // Inside the SDK's retry loop, which has a high priority in this step, and which does not know this error.
        { step: 'finalizeRequest', priority: 'low', name: 'sendOnce' },
      );
      command.middlewareStack.add(
        (next) => (args) =>
          next(args).catch((error: unknown) => {
            throw error instanceof Once ? error.failure : error;
          }),
        // Inside of `refreshCredentials`, which decides by the error itself.
        { step: 'initialize', priority: 'low', name: 'unwrapOnce' },
      );
      await calls.send(command, { signal });
      if (answer === undefined) throw new HeadgateError('INTERNAL', 'A call to DynamoDB ended without an answer.');
      return answer;
    },
  };
}

/** Not with the failure as its cause, because the SDK looks there for reasons to try again. */
class Once extends Error {
  constructor(readonly failure: unknown) {
    super('failed, and is not sent again');
  }
}

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Buffer>;
}

/** Headers of one connection, not of the answer (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']);

async function readAnswer({ statusCode, headers, body }: HttpAnswer): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  const checksum = headers['x-amz-crc32'];
  if (checksum !== undefined && crc32(bytes) !== Number(checksum)) throw damaged(bytes.length);
  return {
    status: statusCode,
    headers: Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value])),
    body: bytes,
  };
}

/** The gateway's credentials are none of the caller's business, so their refusal is no answer to relay. */
function throwRefusedCredentials(answer: RawAnswer): void {
  if (answer.status === 200) return;
  const name = errorTypeOf(answer);
  if (name === undefined || !(REJECTED_CREDENTIALS.has(name) || STALE_CREDENTIALS.has(name))) return;
  throw Object.assign(new Error('AWS does not accept the credentials.'), {
    name,
    $metadata: { httpStatusCode: answer.status },
  });
}

/** `ConditionalCheckFailedException` of an answer that is an error; undefined for others, and where the body is no JSON. */
export function errorTypeOf({ status, body }: RawAnswer): string | undefined {
  if (status === 200) return undefined;
  try {
    const { __type: type } = Object(JSON.parse(Buffer.from(body).toString('utf8')));
    return typeof type === 'string' ? type.slice(type.lastIndexOf('#') + 1) || undefined : undefined;
  } catch {
    return undefined;
  }
}

function damaged(length: number): HeadgateError {
  return new HeadgateError('DYNAMODB_FAILED', 'An answer of DynamoDB arrived damaged.', {
    detail: `${length} bytes came and their CRC-32 differs from the one that DynamoDB sent with them.`,
    hint: 'What was asked for may have been done. Look for a proxy between here and DynamoDB that changes answers.',
  });
}
