import { crc32 } from 'node:zlib';
import type {
  $Command,
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { nextTurn } from '../base/next-turn.js';
import { isThrottling } from './throttling.js';

export type DynamodbCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

export interface RawCall<T> {
  readonly signal: AbortSignal;
  /** Makes the answer of the bytes that came. */
  readonly read: (bytes: Uint8Array) => T | Promise<T>;
  /** The first refusal for throughput is thrown, for a caller that slows down and asks again by itself. */
  readonly throwThrottling?: boolean;
}

/**
 * Sends the command and reads the body of the answer as the bytes that came: the SDK's JSON decoding is bypassed, its
 * signing, retries and errors are not. A body that is cut short, damaged or not to be read counts as a failed attempt and
 * is retried. An aborted signal stops the reading at once. The command is used up by this: send each one once.
 */
export async function sendAndRead<I extends ServiceInputTypes, O extends ServiceOutputTypes, T>(
  client: DynamoDBClient,
  command: DynamodbCommand<I, O>,
  { signal, read, throwThrottling = false }: RawCall<T>,
): Promise<T> {
  let answer: { readonly value: T } | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      answer = undefined;
      const result = await next(args);
      // The SDK types the response as unknown; at this step it is its own HttpResponse, with a Node stream as body.
      const response = result.response as HttpAnswer;
      if (response.statusCode !== 200) return result;
      const bytes = await readBody(response);
      answer = { value: await readable(bytes, read) };
      return { ...result, response: Object.assign(response, { body: Buffer.from('{}') }) };
    },
    { step: 'deserialize', priority: 'low', name: 'keepRawAnswer' },
  );
  if (throwThrottling) {
    command.middlewareStack.add(
      (next) => (args) =>
        next(args).catch((error: unknown) => {
          throw isThrottling(error) ? new FirstRefusal(error) : error;
        }),
      // Inside the SDK's retry loop, which has a high priority in this step.
      { step: 'finalizeRequest', priority: 'low', name: 'throwThrottling' },
    );
  }
  try {
    await client.send(command, { abortSignal: signal });
  } catch (error) {
    throw error instanceof FirstRefusal ? error.refusal : error;
  }
  if (answer === undefined) {
    throw new HeadgateError('DYNAMODB_FAILED', 'The endpoint answered with neither items nor an error.', {
      hint: 'Is it a DynamoDB endpoint?',
    });
  }
  return answer.value;
}

/** A refusal for throughput in a form that the SDK's retry loop does not know, so that it lets it through. */
class FirstRefusal extends Error {
  constructor(readonly refusal: unknown) {
    super('refused for throughput');
  }
}

async function readable<T>(bytes: Uint8Array, read: RawCall<T>['read']): Promise<T> {
  try {
    return await read(bytes);
  } catch (error) {
    throw tryAgain(error instanceof Error ? error : new Error(String(error)));
  }
}

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body: AsyncIterable<Buffer>;
}

/** Chunks of an answer, of 64 KiB at most, that take no time worth a turn of the event loop. */
const FEW_CHUNKS = 4;

/** The SDK destroys the socket when the signal is aborted, also in the middle of a body, and does not retry after that. */
async function readBody(response: HttpAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  // Where several long answers end at once, each turn of the event loop takes one of them.
  if (chunks.length > FEW_CHUNKS) await nextTurn();
  const body = Buffer.concat(chunks);
  const checksum = response.headers['x-amz-crc32'];
  if (checksum !== undefined && crc32(body) !== Number(checksum)) throw damaged(body.length);
  return body;
}

function damaged(length: number): Error {
  return tryAgain(
    new HeadgateError('DYNAMODB_FAILED', 'The answers of DynamoDB kept arriving damaged.', {
      detail: `${length} bytes came and their CRC-32 differs from the one that DynamoDB sent with them.`,
      hint: 'Look for a proxy between here and DynamoDB that changes or shortens answers, then try again.',
    }),
  );
}

/** `$retryable` is the mark by which the SDK's retry loop knows that another attempt may help. */
function tryAgain(error: Error): Error {
  return Object.assign(error, { $retryable: { throttling: false } });
}
