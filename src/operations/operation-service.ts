import { HeadgateError } from '../base/errors/headgate-error.js';
import type { RawAnswer } from '../dynamodb/raw-call.js';
import { type ActionRequest, type ActionResult, runAction } from './actions/run-action.js';
import { errorAnswer, isAnswered, serializationAnswer } from './answer/error-answer.js';
import { CallRecorder } from './call-recorder.js';
import type { Caller, OperationContext } from './context.js';
import { invalid } from './refuse.js';
import { isObject, type JsonObject } from './request/json-value.js';
import type { Page } from './run/pages.js';
import { type OperationResult, type RunRequest, runOperation, streamOperation } from './run/run-operation.js';
import { sendCall } from './send-call.js';

/** DynamoDB's own calls, decided, recorded and sent. */
export interface OperationService {
  /**
   * One call of DynamoDB's protocol, and its answer in DynamoDB's form: errors about the call come as those that an SDK knows.
   * Throws the others: CANCELLED, and those of connections, limits and the store.
   */
  forward(call: ForwardedCall): Promise<RawAnswer>;
  /** One operation of a face that speaks JSON, to its end. Throws the codes of `runOperation`. */
  run(request: RunRequest): Promise<OperationResult>;
  /** The pages of an operation that reads, as they come; it goes on to the end whether it says `fetchAll` or not. */
  stream(request: RunRequest): AsyncIterable<Page>;
  /** One typed action. Throws the codes of `runAction`. */
  act(request: ActionRequest): Promise<ActionResult>;
}

export interface ForwardedCall {
  readonly caller: Caller;
  /** What follows the point in `X-Amz-Target`. */
  readonly verb: string;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

/** A service over what the composition root joins. */
export function operationService(context: OperationContext): OperationService {
  return {
    run: (request) => runOperation(request, context),
    stream: (request) => streamOperation(request, context),
    act: (request) => runAction(request, context),
    async forward({ caller, verb, body, signal }) {
      const parsed = parsedBody(body);
      try {
        if (parsed === undefined) {
          await new CallRecorder(context, caller, verb).failed(invalid('', 'The body is no JSON object.'));
          return serializationAnswer(caller.requestId);
        }
        const { answer } = await sendCall({ caller, verb, body: parsed, signal }, context);
        return answer;
      } catch (error) {
        if (error instanceof HeadgateError && !isAnswered(error)) throw error;
        if (!(error instanceof HeadgateError) || error.code === 'INTERNAL') context.onUnexpected(error);
        return errorAnswer(error, caller.requestId);
      }
    },
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * What was parsed is what is decided on, and what is sent is written from it: bytes that two readers could read differently,
 * such as a member that stands twice, never get through.
 */
function parsedBody(body: Uint8Array): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(decoder.decode(body));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
