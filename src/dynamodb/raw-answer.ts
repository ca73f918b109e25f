import { crc32 } from 'node:zlib';
import type {
  $Command,
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import { HeadgateError } from '../base/errors/headgate-error.js';

export type DynamodbCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

/**
 * Sends the command and returns the body of the answer as the bytes that came: the SDK's JSON decoding is bypassed, its
 * signing, retries and errors are not. A body that is cut short or damaged counts as a failed attempt and is retried.
 * An aborted signal stops the reading at once. The command is used up by this: send each one once.
 */
export async function sendForBytes<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: DynamodbCommand<I, O>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      bytes = undefined;
      const result = await next(args);
      // The SDK types the response as unknown; at this step it is its own HttpResponse, with a Node stream as body.
      const response = result.response as HttpAnswer;
      if (response.statusCode !== 200) return result;
      bytes = await readBody(response);
      return { ...result, response: Object.assign(response, { body: Buffer.from('{}') }) };
    },
    { step: 'deserialize', priority: 'low', name: 'keepRawAnswer' },
  );
  await client.send(command, { abortSignal: signal });
  if (bytes === undefined) {
    throw new HeadgateError('DYNAMODB_FAILED', 'The endpoint answered with neither items nor an error.', {
      hint: 'Is it a DynamoDB endpoint?',
    });
  }
  return bytes;
}

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body: AsyncIterable<Buffer>;
}

/** The SDK destroys the socket when the signal is aborted, also in the middle of a body, and does not retry after that. */
async function readBody(response: HttpAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const checksum = response.headers['x-amz-crc32'];
  if (checksum !== undefined && crc32(body) !== Number(checksum)) throw damaged(body.length);
  return body;
}

/** `$retryable` is the mark by which the SDK's retry loop knows that another attempt may help. */
function damaged(length: number): Error {
  return Object.assign(
    new HeadgateError('DYNAMODB_FAILED', 'The answers of DynamoDB kept arriving damaged.', {
      detail: `${length} bytes came and their CRC-32 differs from the one that DynamoDB sent with them.`,
      hint: 'Look for a proxy between here and DynamoDB that changes or shortens answers, then try again.',
    }),
    { $retryable: { throttling: false } },
  );
}
