import type { DynamoDBClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-dynamodb';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { nameSchema } from './name-schema.js';
import { type DynamodbCommand, type RawCall, sendAndRead } from './raw-answer.js';
import { wrapError } from './wrap-error.js';

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Named in the error when the table does not exist. */
  readonly tableName?: string;
}

/** The SDK client with Headgate's errors: every way of calling DynamoDB throws only HeadgateError. */
export interface DynamodbCalls {
  /** The SDK's decoded output. */
  send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: DynamodbCommand<I, O>,
    options: CallOptions,
  ): Promise<O>;
  /** What `read` makes of the bytes of the answer. */
  sendAndRead<I extends ServiceInputTypes, O extends ServiceOutputTypes, T>(
    command: DynamodbCommand<I, O>,
    options: CallOptions & RawCall<T>,
  ): Promise<T>;
}

/** Both places are only for the words of errors: the client already has the endpoint. */
export function dynamodbCalls(
  client: DynamoDBClient,
  { endpoint, schema }: { readonly endpoint: string | undefined; readonly schema?: string | undefined },
): DynamodbCalls {
  let region: Promise<string> | undefined;
  const guarded = async <T>(options: CallOptions, call: () => Promise<T>): Promise<T> => {
    region ??= configuredRegion(client, schema);
    const place = { endpoint, region: await region, tableName: options.tableName };
    try {
      return await call();
    } catch (error) {
      // Aborting breaks connections, which can look like any error of the network.
      if (options.signal.aborted) {
        throw new HeadgateError('CANCELLED', 'The request to DynamoDB was cancelled.', { cause: error });
      }
      throw nameSchema(wrapError(error, place), schema);
    }
  };
  return {
    send: (command, options) => guarded(options, () => client.send(command, { abortSignal: options.signal })),
    sendAndRead: (command, options) => guarded(options, () => sendAndRead(client, command, options)),
  };
}

/** The region of the configuration, the environment or the AWS profile. Throws REGION_MISSING. */
async function configuredRegion(client: DynamoDBClient, schema: string | undefined): Promise<string> {
  try {
    return await client.config.region();
  } catch (cause) {
    throw new HeadgateError(
      'REGION_MISSING',
      `No AWS region is configured for the schema${schema === undefined ? '' : ` ${schema}`}.`,
      {
        detail: cause instanceof Error ? cause.message : String(cause),
        hint: 'Set `region` of the schema in headgate.yaml, or AWS_REGION, or `region` in your AWS profile.',
        cause,
      },
    );
  }
}
